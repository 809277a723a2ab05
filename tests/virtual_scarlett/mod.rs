//! A virtual interface that the unmodified app opens through ALSA like hardware: 18 inputs, 20 outputs, its own clock,
//! and faults on command. Needs `gcc` and `libasound2-dev`; no daemon, no kernel module, no root.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tempfile::TempDir;

/// Its stable id in the app.
pub(crate) const ID: &str = "alsa:scarlett18i20";

/// What the interface is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) inputs: u8,
    pub(crate) outputs: u8,
    /// 1 is real time.
    pub(crate) speed: f64,
    /// Error of its clock.
    pub(crate) ppm: f64,
    /// What is played into it, over and over: a file of raw 32-bit frames of all its inputs. Else numbers, other ones on each.
    pub(crate) sound: Option<&'static Path>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { inputs: 18, outputs: 20, speed: 1.0, ppm: 0.0, sound: None }
    }
}

/// The interface, plugged in. There is one in a process, since ALSA reads one configuration.
pub(crate) struct VirtualScarlett {
    folder: &'static Path,
    setup: Setup,
    _only: MutexGuard<'static, ()>,
}

impl VirtualScarlett {
    /// Plugs it in; waits for another test of this process that uses it.
    pub(crate) fn plug_in(setup: Setup) -> Self {
        static ONLY: Mutex<()> = Mutex::new(());
        let only = ONLY.lock().unwrap_or_else(PoisonError::into_inner);
        let scarlett = Self { folder: folder(), setup, _only: only };
        for fault in ["unplugged", "xrun", "stall", "rates"] {
            scarlett.clear(fault);
        }
        scarlett.configure(true);
        scarlett
    }

    /// Pulls the plug: streams end, the device leaves the list.
    pub(crate) fn unplug(&self) {
        self.set("unplugged", "");
        self.configure(false);
    }

    /// Puts the plug back.
    pub(crate) fn plug(&self) {
        self.configure(true);
        self.clear("unplugged");
    }

    /// One xrun.
    pub(crate) fn xrun(&self) {
        self.set("xrun", "");
    }

    /// Hangs without any error.
    pub(crate) fn stall(&self) {
        self.set("stall", "");
    }

    /// Goes on after hanging.
    pub(crate) fn resume(&self) {
        self.clear("stall");
    }

    /// The rates that are accepted from the next opening on.
    pub(crate) fn rates(&self, rates: &str) {
        self.set("rates", rates);
    }

    fn set(&self, name: &str, text: &str) {
        fs::write(self.state(name), text).expect("the state folder is writable");
    }

    fn clear(&self, name: &str) {
        let path = self.state(name);
        if path.exists() {
            fs::remove_file(path).expect("the state folder is writable");
        }
    }

    fn state(&self, name: &str) -> PathBuf {
        self.folder.join("state").join(name)
    }

    /// Writes ALSA's whole configuration, with the device listed or not.
    fn configure(&self, listed: bool) {
        let folder = self.folder.display();
        let mut text = format!(
            "pcm_type.vscarlett {{ lib \"{folder}/{LIBRARY}\" }}\npcm.null {{ type null hint {{ show off }} }}\n"
        );
        if listed {
            let Setup { inputs, outputs, speed, ppm, sound } = self.setup;
            let sound = sound.map_or(String::new(), |path| format!(" sound \"{}\"\n", path.display()));
            text += &format!(
                "pcm.scarlett18i20 {{\n type vscarlett\n capture_channels {inputs}\n playback_channels {outputs}\n \
                 state_dir \"{folder}/state\"\n speed {speed:.6}\n ppm {ppm:.6}\n{sound} \
                 hint {{ show on description \"Scarlett 18i20 USB, USB Audio\" }}\n}}\n"
            );
        }
        // In one step, so that nobody reads half of it.
        let (half, whole) = (self.folder.join("asound.tmp"), self.folder.join("asound.conf"));
        fs::write(&half, text).expect("the folder is writable");
        fs::rename(half, whole).expect("the folder is writable");
    }
}

const LIBRARY: &str = "libasound_module_pcm_vscarlett.so";

/// The folder of this process's interface, with the plug-in in it, and ALSA told to look there.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            fs::create_dir(folder.path().join("state")).expect("a writable folder");
            compile(folder.path());
            // SAFETY: the first test that needs the interface does this before any thread looks at the environment
            // of ALSA, which is first read when a host is made.
            unsafe { std::env::set_var("ALSA_CONFIG_PATH", folder.path().join("asound.conf")) };
            folder
        })
        .path()
}

fn compile(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/virtual_scarlett/pcm_vscarlett.c");
    let done = Command::new("gcc")
        .args(["-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-shared", "-fPIC", "-o"])
        .args([folder.join(LIBRARY), source])
        .arg("-lasound")
        .status();
    assert!(done.is_ok_and(|status| status.success()), "needs the packages gcc and libasound2-dev");
}
