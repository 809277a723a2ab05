//! `korero takes upload`: a master into the archive of our server.

use std::path::{Path, PathBuf};

use korero_sentences::key;
use uuid::Uuid;

use super::{Voice, export, headless, plan};
use crate::fault::Fault;
use crate::limits::SAMPLE_RATE;
use crate::record::names::TakeFolder;
use crate::record::{Disk as _, LocalDisk, Part};
use crate::station::upload::{self, Job, News, Of, Outcome};
use crate::takes::{self, FileEnd, Take, TakeFile};
use crate::timeline::{Epoch, FrameIndex};

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Upload {
    /// A take's folder, or a WAV or FLAC file.
    pub what: PathBuf,
    /// The WHIP address of the artist.
    pub to: String,
    /// A file with the stream key.
    pub key_file: Option<PathBuf>,
    /// The performance, when the take does not tell.
    pub performance: Option<Uuid>,
}

/// Uploads, and tells how far it is.
///
/// # Errors
/// The take, the file, the key or the room in the archive is not what it must be.
pub(super) fn upload(asked: &Upload, voice: Voice) -> Result<(), Fault> {
    let take = recorded(&asked.what)?;
    let of = match (asked.performance, &take) {
        (Some(id), _) => Of::Performance(id),
        (None, Some((take, mix))) => of(take, mix),
        (None, None) => return Err(Fault::new(key::FAULT_UPLOAD_NO_PERFORMANCE)),
    };
    let key = plan::stream_key(asked.key_file.as_deref())?;
    let key = key.ok_or_else(|| Fault::new(key::FAULT_CLI_MISSING).with("flag", "--key-file"))?;
    let stop = headless::catch_signals()?;
    let file = match &take {
        Some((take, mix)) => export::lossless(take, mix, &stop, voice)?,
        None => Some(asked.what.clone()),
    };
    let Some(file) = file else {
        voice.say(key::CLI_UPLOAD_STOPPED, &[]);
        return Ok(());
    };
    let job = Job { file, to: asked.to.clone(), key, of, language: voice.language };
    let mut progress = Progress { voice, file: job.file.clone(), tenth: None };
    match upload::upload(&job, &stop, &mut |news| progress.tell(news))? {
        Outcome::Archived(url) => voice.say(key::CLI_UPLOADED, &[("url", url.into())]),
        Outcome::Stopped => voice.say(key::CLI_UPLOAD_STOPPED, &[]),
    }
    Ok(())
}

/// A take and its mix; `None` for another file, which is its own master.
fn recorded(what: &Path) -> Result<Option<(Take, TakeFile)>, Fault> {
    if !LocalDisk.exists(&TakeFolder(what.to_owned()).journal()) {
        return Ok(None);
    }
    let take = takes::read(&LocalDisk, what)?;
    let mix = take.files.iter().find(|file| file.part == Part::Mix).cloned();
    let mix = mix.ok_or_else(|| Fault::new(key::FAULT_CLI_NO_MIX).with("file", what.display().to_string()))?;
    if matches!(mix.end, FileEnd::Open | FileEnd::LeftAlone) {
        return Err(Fault::new(key::FAULT_TAKES_OPEN).with("file", mix.path.display().to_string()));
    }
    Ok(Some((take, mix)))
}

/// How the performance of a take is found.
fn of(take: &Take, mix: &TakeFile) -> Of {
    Of::Take { epoch: take.epoch.id, utc_ms: moment(take.epoch, mix.first_frame) }
}

/// When a frame sounded, UTC in ms since 1970.
fn moment(epoch: Epoch, frame: FrameIndex) -> i64 {
    let since = u128::from(frame.0) * 1_000 / u128::from(SAMPLE_RATE);
    i64::try_from(u128::from(epoch.utc_ns_at_frame_0) / 1_000_000 + since).unwrap_or(i64::MAX)
}

/// Tells each tenth once.
struct Progress {
    voice: Voice,
    file: PathBuf,
    tenth: Option<(u64, bool)>,
}

impl Progress {
    fn tell(&mut self, news: News) {
        match news {
            News::Hashing => {
                self.voice.say(key::CLI_UPLOAD_HASHING, &[("file", self.file.display().to_string().into())]);
            }
            News::Waiting => self.voice.say(key::CLI_UPLOAD_WAITING, &[]),
            News::Checking => self.voice.say(key::CLI_UPLOAD_CHECKING, &[]),
            News::Safe { arrived, bytes, slow } => {
                let percent = arrived.saturating_mul(100) / bytes.max(1);
                let now = (percent / 10, slow);
                if self.tenth.replace(now) != Some(now) {
                    let key = if slow { key::CLI_UPLOAD_SLOW } else { key::CLI_UPLOAD_SAFE };
                    self.voice.say(key, &[("percent", percent.into()), ("mib", bytes.div_ceil(1 << 20).into())]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::journal::{FORMAT, Line};
    use crate::recording::SampleForm;
    use crate::show::Show;

    #[test]
    fn a_frame_of_a_take_is_dated_by_its_epoch() {
        let epoch = Epoch { id: Uuid::nil(), utc_ns_at_frame_0: 1_795_000_000_123_456_789 };
        assert_eq!(moment(epoch, FrameIndex(0)), 1_795_000_000_123);
        assert_eq!(moment(epoch, FrameIndex(3 * 48_000 + 24)), 1_795_000_003_123);
    }

    #[test]
    fn a_file_is_its_own_master_and_a_take_names_its_mix() {
        assert_eq!(recorded(Path::new("a/x.flac")).unwrap(), None);
        let folder = tempfile::tempdir().unwrap();
        let journal = TakeFolder(folder.path().to_owned()).journal();
        let epoch = Epoch { id: Uuid::from_u128(7), utc_ns_at_frame_0: 5_000_000 };
        let mut text = line(&Line::Take { format: FORMAT, id: Uuid::nil(), epoch, show: Show::default() });
        std::fs::write(&journal, &text).unwrap();
        assert_eq!(recorded(folder.path()).unwrap_err().code, key::FAULT_CLI_NO_MIX);
        let (first_frame, form) = (FrameIndex(48_000), SampleForm::default());
        let name = "mix.wav".into();
        text += &line(&Line::File { part: Part::Mix, track: None, name, channels: 2, form, first_frame });
        std::fs::write(&journal, &text).unwrap();
        assert_eq!(recorded(folder.path()).unwrap_err().code, key::FAULT_TAKES_OPEN, "it is still recorded");
        text += &line(&Line::End { part: Part::Mix, track: None, frames: 480, sums: None });
        std::fs::write(&journal, &text).unwrap();
        let (take, mix) = recorded(folder.path()).unwrap().expect("a take");
        assert_eq!(mix.path, folder.path().join("mix.wav"));
        assert_eq!(of(&take, &mix), Of::Take { epoch: epoch.id, utc_ms: 1_005 });
    }

    fn line(line: &Line) -> String {
        serde_json::to_string(line).unwrap() + "\n"
    }
}
