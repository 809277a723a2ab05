//! Sound out: WHEP (draft-ietf-wish-whep-04).

use std::net::SocketAddr;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::Response;
use korero_api::route;

use crate::app::App;
use crate::error::Error;
use crate::relay::Role;
use crate::{gate, performances, sessions};

/// `POST /whep/{slug}`: a listener connects. Before anyone plays it is asked to come again. With the query
/// [`route::EAR`] it is the artist's own ear, which is not counted among those who listen.
pub(crate) async fn listen(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let from = gate::source(&headers, peer);
    app.gate.admit(from, Instant::now())?;
    let artist = performances::artist(&app, &slug).await?;
    let offer = sessions::offer(&headers, body).await?;
    if !app.boards.of(artist.id).now().publisher {
        return Err(Error::NotYetOnAir);
    }
    let counted = query.as_deref() != Some(route::EAR);
    sessions::connect(&app, (Role::Listener, counted), &artist, from, &offer).await
}

/// `GET` and `HEAD /whep/{slug}`: what it takes.
pub(crate) async fn look(
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<[(HeaderName, &'static str); 1], Error> {
    performances::artist(&app, &slug).await.map(|_| [(header::CONTENT_TYPE, "application/sdp")])
}
