//! Draws what the effects do, as it is measured: `plots DOCS` writes `DOCS/plots/*.svg` and the tables of `DOCS/sound.md`.
//!
//! The measuring is the tests' own; nothing here depends on the machine. `cargo xtask plots` runs it.
//! `plots DOCS FILE RUN` draws what the test of bad networks wrote to `FILE` instead, into `DOCS/network.md`, beside the line
//! `RUN` that says how it came about; `cargo xtask prove 5.1` runs that.

mod axis;
mod chart;
mod dynamics;
mod equaliser;
mod latency;
mod limiter;
mod network;
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
    let mut words = std::env::args_os().skip(1);
    let docs = PathBuf::from(words.next().ok_or("plots DOCS: the folder of sound.md is missing")?);
    let look = Look::light(&docs.join("plots"))?;
    if let (Some(file), Some(run)) = (words.next(), words.next()) {
        let mut page = Page::open(&docs.join("network.md"))?;
        network::draw(&look, &mut page, file.as_ref(), &run.to_string_lossy())?;
        return page.save();
    }
    let mut page = Page::open(&docs.join("sound.md"))?;
    equaliser::draw(&look, &mut page)?;
    dynamics::draw(&look, &mut page)?;
    limiter::draw(&look, &mut page)?;
    reverb::draw(&look, &mut page)?;
    latency::draw(&look, &mut page)?;
    page.save()
}
