//! Sound in: WHIP (RFC 9725).

use std::net::SocketAddr;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::app::App;
use crate::error::Error;
use crate::relay::Role;
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
    let from = gate::source(&headers, peer);
    app.gate.admit(from, Instant::now())?;
    let artist = performances::artist(&app, &slug).await?;
    keys::require(&app.store, &headers, artist.id).await?;
    let offer = sessions::offer(&headers, body).await?;
    let answer = sessions::connect(&app, (Role::Publisher, true), &artist, from, &offer).await?;
    performances::ensure(&app, artist.id, clock::utc_ms()).await?;
    Ok(answer)
}

/// `GET /whip/{slug}`: success without content (RFC 9725 §4.1).
pub(crate) async fn look(State(app): State<App>, Path(slug): Path<String>) -> Result<StatusCode, Error> {
    performances::artist(&app, &slug).await.map(|_| StatusCode::NO_CONTENT)
}
