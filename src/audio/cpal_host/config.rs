//! Which of the forms that a device offers is taken.

use cpal::traits::DeviceTrait;
use cpal::{BufferSize, Device, SampleFormat, StreamConfig, SupportedBufferSize, SupportedStreamConfigRange};
use korero_sentences::key;

use super::super::Wanted;
use crate::fault::Fault;
use crate::limits::{DEVICE_RATES, MAX_INPUTS, SAMPLE_RATE};

/// Formats that are taken, the best first: integers are what converters give, and 32 bits hold all of theirs.
const FORMATS: [SampleFormat; 4] = [SampleFormat::I32, SampleFormat::F32, SampleFormat::I24, SampleFormat::I16];
/// Rates that are looked for within a range.
const RATES: [u32; 6] = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000];

/// What a device offers in one direction, as far as we can use it.
#[derive(Default)]
pub(super) struct Offer(Vec<SupportedStreamConfigRange>);

/// One form of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    pub(super) config: StreamConfig,
    pub(super) format: SampleFormat,
}

impl Offer {
    pub(super) fn of_inputs(device: &Device) -> Result<Self, cpal::Error> {
        Ok(Self::usable(device.supported_input_configs()?))
    }

    pub(super) fn of_outputs(device: &Device) -> Result<Self, cpal::Error> {
        Ok(Self::usable(device.supported_output_configs()?))
    }

    fn usable(ranges: impl Iterator<Item = SupportedStreamConfigRange>) -> Self {
        let usable = |range: &SupportedStreamConfigRange| {
            FORMATS.contains(&range.sample_format())
                && range.min_sample_rate() <= *DEVICE_RATES.end()
                && range.max_sample_rate() >= *DEVICE_RATES.start()
        };
        Self(ranges.filter(usable).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The most channels.
    pub(super) fn channels(&self) -> u16 {
        self.0.iter().map(SupportedStreamConfigRange::channels).max().unwrap_or(0)
    }

    /// The usual rates among those offered, ascending.
    pub(super) fn rates(&self) -> Vec<u32> {
        let offered =
            |rate: &u32| self.0.iter().any(|range| (range.min_sample_rate()..=range.max_sample_rate()).contains(rate));
        RATES.into_iter().filter(offered).collect()
    }

    /// How many channels are opened. Hardware has as many as it has; a sound server takes any number.
    fn channels_for(&self, wanted: u16) -> u16 {
        let least = self.0.iter().map(SupportedStreamConfigRange::channels).min().unwrap_or(0);
        let most = self.channels();
        if usize::from(most) >= MAX_INPUTS && least <= 2 { wanted.max(2).min(most) } else { most }
    }
}

/// 48 kHz if it is there, else the nearest.
pub(super) fn nearest_rate(rates: &[u32]) -> u32 {
    rates.iter().copied().min_by_key(|rate| rate.abs_diff(SAMPLE_RATE)).unwrap_or(SAMPLE_RATE)
}

/// Takes one form: first the rate, then the format; the buffer as near to the wanted as the device allows.
pub(super) fn choose(offer: &Offer, wanted: &Wanted, name: &str) -> Result<Chosen, Fault> {
    let channels = offer.channels_for(u16::from(wanted.channels));
    let rank = |range: &&SupportedStreamConfigRange| {
        let rate = rate_of(range);
        let format = FORMATS.iter().position(|format| *format == range.sample_format());
        (rate.abs_diff(SAMPLE_RATE), format)
    };
    let best = offer.0.iter().filter(|range| range.channels() == channels).min_by_key(rank);
    let Some(range) = best else {
        return Err(Fault::new(key::FAULT_AUDIO_CONFIG).with("device", name).with("detail", "44.1–192 kHz: 0"));
    };
    let buffer_size = match range.buffer_size() {
        SupportedBufferSize::Range { min, max } => BufferSize::Fixed(wanted.frames.clamp(*min, *max)),
        SupportedBufferSize::Unknown => BufferSize::Default,
    };
    let config = StreamConfig { channels, sample_rate: rate_of(range), buffer_size };
    Ok(Chosen { config, format: range.sample_format() })
}

fn rate_of(range: &SupportedStreamConfigRange) -> u32 {
    SAMPLE_RATE.clamp(range.min_sample_rate(), range.max_sample_rate())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(channels: u16, rates: (u32, u32), format: SampleFormat) -> SupportedStreamConfigRange {
        let sizes = SupportedBufferSize::Range { min: 64, max: 1_024 };
        SupportedStreamConfigRange::new(channels, rates.0, rates.1, sizes, format)
    }

    fn take(ranges: &[SupportedStreamConfigRange], wanted: &Wanted) -> Chosen {
        choose(&Offer::usable(ranges.iter().copied()), wanted, "test").unwrap()
    }

    #[test]
    fn the_engines_rate_and_whole_numbers_are_preferred() {
        let offered = [
            range(18, (44_100, 44_100), SampleFormat::I32),
            range(18, (48_000, 48_000), SampleFormat::I16),
            range(18, (48_000, 48_000), SampleFormat::I32),
            range(18, (48_000, 48_000), SampleFormat::F32),
        ];
        let chosen = take(&offered, &Wanted::new("x").with_frames(16));
        assert_eq!((chosen.config.sample_rate, chosen.format), (48_000, SampleFormat::I32));
        assert_eq!(chosen.config.buffer_size, BufferSize::Fixed(64));
    }

    #[test]
    fn without_48_khz_the_nearest_rate_is_taken() {
        let offered = [range(2, (96_000, 192_000), SampleFormat::F32), range(2, (44_100, 44_100), SampleFormat::I16)];
        assert_eq!(take(&offered, &Wanted::new("x")).config.sample_rate, 44_100);
    }

    #[test]
    fn hardware_is_opened_whole_and_a_server_as_wide_as_needed() {
        let hardware = [range(18, (48_000, 48_000), SampleFormat::I32), range(10, (48_000, 48_000), SampleFormat::I32)];
        assert_eq!(take(&hardware, &Wanted::new("x")).config.channels, 18);
        let server: Vec<_> = (1..=64).map(|n| range(n, (8_000, 192_000), SampleFormat::F32)).collect();
        assert_eq!(take(&server, &Wanted::new("x").with_channels(18)).config.channels, 18);
        assert_eq!(take(&server, &Wanted::new("x")).config.channels, 2);
    }
}
