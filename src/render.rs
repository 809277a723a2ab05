//! The same engine offline: a multitrack file becomes a mix, faster than realtime and with the same bits as live.

mod beside;
mod flac;
mod rf64;
mod stems;
mod wav;

use std::path::{Path, PathBuf};
use std::time::Duration;

use korero_dsp::loudness::LoudnessMeter;
use korero_sentences::key;
use uuid::Uuid;

pub use self::beside::Beside;
pub use self::flac::FlacSource;
use self::wav::WavSink;
pub use self::wav::WavSource;
use crate::desk::Desk;
use crate::desk::channel::Control;
use crate::engine::{self, Engine, EngineHandle, TapReader, TapSource};
use crate::fault::Fault;
use crate::limits::{CUES, GRID_FRAMES, RENDER_FRAMES};

/// Where interleaved 48 kHz sound comes from.
pub trait FrameSource {
    /// Channels of each frame.
    fn channels(&self) -> usize;

    /// Reads up to `frames` whole frames into `into`, which is cleared before; nothing at the end.
    ///
    /// # Errors
    /// The source could not be read.
    fn read(&mut self, frames: usize, into: &mut Vec<f32>) -> Result<(), Fault>;

    /// What a fault calls it.
    fn name(&self) -> String;
}

/// A multitrack of WAV and FLAC files whose channels stand beside each other in this order.
///
/// # Errors
/// One of them cannot be read or is not at 48 kHz.
pub fn open(paths: &[PathBuf]) -> Result<Box<dyn FrameSource>, Fault> {
    let one = |path: &PathBuf| -> Result<Box<dyn FrameSource>, Fault> {
        let flac = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("flac"));
        Ok(if flac { Box::new(FlacSource::open(path)?) } else { Box::new(WavSource::open(path)?) })
    };
    match paths {
        [path] => one(path),
        _ => Ok(Box::new(Beside::new(paths.iter().map(one).collect::<Result<_, _>>()?))),
    }
}

/// Which files are to be written, all of them stereo WAV files of 24 bits.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Wanted<'a> {
    /// The mix.
    pub mix: &'a Path,
    /// A folder for the stems: each strip alone in `NN name.wav`, after its fader, pan and mute and before any group; each
    /// group that strips go to and each return that is sent to in `group1 name.wav`, `return1 name.wav`. All of them before
    /// the chain and the fader of the mix, limited only at full scale: groups, returns and the strips that go straight to
    /// the mix add up to what its chain hears.
    pub stems: Option<&'a Path>,
    /// A folder for the headphone mixes, `cue1.wav` and on.
    pub cues: Option<&'a Path>,
}

/// What was rendered.
#[derive(Clone, PartialEq, Debug)]
pub struct RenderReport {
    /// Frames of every file; as many as the source had.
    pub frames: u64,
    /// The highest sample of the mix, linear.
    pub peak: f32,
    /// The deepest gain reduction of the limiter, dB ≥ 0.
    pub reduction_db: f32,
    /// Integrated loudness of the mix (EBU R 128), LUFS; −∞ when nothing passed the gate.
    pub loudness_lufs: f32,
    /// The highest true peak of the mix, dBTP.
    pub true_peak_db: f32,
    /// The mix, the headphone mixes, then the stems from left to right.
    pub files: Vec<PathBuf>,
}

/// All files that [`render`] writes.
#[must_use]
pub fn targets(desk: &Desk, wanted: &Wanted<'_>) -> Vec<PathBuf> {
    let mut files = vec![wanted.mix.to_owned()];
    if let Some(folder) = wanted.stems {
        files.extend(stems::of(desk).into_iter().map(|(name, _)| folder.join(name)));
    }
    if let Some(folder) = wanted.cues {
        files.extend((0..CUES).map(|cue| cue_file(folder, cue)));
    }
    files
}

fn cue_file(folder: &Path, cue: usize) -> PathBuf {
    folder.join(format!("cue{}.wav", cue + 1))
}

/// Plays `source` through `desk` into the files that are `wanted`. Each file gets its name when it is complete; until then
/// a file of that name from before is untouched.
///
/// # Errors
/// The source cannot be read or has too few channels, the desk does not fit the engine, a file cannot be written.
pub fn render(desk: &Desk, source: &mut dyn FrameSource, wanted: &Wanted<'_>) -> Result<RenderReport, Fault> {
    check_inputs(desk, source)?;
    let desk = &as_a_show(desk);
    let mut parts = vec![Part::whole(desk, wanted)?];
    if let Some(folder) = wanted.stems {
        for (name, alone) in stems::of(desk) {
            parts.push(Part::new(&alone, &folder.join(name))?);
        }
    }
    let (mut frames, mut block) = (0, Vec::new());
    loop {
        source.read(RENDER_FRAMES, &mut block)?;
        if block.is_empty() {
            break;
        }
        frames += (block.len() / source.channels()) as u64;
        for part in &mut parts {
            part.mixdown.play(&block, source.channels());
            part.write(frames)?;
        }
    }
    for part in &mut parts {
        part.flush(frames)?;
    }
    let mut report = parts[0].report(frames);
    for part in parts {
        report.files.extend(part.finish()?);
    }
    Ok(report)
}

