//! Peer connections and the HTTP rules of WHIP: the only place that names `webrtc` (and `rtc`, its core).

mod answer;
mod clock;
mod fates;
mod http;
mod names;
mod peer;
mod reports;
mod resend;

pub use clock::SenderClock;
pub use fates::Fate;
pub use http::{SessionUrl, Trouble, WhipAnswer, WhipClient};
pub use peer::{Link, Peer, PeerSettings};
/// What `webrtc` could not do.
pub use webrtc::error::Error as PeerError;

pub use reports::{FarSide, FarSideNow};
