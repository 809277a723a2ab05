//! Filters of second order that may be turned while they sound.
//!
//! [`matched`] says which filter it is to be, in `f64`; `sections` runs many of them over eight lanes at once; `bands`
//! lets their parameters glide and designs anew only what moves.

pub(crate) mod bands;
pub mod matched;
pub(crate) mod sections;

pub use matched::{Section, Setting, Shape};
