//! Laws of the offline render: the same bits as live, whole files or none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use korero::desk::channel::Control;
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::TapSource;
use korero::fault::Fault;
use korero::limits::SAMPLE_RATE;
use korero::render::{FrameSource, Mixdown, Wanted, WavSource, render};
use proptest::collection::vec;
use proptest::prelude::*;

/// Sound from memory.
struct Memory {
    channels: usize,
    samples: Vec<f32>,
    at: usize,
}

impl Memory {
    fn new(channels: usize, samples: &[f32]) -> Self {
        Self { channels, samples: samples.to_vec(), at: 0 }
    }
}

impl FrameSource for Memory {
    fn channels(&self) -> usize {
        self.channels
    }

    fn read(&mut self, frames: usize, into: &mut Vec<f32>) -> Result<(), Fault> {
        let end = (self.at + frames * self.channels).min(self.samples.len());
        into.clear();
        into.extend_from_slice(&self.samples[self.at..end]);
        self.at = end;
        Ok(())
    }

    fn name(&self) -> String {
        "memory".to_owned()
    }
}

/// Samples as 24 bits have them, below the ceiling of the limiter.
fn steps_of_24_bits(count: usize, seed: i64) -> Vec<i32> {
    let step = |at: usize| ((at as i64 + seed) * 7_919_777 % 14_800_001) as i32 - 7_400_000;
    (0..count).map(step).collect()
}

fn floats(steps: &[i32]) -> Vec<f32> {
    steps.iter().map(|step| *step as f32 / 8_388_608.0).collect()
}

fn read_wav(path: &Path) -> Vec<i32> {
    let mut reader = WavReader::open(path).expect("a whole WAV file");
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.bits_per_sample, spec.sample_rate), (2, 24, SAMPLE_RATE));
    reader.samples().collect::<Result<_, _>>().expect("whole samples")
}

fn write_wav(path: &Path, channels: u16, bits_per_sample: u16, sample_rate: u32, samples: &[i32]) {
    let spec = WavSpec { channels, sample_rate, bits_per_sample, sample_format: SampleFormat::Int };
    let mut writer = WavWriter::create(path, spec).expect("a folder to write in");
    samples.iter().for_each(|sample| writer.write_sample(*sample).expect("room on the disk"));
    writer.finalize().expect("room on the disk");
}

fn only(mix: &Path) -> Wanted<'_> {
    Wanted { mix, stems: None, cues: None }
}

fn names(files: &[PathBuf]) -> Vec<&str> {
    files.iter().map(|path| path.file_name().and_then(|name| name.to_str()).expect("a name")).collect()
}

