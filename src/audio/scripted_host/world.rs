//! The state of a scripted device: what time it is, who listens, what is broken.

use cpal::I24;

use super::super::{CaptureSink, DeviceInfo, Loss, MonitorSource, Samples, Stamp, StreamInfo};
use super::script::{Script, ScriptedFormat, ScriptedKind};
use super::source::{Load, Source, count_inputs};
use crate::fault::Fault;
use crate::limits::{DEVICE_FRAMES_DEFAULT, MAX_INPUTS, SAMPLE_RATE};

const NS: u64 = 1_000_000_000;
/// Outputs of a scripted device.
const OUTPUTS: u8 = 2;
/// What is kept of the headphones' sound for [`super::Pump::take_played`], samples.
const PLAYED: usize = 20 * SAMPLE_RATE as usize;

/// See the module.
pub(super) struct World {
    script: Script,
    inputs: Option<usize>,
    sources: Option<Vec<Source>>,
    /// Frames until files begin again, or end.
    length: Option<u64>,
    rate: u32,
    /// Number of the next frame of the source.
    position: u64,
    /// Script time of frame `since.0` is `since.1`; moved when the rate changes.
    since: (u64, u64),
    utc: (u64, f64),
    plugged: bool,
    stalled: bool,
    ended: bool,
    next_fault: usize,
    /// Frame up to which each input gives no numbers.
    no_numbers: [u64; MAX_INPUTS],
    capture: Option<Open<CaptureSink>>,
    monitor: Option<Open<MonitorSource>>,
    opened: u64,
    ragged: u32,
    buffers: Buffers,
    played: Vec<f32>,
}

struct Open<T> {
    id: u64,
    end: T,
    channels: usize,
    frames: u32,
}

/// What is dropped, outside the lock, when a stream ends.
pub(super) type Removed = (Option<CaptureSink>, Option<MonitorSource>);

#[derive(Default)]
struct Buffers {
    floats: Vec<f32>,
    i16: Vec<i16>,
    i24: Vec<I24>,
    i32: Vec<i32>,
}

impl World {
    pub(super) fn new(mut script: Script) -> Self {
        script.faults.sort_by_key(|fault| fault.at_ms);
        let rate = script.rate;
        Self {
            script,
            inputs: None,
            sources: None,
            length: None,
            rate,
            position: 0,
            since: (0, 0),
            utc: (0, 1.0),
            plugged: true,
            stalled: false,
            ended: false,
            next_fault: 0,
            no_numbers: [0; MAX_INPUTS],
            capture: None,
            monitor: None,
            opened: 0,
            ragged: 1,
            buffers: Buffers::default(),
            played: Vec::new(),
        }
    }

    /// UTC of the script's beginning, and how fast it goes.
    pub(super) fn date(&mut self, utc_ns: u64, speed: f64) {
        self.utc = (utc_ns, speed);
    }

