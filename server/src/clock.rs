//! The one clock that dates everything, for people and for programs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Json;
use korero_api::{Decimal, ServerTime};

/// UTC in milliseconds since 1970.
pub(crate) fn utc_ms() -> i64 {
    i64::try_from(since_1970().as_millis()).unwrap_or(i64::MAX)
}

fn since_1970() -> Duration {
    // A clock before 1970 is not set at all; zero is then as wrong as anything.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The moment as HTTP writes it (RFC 9110 §5.6.7), which knows whole seconds.
pub(crate) fn http_date(utc_ms: i64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(u64::try_from(utc_ms).unwrap_or_default()))
}

/// What the server's clock says.
#[utoipa::path(get, path = "/api/v1/time", tag = "clock", responses((status = OK, body = ServerTime)))]
pub(crate) async fn read() -> Json<ServerTime> {
    Json(ServerTime { utc_us: Decimal(u64::try_from(since_1970().as_micros()).unwrap_or(u64::MAX)) })
}
