//! For those who watch over the server.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;
use crate::gate;
use crate::store::Store;

/// `GET /healthz`: `ok` when requests are answered, by the database too, and sound can flow.
pub(crate) async fn check(State(app): State<App>) -> Result<&'static str, Error> {
    app.store.artist("").await?;
    if app.media.runs() { Ok("ok\n") } else { Err(Error::Broken) }
}

/// `GET /metrics`: only for this machine itself unless the settings open it.
pub(crate) async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let from_here = peer.ip().to_canonical().is_loopback() && !gate::is_forwarded(&headers);
    if !from_here && !app.settings.open_metrics {
        return Error::NoPage.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}
