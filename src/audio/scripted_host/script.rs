//! What a scripted interface plays and suffers, as it is written down.

use std::fs;
use std::path::{Path, PathBuf};

use korero_sentences::key;
use serde::Deserialize;

use crate::fault::Fault;
use crate::limits::{DEVICE_FRAMES, DEVICE_RATES, MAX_INPUTS, SAMPLE_RATE};

/// A script in TOML. Every field may be left out.
///
/// ```toml
/// frames = 64            # of one callback; else what the app asks for
/// ragged = false         # true: callbacks of ever other sizes, as PulseAudio gives them
/// rate = 48000           # Hz
/// format = "i32"         # i16, i24, i32, f32
/// inputs = 18            # more are silent; else as many as the sources have
/// loop = true            # false: Finished when the longest file, or length_ms, is over
/// length_ms = 60000      # the end of a script without files
/// pace = "realtime"      # or "quarter" of it, or "fast": eight times
///
/// [[source]]             # each takes the next inputs
/// kind = "file"
/// path = "voice.flac"    # from the script's folder; .wav or .flac
/// [[source]]
/// kind = "tone"
/// freq = 1000.0
/// level_dbfs = -18.0
/// [[source]]
/// kind = "counter"       # the frame number in 24 bits
/// [[source]]
/// kind = "noise"
/// inputs = 16
/// [[source]]
/// kind = "click"
/// every_ms = 500
///
/// [[fault]]
/// at_ms = 5000
/// kind = "unplug"        # plug, stall, resume, xrun (frames = 512), rate (rate = 44100),
///                        # nan (input = 1, frames = 64; only in format f32)
/// ```
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Script {
    /// Name for people; the id is `scripted:` and the file's stem.
    pub name: String,
    /// Frames of one callback; `None`: what the app asks for.
    pub frames: Option<u32>,
    /// Callbacks of ever other sizes, 1 to twice the asked.
    pub ragged: bool,
    /// Hz.
    pub rate: u32,
    /// Form of the samples.
    pub format: ScriptedFormat,
    /// Inputs; `None`: as many as the sources have.
    pub inputs: Option<u8>,
    /// Files begin again at their end.
    #[serde(rename = "loop")]
    pub repeat: bool,
    /// The end of the script, ms, unless it repeats.
    pub length_ms: Option<u64>,
    /// How fast time goes.
    pub pace: Pace,
    /// What is heard.
    #[serde(rename = "source")]
    pub sources: Vec<ScriptedSource>,
    /// What goes wrong, and when.
    #[serde(rename = "fault")]
    pub faults: Vec<ScriptedFault>,
    /// Where the script lies; relative paths begin here.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The stable id.
    #[serde(skip)]
    pub id: String,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            name: "Scripted interface".to_owned(),
            frames: None,
            ragged: false,
            rate: SAMPLE_RATE,
            format: ScriptedFormat::I32,
            inputs: None,
            repeat: true,
            length_ms: None,
            pace: Pace::Realtime,
            sources: Vec::new(),
            faults: Vec::new(),
            folder: PathBuf::new(),
            id: "scripted:script".to_owned(),
        }
    }
}

/// Form of a scripted device's samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScriptedFormat {
    /// 16-bit integers.
    I16,
    /// 24-bit integers in 32-bit containers.
    I24,
    /// 24 bits in the upper three bytes of 32, as real interfaces give them.
    I32,
    /// Floating point.
    F32,
}

/// How fast a script's time goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pace {
    /// As on the clock.
    Realtime,
    /// Eight times as fast.
    Fast,
    /// A quarter as fast.
    Quarter,
}

impl Pace {
    /// Seconds of the script for each second on the clock.
    #[must_use]
    pub fn speed(self) -> f64 {
        match self {
            Self::Realtime => 1.0,
            Self::Fast => 8.0,
            Self::Quarter => 0.25,
        }
    }
}

/// What one or more inputs hear.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum ScriptedSource {
    /// A sound file; takes as many inputs as it has channels.
    File {
        /// `.wav` or `.flac`.
        path: PathBuf,
    },
    /// A sine.
    Tone {
        /// Hz.
        freq: f64,
        /// Level of its peak, dBFS.
        #[serde(default)]
        level_dbfs: f32,
    },
    /// The frame number in 24 bits.
    Counter {},
    /// White noise at full scale, other on each input.
    Noise {
        /// How many inputs.
        #[serde(default = "one")]
        inputs: u8,
    },
    /// Short clicks.
    Click {
        /// The time between them, ms.
        every_ms: u64,
        /// Level of the peak, dBFS.
        #[serde(default)]
        level_dbfs: f32,
    },
    /// Nothing.
    Silence {
        /// How many inputs.
        #[serde(default = "one")]
        inputs: u8,
    },
}

fn one() -> u8 {
    1
}

/// Something that goes wrong at its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct ScriptedFault {
    /// Script time, ms.
    pub at_ms: u64,
    /// What.
    #[serde(flatten)]
    pub kind: ScriptedKind,
}

