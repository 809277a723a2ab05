//! The same engine offline: a multitrack file becomes a mix, faster than realtime and with the same bits as live.

mod rf64;
mod wav;

use std::path::{Path, PathBuf};
use std::time::Duration;

use korero_sentences::key;
use uuid::Uuid;

use self::wav::WavSink;
pub use self::wav::WavSource;
use crate::desk::channel::{Channel, Control, Role};
use crate::desk::{Desk, Strip};
use crate::engine::{self, Engine, EngineHandle, TapReader, TapSource};
use crate::fault::Fault;
use crate::limits::{GRID_FRAMES, RENDER_FRAMES};

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

/// What was rendered.
#[derive(Clone, PartialEq, Debug)]
pub struct RenderReport {
    /// Frames of the mix and of each stem; as many as the source had.
    pub frames: u64,
    /// The highest sample of the mix, linear.
    pub peak: f32,
    /// The deepest gain reduction of the limiter, dB ≥ 0.
    pub reduction_db: f32,
    /// The mix, then the stems from left to right.
    pub files: Vec<PathBuf>,
}

/// Plays `source` through `desk` into the 24-bit WAV file `mix` and, when `stems` names a folder, each strip alone into
/// `stems/NN name.wav`: after its fader, pan and mute, before the mix fader, limited only at full scale.
/// Each file gets its name when it is complete; until then a file of that name from before is untouched.
///
/// # Errors
/// The source cannot be read or has too few channels, the desk does not fit the engine, a file cannot be written.
pub fn render(
    desk: &Desk,
    source: &mut dyn FrameSource,
    mix: &Path,
    stems: Option<&Path>,
) -> Result<RenderReport, Fault> {
    check_inputs(desk, source)?;
    let mut parts = vec![Part::new(desk, WavSink::create(mix)?)?];
    if let Some(folder) = stems {
        for (at, strip) in desk.strips.iter().enumerate() {
            parts.push(Part::new(&alone(strip), WavSink::create(&folder.join(stem_name(at, strip)))?)?);
        }
    }
    let mut report = RenderReport { frames: 0, peak: 0.0, reduction_db: 0.0, files: Vec::new() };
    let mut block = Vec::new();
    loop {
        source.read(RENDER_FRAMES, &mut block)?;
        if block.is_empty() {
            break;
        }
        report.frames += (block.len() / source.channels()) as u64;
        for part in &mut parts {
            part.mixdown.play(&block, source.channels());
            part.write(report.frames)?;
        }
        report.meter(&parts[0].mixdown);
    }
    for part in &mut parts {
        part.flush(report.frames)?;
    }
    report.meter(&parts[0].mixdown);
    for part in parts {
        report.files.push(part.sink.finish()?);
    }
    Ok(report)
}

impl RenderReport {
    fn meter(&mut self, mixdown: &Mixdown) {
        let level = mixdown.handle.levels().take_mix();
        self.peak = self.peak.max(level.peak[0]).max(level.peak[1]);
        self.reduction_db = self.reduction_db.max(level.reduction_db);
    }
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

/// A desk on which only this strip stands and the mix adds nothing of its own.
fn alone(strip: &Strip) -> Desk {
    Desk { strips: vec![strip.clone()], mix: Channel::new(Role::Mix).with(Control::CEILING, 0.0), ..Desk::default() }
}

/// `01 Voice.wav`; what a file name may not hold on some system becomes `_`.
fn stem_name(at: usize, strip: &Strip) -> String {
    let fits = |c: char| if c.is_alphanumeric() || " -_".contains(c) { c } else { '_' };
    let name: String = strip.name.chars().take(60).map(fits).collect();
    format!("{:02} {}", at + 1, name.trim()).trim_end().to_owned() + ".wav"
}

/// One engine and the file that its mix goes into.
struct Part {
    mixdown: Mixdown,
    sink: WavSink,
    mixed: Vec<f32>,
}

impl Part {
    fn new(desk: &Desk, sink: WavSink) -> Result<Self, Fault> {
        Ok(Self { mixdown: Mixdown::new(desk)?, sink, mixed: Vec::new() })
    }

    /// Writes what came out, up to frame `end` in all.
    fn write(&mut self, end: u64) -> Result<(), Fault> {
        while self.sink.frames() < end && self.mixdown.next(&mut self.mixed) {
            let wanted = usize::try_from(end - self.sink.frames()).unwrap_or(usize::MAX).saturating_mul(2);
            self.sink.write(&self.mixed[..self.mixed.len().min(wanted)])?;
        }
        Ok(())
    }

    /// What is still on its way through the limiter comes out by silence behind it.
    fn flush(&mut self, frames: u64) -> Result<(), Fault> {
        while self.sink.frames() < frames {
            self.mixdown.play(&[0.0; GRID_FRAMES], 1);
            self.write(frames)?;
        }
        Ok(())
    }
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

    /// Plays up to half a second of interleaved sound; [`Mixdown::next`] then gives what came out of it.
    pub fn play(&mut self, samples: &[f32], channels: usize) {
        self.engine.process(samples, channels);
    }

    /// The next stereo block of the mix, interleaved, cleared into `mixed`; `false` when more must be played first.
    pub fn next(&mut self, mixed: &mut Vec<f32>) -> bool {
        self.tap.read(mixed).is_some()
    }
}
