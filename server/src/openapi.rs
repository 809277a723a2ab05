//! The description of `/api/v1` that clients are generated from.

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::{archive, artists, clock, performances};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Covers & Kōrero Live",
        description = "What the app and the page ask of the companion server. Times are UTC in milliseconds since \
            1970 unless their name says otherwise; within v1 fields are only added.",
    ),
    modifiers(&StreamKey),
    tags(
        (name = "artists", description = "What pages show."),
        (name = "performances", description = "What the app tells."),
        (name = "clock", description = "The one clock."),
    ),
)]
struct Head;

/// The bearer key of an artist.
struct StreamKey;

impl Modify for StreamKey {
    fn modify(&self, api: &mut OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An artist's stream key."));
        let scheme = SecurityScheme::Http(bearer.build());
        api.components.get_or_insert_default().add_security_scheme("stream_key", scheme);
    }
}

/// The routes of `/api/v1` with their description.
pub(crate) fn api() -> OpenApiRouter<App> {
    // The addresses of tus take every method, so they are described here and not where they are routed.
    OpenApiRouter::with_openapi(Head::openapi().merge_from(archive::described()))
        .routes(routes!(artists::list))
        .routes(routes!(artists::one))
        .routes(routes!(artists::follow))
        .routes(routes!(performances::open, performances::find))
        .routes(routes!(performances::end))
        .routes(routes!(clock::read))
}

/// The description as text.
pub(crate) fn written(api: &OpenApi) -> String {
    // A description of plain words and numbers always becomes JSON.
    api.to_pretty_json().map(|json| json + "\n").unwrap_or_default()
}

/// The description, as `/api/openapi.json` and `server/api/openapi.json` carry it.
#[must_use]
pub fn text() -> String {
    written(&api().into_openapi())
}
