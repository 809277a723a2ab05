//! Sound in: WHIP (RFC 9725).

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::app::App;
use crate::error::Error;
use crate::relay::Role;
use crate::store::Artist;
use crate::{clock, gate, keys, performances, sessions};

/// `POST /whip/{slug}`: an artist's encoder connects. A second one with a right key takes the room over when its
/// connection is up: an attempt that fails takes nobody off the air.
pub(crate) async fn publish(
    State(app): State<App>,
    Path(slug): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let (artist, answer) = connect(&app, Role::Publisher, &slug, peer, &headers, body).await?;
    performances::ensure(&app, artist.id, clock::utc_ms()).await?;
    Ok(answer)
}

/// Answers an artist whose key comes with the request.
async fn connect(
    app: &App,
    role: Role,
    slug: &str,
    peer: SocketAddr,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Artist, Response), Error> {
    let from = gate::source(headers, peer);
    let asked = keys::admit(app, headers, from).await?;
    let artist = performances::artist(app, slug).await?;
    asked.is(artist.id)?;
    let offer = sessions::offer(headers, body).await?;
    let answer = sessions::connect(app, (role, true), &artist, from, &offer).await?;
    Ok((artist, answer))
}

/// `POST /whip/{slug}/check`: the same for an artist who only wants to know what the network carries. What is sent is
/// reported on as a show is, and goes no further; it opens no performance and disturbs nobody who is on air.
pub(crate) async fn check(
    State(app): State<App>,
    Path(slug): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    connect(&app, Role::Check, &slug, peer, &headers, body).await.map(|(_, answer)| answer)
}

/// `GET /whip/{slug}/check`: success without content, with a header by which an app knows that nobody is shown what it
/// sends here. On another server an address that ends so may be a place where everybody watches.
pub(crate) async fn look_at_check(
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<(StatusCode, [(&'static str, &'static str); 1]), Error> {
    performances::artist(&app, &slug).await?;
    Ok((StatusCode::NO_CONTENT, [("korero-check", "hidden")]))
}

/// `GET /whip/{slug}`: success without content (RFC 9725 §4.1).
pub(crate) async fn look(State(app): State<App>, Path(slug): Path<String>) -> Result<StatusCode, Error> {
    performances::artist(&app, &slug).await.map(|_| StatusCode::NO_CONTENT)
}
