//! Errors and the clock.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Decimal;

/// Every error of the server (RFC 9457, `application/problem+json`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status and the code say what it is.
    pub r#type: String,
    /// The HTTP status.
    pub status: u16,
    /// Names the problem for programs, such as `wrong-key`; never translated, never renamed.
    pub code: String,
    /// What happened, in the reader's language (`Accept-Language`).
    pub title: String,
    /// What to do now, in the reader's language.
    pub detail: String,
}

/// `GET /api/v1/time`: the one clock that dates everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ServerTime {
    /// UTC in microseconds since 1970, as a decimal string.
    pub utc_us: Decimal,
}
