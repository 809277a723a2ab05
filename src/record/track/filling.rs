//! The pre-roll of a part: what of it is still to be copied into its files, and the copying.

use std::io;
use std::path::Path;

use super::{SoundFile, Track};
use crate::record::disk::Disk;
use crate::record::journal::{Journal, Line};
use crate::record::past::Fill;

impl Track {
    /// Whether the ring still has sound of it that is nowhere else.
    pub(in crate::record) fn needs_the_ring(&self) -> bool {
        self.past.is_some() || self.fills()
    }

    /// Whether a pre-roll is still to be copied.
    pub(in crate::record) fn fills(&self) -> bool {
        self.refused().is_some()
    }

    /// How often the file of it that is to be filled next was refused; `None` when there is none.
    pub(in crate::record) fn refused(&self) -> Option<u32> {
        let fills = self.open.iter().flat_map(|open| &open.files).filter_map(|file| file.fill.as_ref());
        fills.map(Fill::refused).min()
    }

    /// Bytes of the pre-roll that are still to be copied.
    pub(in crate::record) fn to_fill(&self) -> u64 {
        let fills = self.open.iter().flat_map(|open| &open.files).filter(|file| file.fill.is_some());
        fills.map(|file| file.writer.missing()).sum()
    }

    /// Copies one slice of the pre-roll of the file that was refused least often. What is gone is a gap.
    pub(in crate::record) fn fill(&mut self, disk: &dyn Disk, takes: &Path, journal: &mut Journal) -> io::Result<()> {
        let refused = self.refused();
        let Some(open) = &mut self.open else { return Ok(()) };
        let next = |file: &&mut SoundFile| file.fill.as_ref().map(Fill::refused) == refused;
        let Some(SoundFile { path, track, writer, fill, .. }) = open.files.iter_mut().find(next) else {
            return Ok(());
        };
        let Some(filling) = fill else { return Ok(()) };
        let lost = filling.step(disk, takes, path, writer)?;
        let is_filled = !writer.has_room();
        // Before the line that ends it: a journal may be torn between the two.
        lost.iter().for_each(|gap| journal.push(&Line::Gap { part: self.part, gap: *gap }));
        if is_filled {
            *fill = None;
            journal.push(&Line::Filled { part: self.part, track: *track });
        }
        lost.into_iter().for_each(|gap| open.lose(gap));
        Ok(())
    }
}