    pub(super) fn is_plugged(&self) -> bool {
        self.plugged
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Inputs of the device, without reading whole files.
    pub(super) fn inputs(&mut self) -> Result<usize, Fault> {
        if let Some(inputs) = self.inputs {
            return Ok(inputs);
        }
        let inputs = match self.script.inputs {
            Some(inputs) => usize::from(inputs),
            None => count_inputs(&self.script)?.clamp(1, MAX_INPUTS),
        };
        self.inputs = Some(inputs);
        Ok(inputs)
    }

    /// The device as it is listed; `None` while it is unplugged.
    pub(super) fn device(&self, inputs: usize) -> Option<DeviceInfo> {
        self.plugged.then(|| DeviceInfo {
            id: self.script.id.clone(),
            name: self.script.name.clone(),
            inputs: u8::try_from(inputs).unwrap_or(u8::MAX),
            outputs: OUTPUTS,
            rates: vec![self.rate],
            default_rate: self.rate,
            host: "scripted".to_owned(),
        })
    }

    /// What a stream comes to be.
    pub(super) fn info(&self, channels: u8, wanted: u32) -> StreamInfo {
        let frames = self.script.frames.unwrap_or(wanted);
        StreamInfo { name: self.script.name.clone(), channels, rate: self.rate, frames }
    }

    /// The reading that must be done before anything plays.
    pub(super) fn to_load(&self) -> Option<Load> {
        self.sources.is_none().then(|| Load::new(&self.script))
    }

    pub(super) fn loaded(&mut self, sources: Vec<Source>) {
        let files = sources.iter().filter_map(Source::frames).max();
        let told = self.script.length_ms.map(|ms| ms * u64::from(self.rate) / 1_000);
        self.length = told.or(files);
        self.sources = Some(sources);
    }

    pub(super) fn put_capture(&mut self, mut sink: CaptureSink, info: &StreamInfo) -> u64 {
        sink.prepare(info.rate, u16::from(info.channels));
        self.opened += 1;
        let channels = usize::from(info.channels);
        self.capture = Some(Open { id: self.opened, end: sink, channels, frames: info.frames });
        self.opened
    }

    pub(super) fn put_monitor(&mut self, mut source: MonitorSource, info: &StreamInfo) -> u64 {
        source.prepare(info.rate, u16::from(info.channels), info.frames);
        self.played.reserve_exact(PLAYED);
        self.opened += 1;
        let channels = usize::from(info.channels);
        self.monitor = Some(Open { id: self.opened, end: source, channels, frames: info.frames });
        self.opened
    }

    pub(super) fn remove(&mut self, id: u64) -> Removed {
        let capture = self.capture.take_if(|open| open.id == id).map(|open| open.end);
        let monitor = self.monitor.take_if(|open| open.id == id).map(|open| open.end);
        (capture, monitor)
    }

    /// Script time.
    pub(super) fn now_ns(&self) -> u64 {
        self.time_of(self.position)
    }

    fn time_of(&self, frame: u64) -> u64 {
        let (from, ns) = self.since;
        let frames = u128::from(frame.saturating_sub(from));
        ns + u64::try_from(frames * u128::from(NS) / u128::from(self.rate)).unwrap_or(u64::MAX)
    }

    /// Frames of the next callback, and when its last frame is due.
    pub(super) fn next_callback(&mut self) -> (usize, u64) {
        let asked = match (&self.capture, &self.monitor) {
            (Some(open), _) => open.frames,
            (None, Some(open)) => open.frames,
            (None, None) => DEVICE_FRAMES_DEFAULT,
        };
        let frames = if self.script.ragged { self.ragged_size(asked) } else { asked };
        (frames as usize, self.time_of(self.position + u64::from(frames)))
    }

    /// Sizes that look like PulseAudio's, always the same ones: a small congruential generator (Numerical Recipes).
    fn ragged_size(&self, asked: u32) -> u32 {
        let next = self.ragged.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        1 + (next >> 8) % (2 * asked)
    }

    /// One callback of `frames` frames, or as much time without one.
    pub(super) fn step(&mut self, frames: usize) {
        self.ragged = self.ragged.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.suffer_what_is_due();
        let frames = self.until_end(frames);
        let start = self.position;
        let capture_ns = self.now_ns();
        self.position += frames as u64;
        if !self.plugged || self.stalled || self.ended {
            return;
        }
        let now = self.now_ns();
        let (utc, speed) = self.utc;
        let stamp = Stamp { capture_ns, callback_ns: now, now_ns: now, utc_ns: utc + (now as f64 / speed) as u64 };
        if let Some(mut open) = self.capture.take() {
            self.capture_frames(&mut open, start, frames, stamp);
            self.capture = Some(open);
        }
        self.play_frames(frames, now);
        if !self.script.repeat && self.length.is_some_and(|length| self.position >= length) {
            self.ended = true;
            self.capture.iter().for_each(|open| open.end.health().lose(Loss::Finished));
        }
    }

    /// A script without repetition has a last callback, which may be short.
    fn until_end(&self, frames: usize) -> usize {
        match self.length {
            Some(length) if !self.script.repeat && !self.ended => {
                frames.min(usize::try_from(length.saturating_sub(self.position)).unwrap_or(usize::MAX))
            }
            _ => frames,
        }
    }

    fn capture_frames(&mut self, open: &mut Open<CaptureSink>, start: u64, frames: usize, stamp: Stamp) {
        let Buffers { floats, i16, i24, i32 } = &mut self.buffers;
        floats.clear();
        floats.resize(frames * open.channels, 0.0);
        if let Some(sources) = &self.sources {
            let wrap = self.length.filter(|_| self.script.repeat);
            fill(sources, self.rate, wrap, start, floats, open.channels);
        }
        spoil(&self.no_numbers, start, floats, open.channels);
        match self.script.format {
            ScriptedFormat::F32 => open.end.write(Samples::F32(floats), stamp),
            ScriptedFormat::I32 => {
                convert(floats, i32, |x| (f64::from(x) * 2_147_483_648.0) as i32);
                open.end.write(Samples::I32(i32), stamp);
            }
            ScriptedFormat::I16 => {
                convert(floats, i16, |x| (x * 32_768.0).round() as i16);
                open.end.write(Samples::I16(i16), stamp);
            }
            ScriptedFormat::I24 => {
                let whole = |x: f32| ((x * 8_388_608.0) as i32).clamp(-8_388_608, 8_388_607);
                convert(floats, i24, |x| I24::new(whole(x)).unwrap_or_default());
                open.end.write(Samples::I24(i24), stamp);
            }
        }
    }

    fn play_frames(&mut self, frames: usize, now_ns: u64) {
        let Some(open) = &mut self.monitor else { return };
        let floats = &mut self.buffers.floats;
        floats.clear();
        floats.resize(frames * open.channels, 0.0);
        open.end.read(floats, now_ns);
        if self.played.len() + floats.len() <= PLAYED {
            self.played.extend_from_slice(floats);
        }
    }

    pub(super) fn take_played(&mut self) -> Vec<f32> {
        let played = self.played.clone();
        self.played.clear();
        played
    }

    fn suffer_what_is_due(&mut self) {
        while let Some(fault) = self.script.faults.get(self.next_fault) {
            if fault.at_ms * 1_000_000 > self.now_ns() {
                return;
            }
            let kind = fault.kind;
            self.next_fault += 1;
            self.suffer(kind);
        }
    }

    /// Something happens to the device.
    pub(super) fn suffer(&mut self, kind: ScriptedKind) {
        match kind {
            ScriptedKind::Unplug => {
                self.plugged = false;
                self.end_streams();
            }
            ScriptedKind::Plug => self.plugged = true,
            ScriptedKind::Stall => self.stalled = true,
            ScriptedKind::Resume => {
                self.stalled = false;
                self.capture.iter().for_each(|open| open.end.health().xrun());
            }
            ScriptedKind::Xrun { frames } => {
                self.position += frames;
                self.capture.iter().for_each(|open| open.end.health().xrun());
            }
            ScriptedKind::Rate { rate } => {
                self.since = (self.position, self.now_ns());
                self.rate = rate;
                self.end_streams();
            }
            ScriptedKind::Nan { input, frames } => {
                let until = usize::from(input).checked_sub(1).and_then(|input| self.no_numbers.get_mut(input));
                until.into_iter().for_each(|until| *until = self.position + frames);
            }
        }
    }

    /// Streams of a pulled device go on existing until their owner drops them, but are never called again.
    fn end_streams(&mut self) {
        self.capture.iter().for_each(|open| open.end.health().lose(Loss::Gone));
        self.monitor.iter().for_each(|open| open.end.health().lose(Loss::Gone));
    }
}

/// Fills interleaved frames from the sources; inputs beyond them stay silent.
fn fill(sources: &[Source], rate: u32, wrap: Option<u64>, start: u64, into: &mut [f32], channels: usize) {
    let mut input = 0;
    for source in sources {
        let wrap = source.frames().and(wrap);
        for channel in 0..source.inputs() {
            if input >= channels {
                return;
            }
            for (offset, sample) in into[input..].iter_mut().step_by(channels).enumerate() {
                let frame = start + offset as u64;
                let frame = wrap.map_or(frame, |length| frame % length.max(1));
                *sample = source.sample(frame, rate, channel, input);
            }
            input += 1;
        }
    }
}

/// Puts what is no number where it is due.
fn spoil(until: &[u64; MAX_INPUTS], start: u64, into: &mut [f32], channels: usize) {
    for (input, until) in until.iter().enumerate().take(channels) {
        let frames = usize::try_from(until.saturating_sub(start)).unwrap_or(usize::MAX);
        for (at, sample) in into[input..].iter_mut().step_by(channels).take(frames).enumerate() {
            *sample = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY][at % 3];
        }
    }
}

fn convert<T>(from: &[f32], into: &mut Vec<T>, convert: impl Fn(f32) -> T) {
    into.clear();
    into.extend(from.iter().map(|x| convert(*x)));
}
