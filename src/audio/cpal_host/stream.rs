//! cpal's streams with our callbacks in them.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{Device, ErrorKind, FromSample, I24, InputCallbackInfo, SampleFormat, SizedSample, StreamInstant};
use korero_sentences::key;

use super::super::{AudioStream, CaptureSink, Health, Loss, MonitorSource, Samples, Stamp, StreamInfo};
use super::config::Chosen;
use super::refusal;
use crate::fault::Fault;
use crate::limits::DEVICE_FRAMES;

struct CpalStream {
    /// Its drop ends the sound.
    _stream: cpal::Stream,
    info: StreamInfo,
}

impl AudioStream for CpalStream {
    fn info(&self) -> &StreamInfo {
        &self.info
    }
}

/// Opens and starts capture.
pub(super) fn capture(
    device: &Device,
    chosen: Chosen,
    name: String,
    mut sink: CaptureSink,
    origin: Instant,
) -> Result<Box<dyn AudioStream>, Fault> {
    sink.prepare(chosen.config.sample_rate, chosen.config.channels);
    let stream = match chosen.format {
        SampleFormat::I16 => input::<i16>(device, chosen, sink, origin),
        SampleFormat::I24 => input::<I24>(device, chosen, sink, origin),
        SampleFormat::I32 => input::<i32>(device, chosen, sink, origin),
        SampleFormat::F32 => input::<f32>(device, chosen, sink, origin),
        other => return Err(no_format(&name, other)),
    };
    start(stream, chosen, name)
}

fn input<T>(
    device: &Device,
    chosen: Chosen,
    mut sink: CaptureSink,
    origin: Instant,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + 'static,
    for<'a> Samples<'a>: From<&'a [T]>,
{
    let health = sink.health();
    device.build_input_stream::<T, _, _>(
        chosen.config,
        move |data, info| sink.write(data.into(), stamp(info, origin)),
        move |error| tell(&health, error.kind()),
        None,
    )
}

/// Opens and starts playback.
pub(super) fn monitor(
    device: &Device,
    chosen: Chosen,
    name: String,
    mut source: MonitorSource,
    origin: Instant,
) -> Result<Box<dyn AudioStream>, Fault> {
    let asked = match chosen.config.buffer_size {
        cpal::BufferSize::Fixed(frames) => frames,
        cpal::BufferSize::Default => *DEVICE_FRAMES.end(),
    };
    source.prepare(chosen.config.sample_rate, chosen.config.channels, asked);
    let stream = match chosen.format {
        SampleFormat::I16 => output::<i16>(device, chosen, source, origin),
        SampleFormat::I24 => output::<I24>(device, chosen, source, origin),
        SampleFormat::I32 => output::<i32>(device, chosen, source, origin),
        SampleFormat::F32 => output::<f32>(device, chosen, source, origin),
        other => return Err(no_format(&name, other)),
    };
    start(stream, chosen, name)
}

fn output<T: SizedSample + FromSample<f32> + 'static>(
    device: &Device,
    chosen: Chosen,
    mut source: MonitorSource,
    origin: Instant,
) -> Result<cpal::Stream, cpal::Error> {
    let health = source.health();
    // Longer callbacks than any device is asked for are cut.
    let mut floats = vec![0.0_f32; *DEVICE_FRAMES.end() as usize * usize::from(chosen.config.channels)];
    device.build_output_stream::<T, _, _>(
        chosen.config,
        move |data, _| {
            let now_ns = since(origin);
            for piece in data.chunks_mut(floats.len()) {
                let floats = &mut floats[..piece.len()];
                source.read(floats, now_ns);
                for (out, sample) in piece.iter_mut().zip(floats) {
                    *out = T::from_sample_(sample.clamp(-1.0, 1.0));
                }
            }
        },
        move |error| tell(&health, error.kind()),
        None,
    )
}

fn start(
    stream: Result<cpal::Stream, cpal::Error>,
    chosen: Chosen,
    name: String,
) -> Result<Box<dyn AudioStream>, Fault> {
    let stream = stream.map_err(|error| refusal(&error, &name))?;
    stream.play().map_err(|error| refusal(&error, &name))?;
    let info = StreamInfo {
        channels: u8::try_from(chosen.config.channels).unwrap_or(u8::MAX),
        rate: chosen.config.sample_rate,
        frames: stream.buffer_size().unwrap_or(0),
        name,
    };
    Ok(Box::new(CpalStream { _stream: stream, info }))
}

/// The error callback: errors can storm (18,000 in 50 ms were seen), so it stores and returns.
fn tell(health: &Arc<Health>, kind: ErrorKind) {
    match kind {
        ErrorKind::Xrun => health.xrun(),
        // We ask for priority ourselves; a default that moves is only followed by who chose the default.
        ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => {}
        _ => health.lose(Loss::Gone),
    }
}

fn stamp(info: &InputCallbackInfo, origin: Instant) -> Stamp {
    let times = info.timestamp();
    let utc = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Stamp {
        capture_ns: nanoseconds(times.capture),
        callback_ns: nanoseconds(times.callback),
        now_ns: since(origin),
        utc_ns: u64::try_from(utc.as_nanos()).unwrap_or(u64::MAX),
    }
}

fn nanoseconds(instant: StreamInstant) -> u64 {
    u64::try_from(instant.as_nanos()).unwrap_or(u64::MAX)
}

fn since(origin: Instant) -> u64 {
    u64::try_from(origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

fn no_format(name: &str, format: SampleFormat) -> Fault {
    Fault::new(key::FAULT_AUDIO_CONFIG).with("device", name).with("detail", format.to_string())
}
