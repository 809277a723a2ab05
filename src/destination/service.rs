//! Kinds of servers that a show can go to: how their addresses look, and what their key is.

use korero_sentences::{Key, key};
use serde::{Deserialize, Serialize};

/// A kind of server. The names in a settings file are never changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Our own server.
    Korero,
    /// MediaMTX.
    MediaMtx,
    /// LiveKit's ingress.
    LiveKit,
    /// Cloudflare Stream.
    Cloudflare,
    /// Broadcast Box.
    BroadcastBox,
    /// OvenMediaEngine.
    OvenMediaEngine,
    /// Icecast 2.
    Icecast,
    /// Any other server that speaks WHIP.
    #[default]
    Whip,
}

/// What there is to know about a kind of server before it is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServiceFacts {
    /// What it is called.
    pub name: Key,
    /// How its address looks, with words to be replaced.
    pub pattern: &'static str,
    /// What the key is there, and where to find it.
    pub key_hint: Key,
    /// A real one of them is heard in this project's tests; else what stands here is from its documentation.
    pub proven: bool,
}

impl Service {
    /// All of them, in the order that the window offers them.
    pub const ALL: [Self; 8] = [
        Self::Korero,
        Self::Icecast,
        Self::MediaMtx,
        Self::LiveKit,
        Self::Cloudflare,
        Self::BroadcastBox,
        Self::OvenMediaEngine,
        Self::Whip,
    ];

    /// What an address alone says of its server.
    #[must_use]
    pub fn of(url: &str) -> Self {
        if url.starts_with("icecast://") || url.starts_with("icecasts://") { Self::Icecast } else { Self::Whip }
    }

    /// What there is to know about it.
    #[must_use]
    pub fn facts(self) -> ServiceFacts {
        let facts = |name, pattern, key_hint| ServiceFacts { name, pattern, key_hint, proven: false };
        match self {
            Self::Korero => ServiceFacts {
                proven: true,
                ..facts(key::SERVICE_KORERO, "https://live.example/whip/name", key::SERVICE_KORERO_KEY)
            },
            Self::Icecast => ServiceFacts {
                proven: true,
                ..facts(key::SERVICE_ICECAST, "icecast://radio.example:8000/name.opus", key::SERVICE_ICECAST_KEY)
            },
            Self::MediaMtx => {
                facts(key::SERVICE_MEDIAMTX, "https://media.example:8889/name/whip", key::SERVICE_MEDIAMTX_KEY)
            }
            Self::LiveKit => {
                facts(key::SERVICE_LIVEKIT, "https://project.whip.livekit.cloud/w", key::SERVICE_LIVEKIT_KEY)
            }
            Self::Cloudflare => facts(
                key::SERVICE_CLOUDFLARE,
                "https://customer-code.cloudflarestream.com/{key}/webRTC/publish",
                key::SERVICE_CLOUDFLARE_KEY,
            ),
            Self::BroadcastBox => {
                facts(key::SERVICE_BROADCAST_BOX, "https://box.example/api/whip", key::SERVICE_BROADCAST_BOX_KEY)
            }
            Self::OvenMediaEngine => {
                facts(key::SERVICE_OVEN, "https://oven.example:3334/app/name?direction=whip", key::SERVICE_OVEN_KEY)
            }
            Self::Whip => ServiceFacts {
                proven: true,
                ..facts(key::SERVICE_WHIP, "https://server.example/whip/name", key::SERVICE_WHIP_KEY)
            },
        }
    }
}
