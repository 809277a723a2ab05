//! Evenings: opened by the app or by the first WHIP POST, closed by their end or by 15 minutes of silence.

use std::collections::HashMap;
use std::net::SocketAddr;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use korero_api::{OpenPerformance, PerformanceEnded, PerformanceList, PerformanceNow, PerformanceOpened, Problem};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::limits::{MAX_BODY, MAX_NAME, PERFORMANCE_SILENCE, TOUCH};
use crate::store::{Artist, Joined, Performance, Store, StoreError, Take};
use crate::{clock, gate, keys};

/// The artist of a page.
pub(crate) async fn artist(app: &App, slug: &str) -> Result<Artist, Error> {
    app.store.artist(slug).await?.ok_or(Error::NoArtist)
}

/// Opens a performance for the artist whose key comes with the request.
#[utoipa::path(
    post, path = "/api/v1/performances", tag = "performances", request_body = OpenPerformance,
    security(("stream_key" = [])),
    responses(
        (status = CREATED, description = "Opened.", body = PerformanceOpened),
        (status = OK, description = "It was open already; take, epoch and title are the given ones now.", body = PerformanceOpened),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn open(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<PerformanceOpened>), Error> {
    let owner = keys::admit(&app, &headers, gate::source(&headers, peer)).await?.owner()?;
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| Error::TooLarge)?;
    let wanted: OpenPerformance = serde_json::from_slice(&body).map_err(|_| Error::Malformed)?;
    let take = check(&wanted)?;
    let artists = app.store.artists().await?;
    let artist = artists.into_iter().find(|artist| artist.id == owner).ok_or(Error::NoArtist)?;
    let now_ms = clock::utc_ms();
    let fresh = Performance {
        title: wanted.title,
        artist_name: wanted.artist_name,
        take: Some(take),
        ..anonymous(owner, now_ms)
    };
    let (status, id) = match app.store.join_performance(&fresh).await? {
        Joined::Open(id) => (StatusCode::OK, id),
        Joined::New => (StatusCode::CREATED, fresh.id),
    };
    app.boards.of(owner).poke();
    let listen_url = format!("{}/@{}", base(&app, &headers, peer), artist.slug);
    Ok((status, Json(PerformanceOpened { id, slug: artist.slug, listen_url })))
}

