//! Draws what the effects do, as it is measured: `plots DOCS` writes `DOCS/plots/*.svg` and the tables of `DOCS/sound.md`.
//!
//! The measuring is the tests' own; nothing here depends on the machine. `cargo xtask plots` runs it.

mod axis;
mod chart;
mod dynamics;
mod equaliser;
mod latency;
mod limiter;
mod page;
mod reverb;

#[path = "../../tests/measure/mod.rs"]
mod measure;

use std::error::Error;
use std::path::PathBuf;

use chart::Look;
use page::Page;

/// What went wrong, in the words of the library that found it.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let docs = PathBuf::from(std::env::args_os().nth(1).ok_or("plots DOCS: the folder of sound.md is missing")?);
    let look = Look::light(&docs.join("plots"))?;
    let mut page = Page::open(&docs.join("sound.md"))?;
    equaliser::draw(&look, &mut page)?;
    dynamics::draw(&look, &mut page)?;
    limiter::draw(&look, &mut page)?;
    reverb::draw(&look, &mut page)?;
    latency::draw(&look, &mut page)?;
    page.save()
}
