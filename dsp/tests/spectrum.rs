//! What the spectrum shows.

use std::f64::consts::TAU;

use korero_dsp::spectrum::{BANDS, HOP, SILENT, SMALL_BANDS, Spectrum, WINDOW, band_freq};

fn tone(freq: f64, amplitude: f64, frames: usize) -> Vec<f32> {
    (0..frames).map(|n| (amplitude * (TAU * freq / 48_000.0 * n as f64).sin()) as f32).collect()
}

#[test]
fn a_tone_reads_its_level_in_its_band_and_nothing_far_away() {
    for band in (0..BANDS).step_by(7) {
        for detune in [0.98, 1.0, 1.02] {
            let mut spectrum = Spectrum::new(1);
            let mut sound = tone(f64::from(band_freq(band)) * detune, 0.1, 12 * WINDOW);
            // What begins at once is heard everywhere.
            for (n, sample) in sound.iter_mut().enumerate().take(8 * WINDOW) {
                *sample *= (0.5 - 0.5 * (TAU / 2.0 * n as f64 / (8 * WINDOW) as f64).cos()) as f32;
            }
            spectrum.feed(&sound);
            let levels = spectrum.levels();
            assert!((levels[band] + 20.0).abs() < 0.5, "band {band}: {} dB", levels[band]);
            let far = (0..BANDS).filter(|other| other.abs_diff(band) > 60);
            // Below 100 Hz the window is only a few periods long.
            assert!(far.clone().all(|other| levels[other] < -80.0), "band {band} is heard far away");
        }
    }
}

#[test]
fn two_sides_show_their_mean_and_levels_fall_slowly() {
    let mut spectrum = Spectrum::new(2);
    let left = tone(1_000.0, 1.0, 2 * WINDOW);
    let sides: Vec<f32> = left.iter().flat_map(|sample| [*sample, -sample]).collect();
    spectrum.feed(&sides);
    let band = (0..BANDS).min_by(|a, b| (band_freq(*a) - 1e3).abs().total_cmp(&(band_freq(*b) - 1e3).abs()));
    let band = band.expect("there are bands");
    assert!(spectrum.levels()[band].abs() < 0.5, "what cancels in the sum is still shown");
    let before = spectrum.levels()[band];
    spectrum.feed(&vec![0.0; 2 * 20 * HOP]);
    let fallen = before - spectrum.levels()[band];
    assert!((15.0..21.0).contains(&fallen), "{fallen} dB in 0.85 s");
    spectrum.reset();
    assert_eq!(spectrum.levels(), &[SILENT; BANDS]);
    spectrum.feed(&[f32::NAN; 2 * WINDOW]);
    assert_eq!(spectrum.levels(), &[SILENT; BANDS]);
    assert!((band_freq(BANDS - 1) - 20_000.0).abs() < 1_200.0);
}

#[test]
fn what_looks_seldom_shows_the_same_tone_and_falls_as_slowly() {
    let mut both = [Spectrum::new(1), Spectrum::seldom(1)];
    let sound = tone(1_000.0, 0.1, 4 * WINDOW);
    both.iter_mut().for_each(|spectrum| spectrum.feed(&sound));
    let loudest = |spectrum: &Spectrum| spectrum.levels().iter().fold(SILENT, |most, level| most.max(*level));
    let [often, seldom] = both.each_ref().map(loudest);
    assert!((often + 20.0).abs() < 0.5 && (seldom - often).abs() < 0.1, "{often} and {seldom} dB");
    both.iter_mut().for_each(|spectrum| spectrum.feed(&vec![0.0; 10 * WINDOW]));
    let [often, seldom] = both.each_ref().map(loudest);
    // One look more or less is what they may differ by.
    assert!((often - seldom).abs() < 24.0 * WINDOW as f32 / 48_000.0, "{often} and {seldom} dB");
}

#[test]
fn a_small_spectrum_loses_no_peak() {
    let mut spectrum = Spectrum::new(1);
    for band in (0..BANDS).step_by(5) {
        spectrum.reset();
        spectrum.feed(&tone(f64::from(band_freq(band)), 0.1, 4 * WINDOW));
        let small = spectrum.small();
        assert_eq!(small.len(), SMALL_BANDS);
        assert!(small[band / 3] >= spectrum.levels()[band], "band {band}");
        let loudest = |levels: &[f32]| levels.iter().fold(SILENT, |most, level| most.max(*level));
        assert_eq!(loudest(&small), loudest(spectrum.levels()));
    }
}
