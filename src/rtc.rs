//! Peer connections and the HTTP rules of WHIP: the only place that names `webrtc` (and `rtc`, its core).

mod clock;
mod http;
mod names;
mod peer;
mod reference_time;
mod reports;

pub use clock::SenderClock;
pub use http::{SessionUrl, Trouble, WhipAnswer, WhipClient};
pub use peer::{Link, Peer, PeerSettings};
/// What `webrtc` could not do.
pub use webrtc::error::Error as PeerError;

pub use reports::{FarSide, FarSideNow};
