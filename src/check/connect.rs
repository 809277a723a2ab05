//! One session of a check: it goes by one kind of way, or not at all.

use std::sync::Arc;
use std::time::{Duration, Instant};

use korero_sentences::key;
use tokio::time::timeout;

use crate::fault::Fault;
use crate::limits::{BITRATES, CHECK_CONNECT};
use crate::rtc::{
    IceServer, Link, Names, Path, Peer, PeerError, PeerSettings, SenderClock, SessionUrl, Trouble, WhipAnswer,
    WhipClient, to_bind, waits_for_tcp,
};

/// What an answer tells of other ways.
#[derive(Clone, Default)]
pub(super) struct Offered {
    pub(super) tcp: bool,
    pub(super) ice_servers: Vec<IceServer>,
}

/// One that is up.
pub(super) struct Session {
    pub(super) peer: Peer,
    resource: Option<SessionUrl>,
    /// From the request until sound could flow.
    pub(super) took: Duration,
}

/// Opens sessions at one place of one server.
pub(super) struct Door {
    client: WhipClient,
    ssrc: u32,
    names: Names,
    /// What the last answer told.
    pub(super) offered: Offered,
}

impl Door {
    pub(super) fn new(client: WhipClient, ssrc: u32) -> Self {
        Self { client, ssrc: ssrc.max(1), names: Names::default(), offered: Offered::default() }
    }

    /// Tries that way; `None` when the server answers and no sound can get there so.
    ///
    /// # Errors
    /// The server does not answer, or refuses.
    pub(super) async fn open(&mut self, only: Path) -> Result<Option<Session>, Trouble> {
        let begun = Instant::now();
        let ice_servers = if only == Path::Relay { self.offered.ice_servers.clone() } else { Vec::new() };
        let (bitrate, ssrc) = (*BITRATES.end(), self.ssrc);
        let bind = to_bind(&self.client.addresses().await);
        let (only, names) = (Some(only), self.names.clone());
        let settings = PeerSettings { bitrate, ssrc, bind, ice_servers, only, repairs: false, names };
        let made = Peer::new(&settings, Arc::new(SenderClock::new(0, None))).await;
        let peer = made.map_err(|error| cannot_start(&error))?;
        let offer = peer.offer().await.map_err(|error| cannot_start(&error))?;
        let answer = match self.client.open(&offer).await {
            Ok(answer) => answer,
            Err(trouble) => {
                peer.close().await;
                return Err(trouble);
            }
        };
        self.offered = Offered { tcp: waits_for_tcp(&answer.sdp), ice_servers: answer.ice_servers.clone() };
        let resource = answer.session.clone();
        let up = self.connected(&peer, &offer, answer).await;
        let session = Session { peer, resource, took: begun.elapsed() };
        if up {
            return Ok(Some(session));
        }
        self.close(session).await;
        Ok(None)
    }

    async fn connected(&self, peer: &Peer, offer: &str, answer: WhipAnswer) -> bool {
        if peer.accept(&answer.sdp).await.is_err() {
            return false;
        }
        let mut link = peer.link();
        let settled = timeout(CHECK_CONNECT, link.wait_for(|link| *link != Link::Connecting));
        tokio::select! {
            settled = settled => matches!(settled, Ok(Ok(link)) if *link == Link::Connected),
            never = peer.trickle(&self.client, offer, answer.session.as_ref(), answer.etag.as_deref()) => match never {},
        }
    }

    /// Leaves.
    pub(super) async fn close(&self, session: Session) {
        if let Some(resource) = &session.resource {
            self.client.close(resource).await;
        }
        session.peer.close().await;
    }
}

fn cannot_start(error: &PeerError) -> Trouble {
    Trouble::passing(Fault::new(key::FAULT_PUBLISH_START).with("reason", error.to_string()))
}