fn pair() -> Desk {
    Desk { strips: vec![Strip::new("Guitar: left/right", StripInput::Stereo(1, 2))], ..Desk::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_render_has_the_same_bits_as_live_with_any_callbacks(
        sizes in vec(1usize..900, 1..40), gain in -20f32..20.0, seed in 0i64..1_000,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::for_inputs(9, |input| format!("{input}"));
        desk.strips[8].channel.set(Control::TRIM, gain);
        desk.strips[3].channel.set(Control::HIGHPASS_ON, 1.0);
        desk.strips[4].channel.set(Control::PAN, -0.3);
        let frames: usize = sizes.iter().sum();
        let samples = floats(&steps_of_24_bits(frames * 9, seed));
        let mut live = Mixdown::new(&desk).unwrap();
        let (mut heard, mut block, mut done) = (Vec::new(), Vec::new(), 0);
        for size in sizes {
            live.play(&samples[done * 9..(done + size) * 9], 9);
            done += size;
            while live.next(&mut block) {
                heard.extend_from_slice(&block);
            }
        }
        let path = folder.path().join("mix.wav");
        let report = render(&desk, &mut Memory::new(9, &samples), &only(&path)).unwrap();
        let rendered = read_wav(&path);
        prop_assert_eq!((report.frames as usize, rendered.len()), (frames, frames * 2));
        let live: Vec<i32> = heard.iter().map(|sample| (sample * 8_388_608.0).round() as i32).collect();
        prop_assert_eq!(&rendered[..live.len()], &live[..]);
    }
}

#[test]
fn a_pair_at_unity_goes_from_file_to_file_without_a_changed_bit() {
    let folder = tempfile::tempdir().unwrap();
    let (multitrack, mix) = (folder.path().join("in.wav"), folder.path().join("out").join("mix.wav"));
    // Quiet enough that no peak between the samples reaches the limiter's ceiling.
    let steps: Vec<i32> = steps_of_24_bits(48_000 * 2, 1).into_iter().map(|step| step / 6).collect();
    write_wav(&multitrack, 2, 24, SAMPLE_RATE, &steps);
    let report = render(&pair(), &mut WavSource::open(&multitrack).unwrap(), &only(&mix)).unwrap();
    assert_eq!((report.frames, report.files), (48_000, vec![mix.clone()]));
    assert!(report.peak > 0.1 && report.reduction_db == 0.0);
    assert_eq!(read_wav(&mix), steps);
}

#[test]
fn sixteen_and_thirty_two_bits_and_floats_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.wav");
    let mut block = Vec::new();
    for (bits, sample) in [(16, 8_192), (24, 2_097_152), (32, 536_870_912)] {
        write_wav(&path, 3, bits, SAMPLE_RATE, &[sample; 30]);
        let mut source = WavSource::open(&path).unwrap();
        source.read(7, &mut block).unwrap();
        assert_eq!((source.channels(), &block), (3, &vec![0.25; 21]));
        source.read(7, &mut block).unwrap();
        assert_eq!(block.len(), 9);
        source.read(7, &mut block).unwrap();
        assert!(block.is_empty());
    }
}

#[test]
fn each_stem_is_its_strip_alone_and_together_they_are_the_mix() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = pair();
    desk.strips.push(Strip::new("Bass", StripInput::Mono(3)).with(Control::FADER, -12.0));
    desk.strips.push(Strip::new("Talkback", StripInput::Mono(1)).with(Control::MUTE, 1.0));
    let samples: Vec<f32> = floats(&steps_of_24_bits(3 * 5_000, 3)).iter().map(|sample| sample * 0.5).collect();
    let mix = folder.path().join("mix.wav");
    let stems = folder.path().join("stems");
    let wanted = Wanted { stems: Some(&stems), ..only(&mix) };
    let report = render(&desk, &mut Memory::new(3, &samples), &wanted).unwrap();
    assert_eq!(names(&report.files[1..]), ["01 Guitar_ left_right.wav", "02 Bass.wav", "03 Talkback.wav"]);
    let stems: Vec<Vec<i32>> = report.files[1..].iter().map(|path| read_wav(path)).collect();
    assert!(stems[2].iter().all(|step| *step == 0));
    for (at, step) in read_wav(&mix).iter().enumerate() {
        assert!((step - stems.iter().map(|stem| stem[at]).sum::<i32>()).abs() <= 2);
    }
}

/// A voice straight to the mix that ducks a guitar in a group with a compressor, and an echo of both.
const BAND: &str = r#"
format = 1
[[strip]]
id = "voice"
name = "Voice"
input = [1]
send1 = { level = -6.0 }
[[strip]]
id = "guitar"
name = "Guitar"
input = [2, 3]
key = "voice"
compressor = { on = true, key = true, threshold = -40.0 }
fader = { to = "group2", level = -3.0 }
send1 = { level = -12.0, pre = true }
[group2]
name = "Band"
compressor = { on = true, threshold = -30.0 }
[return1]
name = "Echo"
preeq.echo = { on = true, time = 20.0 }
fader = { level = -2.0 }
"#;

