//! Where a show goes: up to four places at once, each with its own address and bit rate. The stream keys are not here.

mod service;

use serde::{Deserialize, Serialize};

pub use service::{Service, ServiceFacts};

use crate::limits::{BITRATE_DEFAULT, BITRATES};

/// Names a destination for as long as it is in the list; another one gets another number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DestinationId(pub u32);

/// One place that a show is sent to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Destination {
    /// Which one.
    pub id: DestinationId,
    /// What a person calls it; empty: by its host.
    pub name: String,
    /// What kind of server it is, as the person said.
    pub service: Service,
    /// Where: a WHIP address (`https://…`), or `icecast://host:port/mount` (`icecasts://` through TLS).
    pub url: String,
    /// The bit rate of its sound, bit/s, within [`BITRATES`].
    pub bitrate: u32,
    /// Only long packets (20 ms): best through a bad network, heard 10 ms later. Over WHIP; the others send none.
    pub safest: bool,
    /// Whether a show goes there.
    pub on: bool,
    /// Where our own ear listens to it: a WHEP address; empty for where our own server lets it.
    pub ear_url: String,
}

impl Default for Destination {
    fn default() -> Self {
        Self {
            id: DestinationId::default(),
            name: String::new(),
            service: Service::default(),
            url: String::new(),
            bitrate: BITRATE_DEFAULT,
            safest: false,
            on: true,
            ear_url: String::new(),
        }
    }
}

impl Destination {
    /// One that goes to `url`.
    #[must_use]
    pub fn to(id: u32, url: impl Into<String>, bitrate: u32) -> Self {
        let url = url.into();
        let service = Service::of(&url);
        let bitrate = bitrate.clamp(*BITRATES.start(), *BITRATES.end());
        Self { id: DestinationId(id), service, url, bitrate, ..Self::default() }
    }

    /// What it is called: its name, else its host; empty without either.
    #[must_use]
    pub fn title(&self) -> &str {
        let name = self.name.trim();
        if name.is_empty() { self.host() } else { name }
    }

    /// The host of its address, with the port.
    #[must_use]
    pub fn host(&self) -> &str {
        let after = self.url.split_once("://").map_or(self.url.as_str(), |(_, after)| after);
        let place = after.split(['/', '?', '#']).next().unwrap_or_default();
        // A name and a password before the host are nobody's business.
        place.rsplit_once('@').map_or(place, |(_, host)| host)
    }

    /// Whether the address is one of our server's kind (`…/whip/{slug}`); whether it is really ours shows in its answers.
    #[must_use]
    pub fn seems_ours(&self) -> bool {
        let Some((scheme, after)) = self.url.trim().split_once("://") else { return false };
        let path = after.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let mut steps = path.rsplit('/');
        let (slug, before) = (steps.next(), steps.next());
        matches!(scheme, "http" | "https") && slug.is_some_and(|slug| !slug.is_empty()) && before == Some("whip")
    }
}

/// The address that a show is sent to, from the page of an artist on a server of ours (`…/@{slug}`), which is what people
/// know; any other address is itself.
#[must_use]
pub fn ingest(url: &str) -> String {
    let page = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    match page.rsplit_once("/@") {
        Some((server, slug)) if is_web(server) && !slug.is_empty() && !slug.contains('/') => {
            format!("{server}/whip/{slug}")
        }
        _ => url.to_owned(),
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_called_by_its_name_else_by_its_host_and_never_by_what_stands_before_it() {
        let mut one = Destination::to(1, "icecast://source:hackme@radio.example:8000/live", 128_000);
        assert_eq!((one.title(), one.service), ("radio.example:8000", Service::Icecast));
        one.name = " Te Ūpoko ".into();
        assert_eq!(one.title(), "Te Ūpoko");
        assert_eq!(Destination::default().title(), "");
    }

    #[test]
    fn the_page_of_an_artist_is_known_as_the_address_to_send_to_and_no_other_address_is_touched() {
        for page in
            ["https://live.example/@aroha", "https://live.example/@aroha/", "https://live.example/@aroha?lang=mi"]
        {
            assert_eq!(ingest(page), "https://live.example/whip/aroha");
        }
        let others = ["https://live.example/whip/aroha", "https://h/@", "https://h/@a/b", "icecast://h/@a", "@a", ""];
        for other in others {
            assert_eq!(ingest(other), other);
        }
    }

    #[test]
    fn only_an_address_of_our_kind_seems_ours() {
        let ours = |url: &str| Destination::to(1, url, 128_000).seems_ours();
        assert!(ours("https://live.example/whip/aroha") && ours("http://h:1/base/whip/aroha/?x=1"));
        for other in ["https://live.example/aroha/whip", "icecast://h/whip/aroha", "https://h/whip/", "/whip/aroha", ""]
        {
            assert!(!ours(other), "{other}");
        }
    }

    #[test]
    fn the_bit_rate_of_a_new_destination_is_one_that_can_be_sent() {
        assert_eq!(Destination::to(1, "", 1).bitrate, *BITRATES.start());
        assert_eq!(Destination::to(1, "", u32::MAX).bitrate, *BITRATES.end());
    }
}