/// The desk as a show would hear it: solo in place is for rehearsals.
fn as_a_show(desk: &Desk) -> Desk {
    let mut desk = desk.clone();
    if desk.own.value(Control::SOLO_MODE) == Control::SOLO_IN_PLACE {
        desk.own.set(Control::SOLO_MODE, 0.0);
    }
    desk
}

fn check_inputs(desk: &Desk, source: &dyn FrameSource) -> Result<(), Fault> {
    let needed = usize::from(desk.inputs_needed());
    if needed <= source.channels() {
        return Ok(());
    }
    Err(Fault::new(key::FAULT_RENDER_INPUTS)
        .with("needed", needed as f64)
        .with("file", source.name())
        .with("channels", source.channels() as f64))
}

/// One engine and the files that its ways out go into.
struct Part {
    mixdown: Mixdown,
    mix: WavSink,
    cues: Vec<(TapReader, WavSink)>,
    /// Listens to the mix, when somebody wants to know.
    meter: Option<LoudnessMeter>,
    block: Vec<f32>,
}

impl Part {
    fn new(desk: &Desk, mix: &Path) -> Result<Self, Fault> {
        let mixdown = Mixdown::new(desk)?;
        Ok(Self { mixdown, mix: WavSink::create(mix)?, cues: Vec::new(), meter: None, block: Vec::new() })
    }

    /// The desk itself.
    fn whole(desk: &Desk, wanted: &Wanted<'_>) -> Result<Self, Fault> {
        let mut part = Self::new(desk, wanted.mix)?;
        part.meter = LoudnessMeter::new(2).ok();
        if let Some(folder) = wanted.cues {
            for cue in 0..CUES {
                let tap = part.mixdown.listen(TapSource::Cue(cue as u8))?;
                part.cues.push((tap, WavSink::create(&cue_file(folder, cue))?));
            }
        }
        Ok(part)
    }

    /// Writes what came out, up to frame `end` in all.
    fn write(&mut self, end: u64) -> Result<(), Fault> {
        while self.mix.frames() < end && self.mixdown.next(&mut self.block) {
            let block = first_frames(&self.block, end - self.mix.frames());
            if let Some(meter) = &mut self.meter {
                meter.feed(block);
            }
            self.mix.write(block)?;
        }
        for (tap, sink) in &mut self.cues {
            while sink.frames() < end && tap.read(&mut self.block).is_some() {
                sink.write(first_frames(&self.block, end - sink.frames()))?;
            }
        }
        Ok(())
    }

    /// What is still on its way to the mix comes out by silence behind it.
    fn flush(&mut self, frames: u64) -> Result<(), Fault> {
        while self.mix.frames() < frames {
            self.mixdown.play(&[0.0; GRID_FRAMES], 1);
            self.write(frames)?;
        }
        Ok(())
    }

    fn report(&mut self, frames: u64) -> RenderReport {
        let level = self.mixdown.handle.levels().take_mix();
        let loudness = self.meter.as_mut().map(LoudnessMeter::look);
        let infinite = f32::NEG_INFINITY;
        RenderReport {
            frames,
            peak: level.peak[0].max(level.peak[1]),
            reduction_db: level.reduction_db,
            loudness_lufs: loudness.map_or(infinite, |loudness| loudness.integrated),
            true_peak_db: loudness
                .map_or(infinite, |loudness| loudness.true_peak_max.into_iter().fold(infinite, f32::max)),
            files: Vec::new(),
        }
    }

    fn finish(self) -> Result<Vec<PathBuf>, Fault> {
        [self.mix].into_iter().chain(self.cues.into_iter().map(|(_, sink)| sink)).map(WavSink::finish).collect()
    }
}

/// The first `frames` stereo frames of a block, or all.
fn first_frames(block: &[f32], frames: u64) -> &[f32] {
    let samples = usize::try_from(frames).unwrap_or(usize::MAX).saturating_mul(2);
    &block[..block.len().min(samples)]
}

/// An engine without an interface: sound is played into it and its mix is taken out at once.
pub struct Mixdown {
    engine: Engine,
    handle: EngineHandle,
    tap: TapReader,
}

impl Mixdown {
    /// An engine that plays `desk` from its first frame on.
    ///
    /// # Errors
    /// The desk does not fit the engine.
    pub fn new(desk: &Desk) -> Result<Self, Fault> {
        let (mut engine, mut handle) = engine::new(Uuid::nil());
        handle.set_desk(desk)?;
        let tap = handle.open_tap(TapSource::Mix, Duration::from_secs(1))?;
        engine.begin(0);
        Ok(Self { engine, handle, tap })
    }

    /// Opens another way out, which is heard from what is played next on.
    ///
    /// # Errors
    /// So many are open already as the engine has room for.
    pub fn listen(&mut self, source: TapSource) -> Result<TapReader, Fault> {
        self.handle.open_tap(source, Duration::from_secs(1))
    }

    /// Plays up to half a second of interleaved sound; [`Mixdown::next`] then gives what came out of it.
    pub fn play(&mut self, samples: &[f32], channels: usize) {
        self.engine.process(samples, channels);
    }

    /// The next stereo block of the mix, interleaved, cleared into `mixed`; `false` when more must be played first.
    pub fn next(&mut self, mixed: &mut Vec<f32>) -> bool {
        self.tap.read(mixed).is_some()
    }
}