/// The performances of the artist whose key comes with the request that were played in one life of the app's engine, the
/// oldest first: with the epoch of a take the app finds where the take belongs.
#[utoipa::path(
    get, path = "/api/v1/performances", tag = "performances",
    params(("epoch" = Uuid, Query, description = "The epoch that the app opened them with.")),
    security(("stream_key" = [])),
    responses(
        (status = OK, body = PerformanceList),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn find(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Json<PerformanceList>, Error> {
    let owner = keys::admit(&app, &headers, gate::source(&headers, peer)).await?.owner()?;
    let epoch = asked.get("epoch").and_then(|epoch| epoch.parse().ok()).ok_or(Error::Malformed)?;
    let found = app.store.performances_of_epoch(owner, epoch).await?;
    let told = |one: Performance| PerformanceNow {
        id: one.id,
        title: one.title,
        artist_name: one.artist_name,
        started_ms: one.started_ms,
    };
    Ok(Json(PerformanceList { performances: found.into_iter().map(told).collect() }))
}

/// Names as long as they may be, and a moment that the database can hold.
fn check(wanted: &OpenPerformance) -> Result<Take, Error> {
    let fits = |text: &str| text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
    if !fits(&wanted.title) || !wanted.artist_name.as_deref().is_none_or(fits) {
        return Err(Error::WrongValue);
    }
    let utc_ns_at_frame_0 = i64::try_from(wanted.epoch.utc_ns_at_frame_0.0).map_err(|_| Error::WrongValue)?;
    Ok(Take { id: wanted.take_id, epoch: wanted.epoch.id, utc_ns_at_frame_0 })
}

fn anonymous(artist: Uuid, now_ms: i64) -> Performance {
    Performance {
        id: Uuid::now_v7(),
        artist,
        title: String::new(),
        artist_name: None,
        take: None,
        started_ms: now_ms,
        last_packet_ms: None,
        ended_ms: None,
    }
}

/// How the outside reaches this server.
fn base(app: &App, headers: &HeaderMap, peer: SocketAddr) -> String {
    if let Some(url) = &app.settings.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let proxied = peer.ip().to_canonical().is_loopback();
    let scheme = text("x-forwarded-proto").filter(|_| proxied).filter(|scheme| *scheme == "https").unwrap_or("http");
    let host = text("x-forwarded-host").filter(|_| proxied).or_else(|| text(header::HOST.as_str()));
    let ours = app.settings.listen.to_string();
    format!("{scheme}://{}", host.unwrap_or(&ours))
}

/// Ends a performance of the artist whose key comes with the request; whoever is connected is told goodbye.
#[utoipa::path(
    post, path = "/api/v1/performances/{id}/end", tag = "performances",
    params(("id" = Uuid, Path, description = "The performance.")),
    security(("stream_key" = [])),
    responses(
        (status = OK, body = PerformanceEnded),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn end(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let owner = keys::admit(&app, &headers, gate::source(&headers, peer)).await?.owner()?;
    let id: Uuid = id.parse().map_err(|_| Error::NoPerformance)?;
    let known = app.store.performance(id).await?.filter(|known| known.artist == owner);
    let known = known.ok_or(Error::NoPerformance)?;
    let now_ms = clock::utc_ms();
    if known.ended_ms.is_none() {
        // First what may be refused: a performance that is written down as ended is not ended again.
        app.media.end_room(owner)?;
        app.store.end_performance(id, now_ms).await?;
        app.boards.of(owner).poke();
    }
    Ok(Json(PerformanceEnded { id, ended_ms: known.ended_ms.unwrap_or(now_ms) }).into_response())
}

/// Opens a performance for an encoder that knows nothing of performances, unless one is open.
pub(crate) async fn ensure(app: &App, artist: Uuid, now_ms: i64) -> Result<(), StoreError> {
    if app.store.join_performance(&anonymous(artist, now_ms)).await? == Joined::New {
        app.boards.of(artist).poke();
    }
    Ok(())
}

/// Sound that comes back after its performance was closed is another performance. What still arrives while
/// connections are being ended is not.
async fn come_back(app: &App, artist: Uuid, last_ms: i64, now_ms: i64) -> Result<(), StoreError> {
    let latest = app.store.latest_performance(artist).await?;
    let just_ended = latest.and_then(|latest| latest.ended_ms).is_some_and(|ended| last_ms - ended < ms(TOUCH));
    if just_ended { Ok(()) } else { ensure(app, artist, now_ms).await }
}

/// Compares rooms with the database: notes last packets, ends what fell silent.
#[derive(Debug, Default)]
pub(crate) struct Sweeper {
    noted_ms: HashMap<Uuid, i64>,
}

impl Sweeper {
    /// One comparison.
    pub(crate) async fn sweep(&mut self, app: &App, now_ms: i64) -> Result<(), StoreError> {
        for (artist, board) in app.boards.all() {
            let Some(last_ms) = board.last_packet_ms() else { continue };
            let noted = self.noted_ms.get(&artist).copied();
            let flowing = board.now().flowing;
            if noted.is_some_and(|noted| noted == last_ms || (last_ms - noted < ms(TOUCH) && flowing)) {
                continue;
            }
            self.noted_ms.insert(artist, last_ms);
            if !app.store.touch_performance(artist, last_ms).await? && flowing {
                come_back(app, artist, last_ms, now_ms).await?;
            }
        }
        for artist in app.store.end_silent(now_ms - ms(PERFORMANCE_SILENCE)).await? {
            app.boards.of(artist).poke();
        }
        Ok(())
    }
}

pub(crate) fn ms(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
