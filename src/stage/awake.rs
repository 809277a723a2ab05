//! Keeps the computer from sleeping.

/// Held while on air or recording, until all files are ended; a system that refused was asked once.
#[derive(Default)]
pub(super) struct Awake(Option<Option<keepawake::KeepAwake>>);

impl Awake {
    /// Begins when the show is busy, and ends when it is not any more.
    pub(super) fn while_busy(&mut self, busy: bool) {
        if !busy {
            self.0 = None;
        } else if self.0.is_none() {
            self.0 = Some(stay_awake());
        }
    }
}

/// Keeps the computer awake; a system that refuses is no fault of the show.
fn stay_awake() -> Option<keepawake::KeepAwake> {
    keepawake::Builder::default()
        .idle(true)
        .sleep(true)
        .reason("On air or recording")
        .app_name("Covers & Kōrero Live")
        .app_reverse_domain("live.korero.app")
        .create()
        .inspect_err(|e| tracing::info!("the system does not take requests to stay awake: {e}"))
        .ok()
}
