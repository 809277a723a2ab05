//! Peer connections and the HTTP rules of WHIP: the only place that names `webrtc` (and `rtc`, its core).

mod clock;
mod http;
mod listener;
mod names;
mod peer;
mod reports;

pub use clock::SenderClock;
pub use http::{SessionUrl, Trouble, WhipAnswer, WhipClient};
pub use listener::{Listener, Received};
pub use peer::{Link, Peer, PeerSettings};
/// What `webrtc` could not do.
pub use webrtc::error::Error as PeerError;

pub use reports::{FarSide, FarSideNow};
