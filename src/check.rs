//! The check of the network before a show: twenty seconds of a real session that nobody hears, over each kind of way that
//! the server offers, and a verdict in words. Only a server that says that its check is hidden is sent anything.

mod connect;
mod flow;
pub mod measures;
mod probe;
mod run;
pub mod verdict;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use korero_sentences::{self as sentences, Language, key};
use serde::Serialize;
use tokio::runtime::{self, Runtime};

use crate::fault::Fault;
use crate::limits::CHECK_LENGTH;
use crate::priority;
use crate::rtc::WhipClient;
use crate::secret::StreamKey;
use crate::session::event::PathKind;

use measures::Measures;
use verdict::Verdict;

/// Where the hidden session of a WHIP address is.
const PLACE: &str = "check";

/// What is to be checked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The WHIP address of the show.
    pub to: String,
    /// The stream key.
    pub key: Option<StreamKey>,
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Doing {
    /// Finds out whether there is a way of that kind.
    Connecting(PathKind),
    /// Sends so many bit/s.
    Sending(u32),
    /// Waits until the way is empty again.
    Waiting,
}

impl Doing {
    /// In words.
    #[must_use]
    pub fn sentence(self, language: Language) -> String {
        let (key, bitrate) = match self {
            Self::Connecting(PathKind::Direct) => (key::CHECK_DOING_DIRECT, 0),
            Self::Connecting(PathKind::Tcp) => (key::CHECK_DOING_TCP, 0),
            Self::Connecting(PathKind::Relayed) => (key::CHECK_DOING_RELAY, 0),
            Self::Sending(bitrate) => (key::CHECK_DOING_SENDING, bitrate),
            Self::Waiting => (key::CHECK_DOING_WAITING, 0),
        };
        sentences::say(language, key, &[("bitrate", (bitrate / 1_000).into())])
    }
}

/// How far a check is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// What is being done.
    pub doing: Doing,
    /// How much of it is over, 0 to 1.
    pub part: f32,
}

/// What a check found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// What follows.
    pub verdict: Verdict,
    /// What was measured.
    pub measures: Measures,
}

/// Checks; takes about [`CHECK_LENGTH`], on the calling thread and one of its own. `None` when it was stopped.
///
/// # Errors
/// The address or the key is not what it must be, the server has no hidden check, or it refuses the key.
pub fn run(asked: &Asked, stop: &AtomicBool, tell: &mut dyn FnMut(Progress)) -> Result<Option<Report>, Fault> {
    let key = asked.key.as_ref().map(StreamKey::reveal);
    let place =
        place(&asked.to).ok_or_else(|| Fault::new(key::FAULT_PUBLISH_ADDRESS).with("url", asked.to.as_str()))?;
    let client = WhipClient::new(&place, key)?;
    let runtime = runtime().map_err(|error| Fault::new(key::FAULT_PUBLISH_START).with("reason", error.to_string()))?;
    let done = runtime.block_on(run::all(client, stop, tell));
    // A name that is still being looked up in a dead network must not hold up the end.
    runtime.shutdown_background();
    done
}

/// The address of the check beside that of the show.
fn place(to: &str) -> Option<String> {
    let to = to.trim();
    WhipClient::accepts(to).then_some(())?;
    let (path, query) = to.split_once('?').map_or((to, ""), |(path, query)| (path, query));
    let question = if query.is_empty() { "" } else { "?" };
    Some(format!("{}/{PLACE}{question}{query}", path.trim_end_matches('/')))
}

fn runtime() -> std::io::Result<Runtime> {
    runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .thread_name("korero-check")
        .on_thread_start(|| {
            priority::promote();
        })
        .enable_all()
        .build()
}

/// How much of a check is over.
fn part(elapsed: Duration) -> f32 {
    (elapsed.as_secs_f32() / CHECK_LENGTH.as_secs_f32()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_is_beside_the_address_of_the_show() {
        let beside = |to| place(to).unwrap_or_default();
        assert_eq!(beside("https://live.example/whip/hana"), "https://live.example/whip/hana/check");
        assert_eq!(beside(" http://10.0.0.1:8080/whip/hana/ "), "http://10.0.0.1:8080/whip/hana/check");
        assert_eq!(beside("https://x.example/app?direction=whip"), "https://x.example/app/check?direction=whip");
        assert_eq!(place("icecast://radio.example/live"), None);
    }
}
