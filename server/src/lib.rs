//! The companion server of Covers & Kōrero Live: an artist's sound comes in by WHIP and goes out to listeners by
//! WHEP, untouched; artists, keys and performances are kept in an embedded database; the player is built in.

pub mod admin;
mod app;
mod archive;
mod artists;
pub mod cli;
mod clock;
mod config;
mod cors;
mod error;
mod fault;
mod files;
mod gate;
mod health;
mod ice_servers;
mod keys;
mod limits;
mod metrics;
mod openapi;
mod page;
mod performances;
mod relay;
mod sessions;
mod start;
mod store;
mod whep;
mod whip;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

pub use crate::config::Settings;
pub use crate::fault::Fault;
pub use crate::ice_servers::IceServer;
pub use crate::openapi::text as openapi;
pub use crate::start::{Running, start};

use crate::app::App;

/// Every address of the server: one line for each feature.
fn router(app: App) -> Router {
    let (api, description) = openapi::api().split_for_parts();
    let description = openapi::written(&description);
    let whip = get(whip::look).post(whip::publish);
    let whep = get(whep::look).post(whep::listen);
    let session = get(sessions::look).patch(sessions::patch).delete(sessions::leave);
    api.merge(archive::router())
        .route("/whip/{slug}", whip)
        .route("/whip/{slug}/check", get(whip::look_at_check).post(whip::check))
        .route("/whep/{slug}", whep)
        .route("/session/{id}", session)
        .route("/healthz", get(health::check))
        .route("/metrics", get(health::metrics))
        .route("/api/openapi.json", get(|| async { ([("content-type", "application/json")], description) }))
        .route("/api/{*rest}", post(missing).get(missing))
        .method_not_allowed_fallback(|| async { error::Error::NoMethod })
        .fallback(page::serve)
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(from_fn(error::tell))
        .layer(from_fn(cors::allow))
        .with_state(app)
}

/// Not sound: FLAC does not get smaller, and a range of bytes is a range of the file, not of its compression.
fn compressible() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new("audio/"))
}

async fn missing() -> error::Error {
    error::Error::NoPage
}