#[test]
fn the_stems_of_groups_and_returns_and_of_strips_beside_them_add_up_to_the_mix_with_keys_and_sends() {
    let folder = tempfile::tempdir().unwrap();
    let (mix, stems) = (folder.path().join("mix.wav"), folder.path().join("stems"));
    let desk = korero::desk::file::parse(BAND, "band").unwrap();
    let samples: Vec<f32> = floats(&steps_of_24_bits(3 * 24_000, 5)).iter().map(|sample| sample * 0.08).collect();
    let wanted = Wanted { stems: Some(&stems), ..only(&mix) };
    let report = render(&desk, &mut Memory::new(3, &samples), &wanted).unwrap();
    assert_eq!(names(&report.files[1..]), ["01 Voice.wav", "02 Guitar.wav", "group2 Band.wav", "return1 Echo.wav"]);
    let [mix, voice, guitar, band, echo] = [0, 1, 2, 3, 4].map(|at| read_wav(&report.files[at]));
    assert!(
        mix.iter()
            .zip(&voice)
            .zip(&band)
            .zip(&echo)
            .all(|(((mix, voice), band), echo)| (mix - voice - band - echo).abs() <= 3)
    );
    let energy = |sound: &[i32]| sound.iter().map(|step| f64::from(*step).powi(2)).sum::<f64>();
    assert!([&voice, &band, &echo].iter().all(|stem| energy(stem) > 0.01 * energy(&mix)));
    // The voice ducks the guitar before the group, where nobody else is heard.
    let mut unkeyed = desk.clone();
    unkeyed.strips[1].key = None;
    render(&unkeyed, &mut Memory::new(3, &samples), &wanted).unwrap();
    assert!(energy(&guitar) < 0.5 * energy(&read_wav(&report.files[2])));
}

#[test]
fn the_headphone_mixes_are_written_as_the_players_hear_them_live() {
    let folder = tempfile::tempdir().unwrap();
    let (mix, cues) = (folder.path().join("mix.wav"), folder.path().join("cues"));
    let desk = korero::desk::file::parse(BAND, "band").unwrap();
    let samples: Vec<f32> = floats(&steps_of_24_bits(3 * 9_000, 8)).iter().map(|sample| sample * 0.08).collect();
    let report = render(&desk, &mut Memory::new(3, &samples), &Wanted { cues: Some(&cues), ..only(&mix) }).unwrap();
    assert_eq!(names(&report.files[1..]), ["cue1.wav", "cue2.wav", "cue3.wav", "cue4.wav"]);
    let mut live = Mixdown::new(&desk).unwrap();
    let mut tap = live.listen(TapSource::Cue(2)).unwrap();
    live.play(&samples, 3);
    let (mut heard, mut block) = (Vec::new(), Vec::new());
    while tap.read(&mut block).is_some() {
        heard.extend(block.iter().map(|sample| (sample * 8_388_608.0).round() as i32));
    }
    assert_eq!(heard.len(), 18_000);
    assert!(read_wav(&report.files[3]) == heard);
}

#[test]
fn files_beside_each_other_are_one_multitrack_and_the_shorter_ones_end_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("1.wav"), folder.path().join("2.wav"));
    write_wav(&one, 1, 24, SAMPLE_RATE, &[4_194_304; 5]);
    write_wav(&two, 2, 24, SAMPLE_RATE, &[1_048_576, -2_097_152, 1_048_576, -2_097_152]);
    let mut source = korero::render::open(&[one, two]).unwrap();
    let mut block = Vec::new();
    source.read(4, &mut block).unwrap();
    let frame = [0.5, 0.125, -0.25];
    assert_eq!((source.channels(), &block), (3, &[frame, frame, [0.5, 0.0, 0.0], [0.5, 0.0, 0.0]].concat()));
    source.read(4, &mut block).unwrap();
    assert_eq!(block, [0.5, 0.0, 0.0]);
    source.read(4, &mut block).unwrap();
    assert!(block.is_empty());
}

