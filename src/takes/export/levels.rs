//! How loud things are and how loud they become: float takes that pass full scale, and copies of the same loudness.

use std::io;

use korero_sentences::key;

use super::super::sound::Sound;
use super::draft::unwritable;
use super::job::{Job, Origin};
use super::matched::{self, Found};
use super::ogg_opus::{Heard, Packets};
use super::piece::Piece;
use super::sound::{Ear, Passage, Treatment, play};
use super::written::Output;
use super::{Format, Halt, Match, Reading, Step};
use crate::fault::Fault;
use crate::limits::EXPORT_FRAMES;
use crate::record::wav::FULL_SCALE;
use crate::recording::SampleForm;

impl Job<'_> {
    /// By how many dB a float take must be turned down, all pieces alike, so that none is louder than full scale: until its
    /// true peak is there, in tenths. 0 when no sample would be cut.
    pub(super) fn turned_down(&mut self, master: &mut Sound, pieces: &[Piece]) -> Result<f32, Halt> {
        let Some(piece) = pieces.first().filter(|_| master.form() == SampleForm::Float32) else { return Ok(0.0) };
        let (channels, all) = (piece.passage.channels.clone(), master.frames());
        let (mut done, mut block, mut is_cut) = (0, Vec::new(), false);
        let mut ears: Vec<_> = (0..channels.len().div_ceil(2)).filter_map(|_| Ear::new(2)).collect();
        while done < all {
            let frames = usize::try_from(all - done).unwrap_or(EXPORT_FRAMES).min(EXPORT_FRAMES);
            master.read(done, frames, &channels, &mut block)?;
            for (nth, ear) in ears.iter_mut().enumerate() {
                let pair = |frame: &[f32]| [frame[2 * nth], frame.get(2 * nth + 1).copied().unwrap_or(0.0)];
                block.chunks_exact(channels.len()).for_each(|frame| ear.hear(&pair(frame)));
            }
            is_cut |= block.iter().any(|sample| is_past_full_scale(*sample));
            done += frames as u64;
            self.tell(Step::Measuring, (done as f64 / all as f64) as f32)?;
        }
        let peak = ears.into_iter().map(|ear| ear.reading().true_peak_db).fold(0.0, f32::max);
        Ok(if is_cut { -((peak * 10.0).floor() + 1.0) / 10.0 } else { 0.0 })
    }

    /// Reads how loud a passage of at most two channels is with a treatment; silence for more.
    fn measure(&mut self, master: &mut Sound, passage: &Passage, treatment: Treatment) -> Result<Reading, Halt> {
        let Some(mut ear) = Ear::new(passage.width()) else { return Ok(Reading::SILENCE) };
        play(master, passage, treatment, &mut |samples, share| {
            ear.hear(samples);
            self.tell(Step::Measuring, share)
        })?;
        Ok(ear.reading())
    }

    /// Reads how loud it is once it was Opus.
    fn measure_opus(&mut self, master: &mut Sound, passage: &Passage, treatment: Treatment) -> Result<Reading, Halt> {
        let (width, folder) = (passage.width(), self.folder.clone());
        let Some(mut ear) = Ear::new(width) else { return Ok(Reading::SILENCE) };
        let refused = |error: io::Error| Halt::Fault(unwritable(&folder, &error));
        let mut packets = Packets::new(width, self.plan.bitrate).map_err(refused)?;
        let mut heard = Heard::new(width, packets.lookahead, passage.frames).map_err(refused)?;
        let mut sound = Vec::new();
        let mut hear = |packet: &[u8]| {
            heard.packet(packet, &mut sound)?;
            ear.hear(&sound);
            Ok(())
        };
        play(master, passage, treatment, &mut |samples, share| {
            packets.push(samples, &mut hear).map_err(refused)?;
            self.tell(Step::Measuring, share)
        })?;
        packets.end(&mut hear).map_err(refused)?;
        Ok(ear.reading())
    }

    /// The copies of the loudness that is wished. One that cannot be made is told of with the n-th file, the untouched one.
    pub(super) fn match_loudness(
        &mut self,
        from: &mut Origin<'_>,
        piece: &Piece,
        wish: Match,
        untouched: usize,
    ) -> Result<(), Halt> {
        let (passage, base_db) = (&piece.passage, from.base_db);
        let plain = match &self.done[untouched] {
            written if written.format != Format::Opus => written.reading.unwrap_or(Reading::SILENCE),
            _ => self.measure(&mut from.master, passage, Treatment { gain_db: base_db, ceiling_db: None })?,
        };
        let stem = format!("{} {} LUFS", piece.stem, wish.lufs);
        // Forms with the same samples are searched for once.
        let mut exact = None;
        for format in &self.plan.formats {
            let is_opus = *format == Format::Opus;
            let found = match exact.filter(|_| !is_opus) {
                Some(found) => found,
                None => matched::search(wish, base_db, plain, &mut |treatment| match is_opus {
                    true => self.measure_opus(&mut from.master, passage, treatment),
                    false => self.measure(&mut from.master, passage, treatment),
                })?,
            };
            if !is_opus {
                exact = Some(found);
            }
            let code = match found {
                Found::At(treatment, reading) => {
                    let (passage, stem, reading) = (passage.clone(), stem.clone(), Some(reading));
                    self.write(from, piece, &Output { passage, format: *format, treatment, stem, reading })?;
                    continue;
                }
                Found::TooQuiet => key::FAULT_EXPORT_QUIET,
                Found::OutOfReach => key::FAULT_EXPORT_REACH,
            };
            let fault = Fault::new(code).with("name", piece.stem.as_str()).with("lufs", f64::from(wish.lufs));
            let told = &mut self.done[untouched].told;
            if !told.contains(&fault) {
                told.push(fault);
            }
        }
        Ok(())
    }
}

/// Whether 24 bits cannot hold it: they reach from −1 to one step below 1.
fn is_past_full_scale(sample: f32) -> bool {
    let step = (sample * FULL_SCALE).round();
    !(-FULL_SCALE..FULL_SCALE).contains(&step)
}
