//! Several files as one multitrack: their channels beside each other, the shorter ones silent at their end.

use super::FrameSource;
use crate::fault::Fault;

/// Sources that are played together.
pub struct Beside {
    sources: Vec<Box<dyn FrameSource>>,
    /// What each of them gave, interleaved.
    blocks: Vec<Vec<f32>>,
}

impl Beside {
    /// The channels of the first source, then those of the second, and so on.
    #[must_use]
    pub fn new(sources: Vec<Box<dyn FrameSource>>) -> Self {
        let blocks = sources.iter().map(|_| Vec::new()).collect();
        Self { sources, blocks }
    }
}

impl FrameSource for Beside {
    fn channels(&self) -> usize {
        self.sources.iter().map(|source| source.channels()).sum()
    }

    fn read(&mut self, frames: usize, into: &mut Vec<f32>) -> Result<(), Fault> {
        let mut longest = 0;
        for (source, block) in self.sources.iter_mut().zip(&mut self.blocks) {
            source.read(frames, block)?;
            longest = longest.max(block.len() / source.channels());
        }
        into.clear();
        into.resize(longest * self.channels(), 0.0);
        let (all, mut first) = (self.channels(), 0);
        for (source, block) in self.sources.iter().zip(&self.blocks) {
            let channels = source.channels();
            for (to, from) in into.chunks_exact_mut(all).zip(block.chunks_exact(channels)) {
                to[first..first + channels].copy_from_slice(from);
            }
            first += channels;
        }
        Ok(())
    }

    fn name(&self) -> String {
        self.sources.iter().map(|source| source.name()).collect::<Vec<_>>().join(", ")
    }
}