#[test]
fn flac_files_are_rendered_with_a_scene_and_a_preset_by_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let take = ["stages.flac", "inserts.flac"].map(|name| golden.join(name));
    let scenes = "format = 1\n[[scene]]\nid = \"verse\"\nname = \"Verse\"\nparts = [\"mute\"]\n\
                  [[scene.desk.strip]]\nid = \"guitar\"\ninput = [1, 2]\nfader = { mute = true }\n";
    let desk = "format = 1\n[[strip]]\nid = \"guitar\"\ninput = [1, 2]\n[[strip]]\nid = \"bass\"\ninput = [3]\n";
    fs::write(folder.path().join("scenes.toml"), scenes).unwrap();
    fs::write(folder.path().join("desk.toml"), desk).unwrap();
    let korero = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_korero"));
        command.current_dir(folder.path()).env("KORERO_LANGUAGE", "en").env("HOME", folder.path());
        command.args(["render", "--desk", "desk.toml", "--out", "mix.wav", "--in"]).args(&take).args(words);
        command.output().unwrap()
    };
    let done =
        korero(&["--scenes", "scenes.toml", "--scene", "Verse", "--stems", "stems", "--preset", "bass=double-bass"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stdout).contains("LUFS"));
    assert!(read_wav(&folder.path().join("stems/01.wav")).iter().all(|step| *step == 0), "the scene mutes it");
    assert!(read_wav(&folder.path().join("stems/02.wav")).iter().any(|step| *step != 0));
    for (words, told) in [
        (&["--scenes", "scenes.toml", "--scene", "Chorus"][..], "Verse"),
        (&["--preset", "drums=cajon"], "guitar, bass"),
        (&["--preset", "bass=kazoo"], "kazoo"),
    ] {
        let refused = korero(words);
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains(told), "{words:?}");
    }
}

#[test]
fn stems_and_headphone_mixes_never_lie_where_the_multitrack_or_each_other_lie() {
    let folder = tempfile::tempdir().unwrap();
    let desk = "format = 1\n[[strip]]\nid = \"guitar\"\ninput = [1, 2]\n";
    fs::write(folder.path().join("desk.toml"), desk).unwrap();
    fs::create_dir(folder.path().join("take")).unwrap();
    write_wav(&folder.path().join("take/01.wav"), 2, 24, 48_000, &[1_000; 960]);
    let before = fs::read(folder.path().join("take/01.wav")).unwrap();
    for words in [&["--out", "mix.wav", "--stems", "take"][..], &["--out", "take/../cue1.wav", "--cues", "."]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_korero"));
        command.current_dir(folder.path()).env("KORERO_LANGUAGE", "en").env("HOME", folder.path());
        let refused =
            command.args(["render", "--desk", "desk.toml", "--in", "take/01.wav"]).args(words).output().unwrap();
        let told = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && told.contains("written over"), "{words:?}: {told}");
    }
    assert_eq!(fs::read(folder.path().join("take/01.wav")).unwrap(), before);
}

#[test]
fn a_mixdown_does_not_obey_solo_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, soloed) = (folder.path().join("plain.wav"), folder.path().join("soloed.wav"));
    let sound: Vec<f32> = (0..9_600).map(|at| (at % 97) as f32 * 0.002).collect();
    let mut desk = Desk::for_inputs(2, |_| String::new());
    render(&desk, &mut Memory::new(2, &sound), &only(&plain)).unwrap();
    desk.own.set(Control::SOLO_MODE, Control::SOLO_IN_PLACE);
    desk.strips[0].channel.set(Control::SOLO, 1.0);
    render(&desk, &mut Memory::new(2, &sound), &only(&soloed)).unwrap();
    assert_eq!(read_wav(&plain), read_wav(&soloed));
}

#[test]
fn what_cannot_be_rendered_is_told_and_an_older_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (mix, input) = (folder.path().join("mix.wav"), folder.path().join("in.wav"));
    fs::write(&mix, "from before").unwrap();
    let code = |fault: Fault| fault.code.name();
    let narrow = render(&pair(), &mut Memory::new(1, &[0.0; 10]), &only(&mix)).unwrap_err();
    assert_eq!(code(narrow), "fault-render-inputs");
    write_wav(&input, 2, 16, 44_100, &[0; 4]);
    assert_eq!(WavSource::open(&input).err().map(code), Some("fault-render-rate"));
    assert_eq!(WavSource::open(&mix).err().map(code), Some("fault-render-read"));
    let under_a_file = mix.join("mix.wav");
    let blocked = render(&pair(), &mut Memory::new(2, &[0.0; 10]), &only(&under_a_file)).unwrap_err();
    assert_eq!(code(blocked), "fault-render-write");
    assert_eq!(fs::read_to_string(&mix).unwrap(), "from before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half-done is left behind");
}
