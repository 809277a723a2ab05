//! What pages show of artists, at once and as it changes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Instant;

use axum::Json;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use korero_api::{ArtistList, ArtistNow, PerformanceNow, Problem, RoomState};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::gate::{self, Place};
use crate::limits::{ENDED_SHOWN, EVENT_KEEP_ALIVE, LISTENERS_PAUSE};
use crate::performances::{artist, ms};
use crate::relay::board::{Board, RoomNow};
use crate::store::{Artist, Performance, Store};

/// Every artist of this server: those on air first, then by name.
#[utoipa::path(get, path = "/api/v1/artists", tag = "artists", responses((status = OK, body = ArtistList)))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<ArtistList>, Error> {
    let mut artists = Vec::new();
    for artist in app.store.artists().await? {
        artists.push(now(&app, artist).await?);
    }
    artists.sort_by_key(|artist| artist.state != RoomState::Live);
    Ok(Json(ArtistList { artists }))
}

/// One artist.
#[utoipa::path(
    get, path = "/api/v1/artists/{slug}", tag = "artists",
    params(("slug" = String, Path, description = "The artist's name in addresses.")),
    responses(
        (status = OK, body = ArtistNow),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn one(State(app): State<App>, Path(slug): Path<String>) -> Result<Json<ArtistNow>, Error> {
    let artist = artist(&app, &slug).await?;
    Ok(Json(now(&app, artist).await?))
}

/// One artist, as server-sent events: an event `now` with an `ArtistNow` at once and at each change.
#[utoipa::path(
    get, path = "/api/v1/artists/{slug}/events", tag = "artists",
    params(("slug" = String, Path, description = "The artist's name in addresses.")),
    responses(
        (status = OK, description = "Events `now`, each with an `ArtistNow` as its data.", body = ArtistNow, content_type = "text/event-stream"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn follow(
    State(app): State<App>,
    Path(slug): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let from = gate::source(&headers, peer);
    app.gate.admit(from, Instant::now())?;
    let artist = artist(&app, &slug).await?;
    let place = app.followers.take(from)?;
    let mut changes = app.boards.of(artist.id).follow();
    changes.mark_changed();
    let stopping = app.stopping.subscribe();
    let follower = Follower { app, artist, changes, stopping, told: None, seen: RoomNow::default(), _place: place };
    Ok(Sse::new(unfold(follower, Follower::next)).keep_alive(KeepAlive::new().interval(EVENT_KEEP_ALIVE)))
}

/// A page that follows an artist.
struct Follower {
    app: App,
    artist: Artist,
    changes: watch::Receiver<RoomNow>,
    stopping: watch::Receiver<bool>,
    told: Option<ArtistNow>,
    seen: RoomNow,
    _place: Place,
}

impl Follower {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            }
            let now = self.look().await?;
            if self.told.as_ref() != Some(&now) {
                let event = Event::default().event("now").json_data(&now).ok()?;
                self.told = Some(now);
                return Some((Ok(event), self));
            }
        }
    }

    /// The artist as it is now. While a crowd comes in, a thousand pages need not hear of each listener and ask
    /// the database each time: they hear the number once a second.
    async fn look(&mut self) -> Option<ArtistNow> {
        let seen = std::mem::replace(&mut self.seen, *self.changes.borrow_and_update());
        if let Some(told) = self.told.clone().filter(|_| only_listeners_differ(seen, self.seen)) {
            let other = self.changes.wait_for(|room| !only_listeners_differ(seen, *room));
            if let Ok(room) = timeout(LISTENERS_PAUSE, other).await {
                self.seen = *room.ok()?;
            } else {
                self.seen = *self.changes.borrow_and_update();
                return Some(ArtistNow { listeners: self.seen.listeners, ..told });
            }
        }
        now(&self.app, self.artist.clone()).await.ok()
    }
}

fn only_listeners_differ(a: RoomNow, b: RoomNow) -> bool {
    RoomNow { listeners: b.listeners, ..a } == b
}

async fn now(app: &App, artist: Artist) -> Result<ArtistNow, Error> {
    let board = app.boards.of(artist.id);
    let latest = app.store.latest_performance(artist.id).await?;
    let room = board.now();
    let state = state(room, &board, latest.as_ref(), clock::utc_ms());
    let performance = latest.filter(|latest| latest.ended_ms.is_none() || state == RoomState::Ended);
    Ok(ArtistNow {
        slug: artist.slug,
        name: artist.name,
        state,
        performance: performance.map(|p| PerformanceNow {
            id: p.id,
            title: p.title,
            artist_name: p.artist_name,
            started_ms: p.started_ms,
        }),
        listeners: room.listeners,
    })
}

/// What a listener can expect. A performance that has sounded and does not now is on its way back: the database
/// remembers that across a restart.
fn state(room: RoomNow, board: &Board, latest: Option<&Performance>, now_ms: i64) -> RoomState {
    match latest {
        Some(Performance { ended_ms: Some(ended), .. }) if now_ms - ended > ms(ENDED_SHOWN) => RoomState::OffAir,
        Some(Performance { ended_ms: Some(_), .. }) => RoomState::Ended,
        _ if room.flowing => RoomState::Live,
        Some(open) => {
            let sounded = board.last_packet_ms().is_some_and(|last| last >= open.started_ms);
            if sounded || open.last_packet_ms.is_some() { RoomState::Reconnecting } else { RoomState::OffAir }
        }
        None => RoomState::OffAir,
    }
}
