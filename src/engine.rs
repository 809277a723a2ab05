//! The mixer in sound: inputs become strips, strips become the mix, and other threads listen through taps.
//!
//! Two halves share nothing but wait-free rings and atomics. [`Engine`] lives on the audio thread and never allocates,
//! frees, locks, waits or logs; [`EngineHandle`] lives on the control thread, turns a [`crate::desk::Desk`] into small
//! commands and frees what the audio thread gives back.

mod folded;
mod handle;
pub mod levels;
mod mail;
mod master;
mod patch;
pub mod playback;
mod rack;
mod realtime;
mod removed;
mod setting;
pub mod tap;
mod ways;

pub use handle::{EngineHandle, new};
pub use levels::Levels;
pub use playback::PlaybackFeed;
pub use realtime::Engine;
pub use tap::{TapBlock, TapReader, TapSource, TapWriter};
