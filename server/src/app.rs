//! What every request handler holds on to.

use std::sync::Arc;

use tokio::sync::watch;

use crate::archive::Archive;
use crate::config::Settings;
use crate::gate::{Gate, Places};
use crate::keys::Known;
use crate::limits::{MAX_FOLLOWERS, MAX_FOLLOWERS_PER_ADDRESS};
use crate::metrics::Metrics;
use crate::relay::board::Boards;
use crate::relay::driver::Media;
use crate::relay::negotiation::Identity;
use crate::sessions::Sessions;
use crate::store::sqlite::Sqlite;

/// The server, shared by all requests.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) store: Sqlite,
    pub(crate) archive: Archive,
    pub(crate) media: Media,
    pub(crate) identity: Identity,
    pub(crate) boards: Boards,
    pub(crate) sessions: Sessions,
    pub(crate) gate: Gate,
    pub(crate) keys: Known,
    pub(crate) metrics: Metrics,
    /// Places for pages that follow an artist.
    pub(crate) followers: Arc<Places>,
    /// Becomes true when the server stops.
    pub(crate) stopping: watch::Sender<bool>,
}

impl App {
    pub(crate) fn new(
        settings: Settings,
        store: Sqlite,
        archive: Archive,
        media: Media,
        identity: Identity,
        metrics: Metrics,
    ) -> Self {
        Self(Arc::new(Parts {
            settings,
            store,
            archive,
            media,
            identity,
            boards: Boards::default(),
            sessions: Sessions::default(),
            gate: Gate::default(),
            keys: Known::default(),
            metrics,
            followers: Arc::new(Places::new(MAX_FOLLOWERS, MAX_FOLLOWERS_PER_ADDRESS)),
            stopping: watch::Sender::new(false),
        }))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