/// What can go wrong with a scripted interface, or be mended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ScriptedKind {
    /// The plug is pulled: streams end, the device leaves the list.
    Unplug,
    /// It is back.
    Plug,
    /// It hangs: no sound, no error.
    Stall,
    /// It goes on after hanging, and reports that sound was lost.
    Resume,
    /// Frames are lost and the loss is reported, without its length.
    Xrun {
        /// How many, at the device's rate.
        frames: u64,
    },
    /// It runs at another rate from now on; streams end.
    Rate {
        /// Hz.
        rate: u32,
    },
    /// An input gives NaN and the two infinities by turns instead of sound; only floating point can.
    Nan {
        /// Which, from 1.
        input: u8,
        /// For how many frames.
        frames: u64,
    },
}

impl Script {
    /// Reads a script from a `.toml`, or makes one that plays a sound file or all sound files of a folder in the order
    /// of their names.
    ///
    /// # Errors
    /// When nothing playable is there, or the script has a mistake: told with its line.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let stem = path.file_stem().map_or_else(|| "script".into(), |s| s.to_string_lossy().into_owned());
        let mut script = if path.is_dir() {
            Self::of_folder(path)?
        } else if extension(path) == "toml" {
            let text = fs::read_to_string(path).map_err(|e| fault(path, &e.to_string()))?;
            Self::parse(&text).map_err(|detail| fault(path, &detail))?
        } else {
            let file = path.canonicalize().map_err(|e| fault(path, &e.to_string()))?;
            Self { sources: vec![ScriptedSource::File { path: file }], name: stem.clone(), ..Self::default() }
        };
        if script.folder.as_os_str().is_empty() {
            script.folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        }
        script.id = format!("scripted:{stem}");
        Ok(script)
    }

    /// Reads a script from its text; relative paths begin at the working folder.
    ///
    /// # Errors
    /// What is wrong, with its line, in the words of the TOML reader.
    pub fn parse(text: &str) -> Result<Self, String> {
        let script: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        script.check()?;
        Ok(script)
    }

    fn check(&self) -> Result<(), String> {
        if !DEVICE_RATES.contains(&self.rate) {
            return Err(format!("rate = {}", self.rate));
        }
        if let Some(frames) = self.frames.filter(|f| !DEVICE_FRAMES.contains(f)) {
            return Err(format!("frames = {frames}"));
        }
        for fault in &self.faults {
            if let ScriptedKind::Nan { input, .. } = fault.kind
                && (self.format != ScriptedFormat::F32 || !(1..=MAX_INPUTS).contains(&usize::from(input)))
            {
                return Err(format!("kind = \"nan\", input = {input}, format ≠ \"f32\""));
            }
        }
        match self.inputs {
            Some(inputs) if inputs == 0 || usize::from(inputs) > MAX_INPUTS => Err(format!("inputs = {inputs}")),
            _ => Ok(()),
        }
    }

    fn of_folder(folder: &Path) -> Result<Self, Fault> {
        let entries = fs::read_dir(folder).map_err(|e| fault(folder, &e.to_string()))?;
        let mut files: Vec<_> = entries
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|path| matches!(extension(path).as_str(), "wav" | "flac"))
            .collect();
        files.sort();
        files.truncate(MAX_INPUTS);
        if files.is_empty() {
            return Err(fault(folder, "*.wav, *.flac: 0"));
        }
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let sources = files.into_iter().map(|path| ScriptedSource::File { path }).collect();
        // The files already carry the folder's path.
        Ok(Self { sources, name, folder: PathBuf::from("."), ..Self::default() })
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn fault(path: &Path, detail: &str) -> Fault {
    Fault::new(key::FAULT_AUDIO_SCRIPT).with("file", path.display().to_string()).with("detail", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_as_it_is_documented() {
        let script = Script::parse(
            "frames = 64\nloop = false\npace = 'quarter'\n[[source]]\nkind = 'tone'\nfreq = 1000\nlevel_dbfs = -18\n\
             [[source]]\nkind = 'counter'\n[[fault]]\nat_ms = 5\nkind = 'xrun'\nframes = 512\n\
             [[fault]]\nat_ms = 6\nkind = 'unplug'\n",
        )
        .unwrap();
        assert_eq!(script.frames, Some(64));
        assert!(!script.repeat);
        assert_eq!(script.pace, Pace::Quarter);
        assert_eq!(script.sources.len(), 2);
        assert_eq!(script.faults[0].kind, ScriptedKind::Xrun { frames: 512 });
        assert_eq!(script.faults[1].kind, ScriptedKind::Unplug);
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let told = Script::parse("frames = 64\nlop = true\n").unwrap_err();
        assert!(told.contains("line 2") && told.contains("lop"), "{told}");
        assert!(Script::parse("rate = 8000").is_err());
        assert!(Script::parse("inputs = 33").is_err());
        let nan = "[[fault]]\nat_ms = 1\nkind = 'nan'\nframes = 1\ninput =";
        assert!(Script::parse(&format!("format = 'f32'\n{nan} 32")).is_ok());
        assert!(Script::parse(&format!("format = 'f32'\n{nan} 33")).is_err());
        assert!(Script::parse(&format!("format = 'i32'\n{nan} 1")).is_err());
    }
}
