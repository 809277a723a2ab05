//! Our own server, when the air goes there: it is told of the performance and asked who listens. Sound does not depend
//! on it. A foreign WHIP server has no such thing, and then there is simply no station.

pub mod upload;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use korero_api::{ArtistNow, Decimal, OpenPerformance, PerformanceOpened, route};
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

use crate::limits::{STATION_POLL, STATION_TIMEOUT};
use crate::secret::StreamKey;
use crate::session::command::Aim;
use crate::show::Show;
use crate::timeline::Epoch;

/// How long the goodbye may take; the server closes a silent performance by itself.
const GOODBYE: Duration = Duration::from_secs(1);

/// What the server said last.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StationStatus {
    /// The performance, once the server has opened it.
    pub performance: Option<Uuid>,
    /// The link for listeners.
    pub listen_url: Option<String>,
    /// How many listen; `None` while the server does not say.
    pub listeners: Option<u32>,
}

/// A performance at our server. The control thread's end; it never waits, except in [`Self::end`].
pub struct Station {
    status: Arc<Mutex<StationStatus>>,
    leave: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Station {
    /// Opens a performance with the server behind the WHIP address, and keeps asking it who listens. Returns at once;
    /// what cannot be reached is asked again.
    ///
    /// `None` when the address is not one of our server's kind (`…/whip/{slug}`) or there is no key; whether the server
    /// is really ours shows only in its answers.
    #[must_use]
    pub fn start(aim: &Aim, epoch: Epoch, show: Show) -> Option<Self> {
        let place = Place::of(&aim.url)?;
        let key = StreamKey::parse(aim.key.as_deref()?)?;
        let http = Client::builder()
            .timeout(STATION_TIMEOUT)
            .user_agent(concat!("korero/", env!("CARGO_PKG_VERSION")))
            .build()
            .ok()?;
        let performance = OpenPerformance {
            take_id: Uuid::now_v7(),
            epoch: korero_api::Epoch { id: epoch.id, utc_ns_at_frame_0: Decimal(epoch.utc_ns_at_frame_0) },
            title: show.title,
            artist_name: Some(show.artist).filter(|name| !name.is_empty()),
        };
        let status = Arc::new(Mutex::new(StationStatus::default()));
        let (leave, left) = watch::channel(false);
        let talk = Talk { http, place, key, performance, status: Arc::clone(&status) };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .thread_name("korero-station")
            .max_blocking_threads(1)
            .enable_all()
            .build()
            .ok()?;
        let thread = thread::Builder::new()
            .name("korero-station".into())
            .spawn(move || {
                runtime.block_on(talk.run(left));
                // A name that is still being looked up in a dead network must not hold up the end for half a minute.
                runtime.shutdown_background();
            })
            .ok()?;
        Some(Self { status, leave, thread: Some(thread) })
    }

    /// What the server said last.
    #[must_use]
    pub fn status(&self) -> StationStatus {
        lock(&self.status).clone()
    }

    /// The link for listeners, once the server has told it.
    #[must_use]
    pub fn listen_url(&self) -> Option<String> {
        self.status().listen_url
    }

    /// How many listen; `None` while the server does not say.
    #[must_use]
    pub fn listeners(&self) -> Option<u32> {
        self.status().listeners
    }

    /// Begins to end the performance; does not wait.
    pub fn leave(&self) {
        self.leave.send_replace(true);
    }

    /// Ends the performance (at most a second) and the thread.
    pub fn end(mut self) {
        self.leave();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
    }
}

fn lock(status: &Mutex<StationStatus>) -> MutexGuard<'_, StationStatus> {
    status.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the show that goes to that WHIP address can be listened to without being counted, when the address is one of our
/// server's kind (`…/whip/{slug}`).
#[must_use]
pub fn ear_url(whip_url: &str) -> Option<String> {
    Place::of(whip_url).map(|place| place.ear())
}

/// Where a server's API lies, as its WHIP address tells.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Place {
    /// What stands before `/whip/`.
    base: String,
    slug: String,
}

impl Place {
    fn of(whip_url: &str) -> Option<Self> {
        let mut url = Url::parse(whip_url.trim()).ok()?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return None;
        }
        url.set_query(None);
        url.set_fragment(None);
        let text = url.as_str().trim_end_matches('/').to_owned();
        let (base, slug) = text.rsplit_once('/')?;
        let base = base.strip_suffix(route::WHIP)?;
        (!slug.is_empty()).then(|| Self { base: base.to_owned(), slug: slug.to_owned() })
    }

    fn ear(&self) -> String {
        format!("{}{}/{}?{}", self.base, route::WHEP, self.slug, route::EAR)
    }

    fn performances(&self) -> String {
        format!("{}{}", self.base, route::PERFORMANCES)
    }

    fn end(&self, performance: Uuid) -> String {
        format!("{}/{performance}/end", self.performances())
    }

    fn artist(&self) -> String {
        format!("{}{}/{}", self.base, route::ARTISTS, self.slug)
    }
}

/// The conversation with the server.
struct Talk {
    http: Client,
    place: Place,
    key: StreamKey,
    performance: OpenPerformance,
    status: Arc<Mutex<StationStatus>>,
}

/// The server has no such thing: it is not ours.
struct Foreign;

impl Talk {
    async fn run(self, mut left: watch::Receiver<bool>) {
        loop {
            let ended = tokio::select! {
                _ = left.wait_for(|left| *left) => true,
                said = self.round() => said.is_err(),
            };
            if ended || timeout(STATION_POLL, left.wait_for(|left| *left)).await.is_ok() {
                break;
            }
        }
        self.goodbye().await;
    }

    /// One round: the performance is opened when it is not yet, then the listeners are counted.
    async fn round(&self) -> Result<(), Foreign> {
        if lock(&self.status).performance.is_none() {
            self.open().await?;
        }
        let now = json::<ArtistNow>(self.http.get(self.place.artist())).await?;
        lock(&self.status).listeners = now.map(|now| now.listeners);
        Ok(())
    }

    async fn open(&self) -> Result<(), Foreign> {
        let request = self.http.post(self.place.performances()).bearer_auth(self.key.reveal()).json(&self.performance);
        if let Some(PerformanceOpened { id, listen_url, .. }) = json(request).await? {
            let mut status = lock(&self.status);
            status.performance = Some(id);
            status.listen_url = Some(listen_url);
        }
        Ok(())
    }

    async fn goodbye(&self) {
        let performance = lock(&self.status).performance;
        if let Some(id) = performance {
            let request = self.http.post(self.place.end(id)).bearer_auth(self.key.reveal());
            let _ = request.timeout(GOODBYE).send().await;
        }
    }
}

/// Asks and reads the answer. `None`: not now (unreachable, refused, not understood), to be asked again. A refused key is
/// told by the publisher, which meets it too.
async fn json<T: serde::de::DeserializeOwned>(request: RequestBuilder) -> Result<Option<T>, Foreign> {
    let Ok(response) = request.send().await else { return Ok(None) };
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => {
            // Our server names its problems; one that does not know the address at all is another's.
            let ours = response
                .headers()
                .get("content-type")
                .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
            if ours { Ok(None) } else { Err(Foreign) }
        }
        status if status.is_success() => Ok(response.json().await.ok()),
        _ => Ok(None),
    }
}

#[cfg(test)]
#[path = "station_tests.rs"]
mod tests;
