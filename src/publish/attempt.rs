//! One attempt to get on air: sockets, offer, answer, ICE and DTLS.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use korero_sentences::key;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::fault::Fault;
use crate::limits::{ANSWER_HOLDS, MEDIA_TIMEOUT, WITHOUT_RELAY};
use crate::rtc::{IceServer, Link, PeerError, PeerSettings, Trouble, WhipAnswer, to_bind};

use super::Peer;
use super::session::{Endpoint, Session, now};

impl Endpoint {
    /// One attempt: sockets, offer, answer, ICE and DTLS. The last two are done by one attempt at a time, since of two
    /// sessions that are up a server keeps the later one.
    pub(super) async fn open(&self, door: &Mutex<()>) -> Result<Session, Trouble> {
        let ice_servers = self.ice_servers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let has_relay = ice_servers.iter().any(IceServer::is_relay);
        let settings =
            PeerSettings { bind: to_bind(&self.client.addresses().await), ice_servers, ..self.settings.clone() };
        let (clock, media) = (Arc::clone(&self.clock), self.media.clone());
        let offering = async move {
            let peer = Arc::new(Peer::new(&settings, clock).await?);
            let session = Session { link: peer.link(), peer, resource: None, media, doubted: None };
            let offer = session.peer.offer().await?;
            Ok::<_, PeerError>((session, offer))
        };
        let starting = |error| Trouble::passing(Fault::new(key::FAULT_PUBLISH_START).with("reason", error));
        let (mut session, offer) = self.on_media(offering).await.map_err(starting)?;
        let answer = self.client.open(&offer).await?;
        let answered = now();
        answer.session.iter().cloned().for_each(|resource| self.held.keep(resource));
        session.resource.clone_from(&answer.session);
        // `webrtc` asks a TURN server before it offers, and only the answer tells of one: the next attempt has it.
        let makes_way = !has_relay && answer.ice_servers.iter().any(IceServer::is_relay);
        let patience = if makes_way { WITHOUT_RELAY } else { MEDIA_TIMEOUT };
        self.ice_servers.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&answer.ice_servers);
        let one_at_a_time = door.lock().await;
        // A server waits for nobody for long: what was answered a while ago would only hold up the others.
        let connected = match now().saturating_duration_since(answered) {
            waited if waited > ANSWER_HOLDS => Err(self.trouble(key::FAULT_PUBLISH_MEDIA, None)),
            _ => self.connected(&mut session, &offer, answer, patience).await,
        };
        match connected {
            Ok(()) => Ok(session),
            Err(trouble) => {
                drop(one_at_a_time);
                self.end(session).await;
                // Nothing to tell anybody before the way that was just learnt of has been tried.
                if makes_way { Box::pin(self.open(door)).await } else { Err(trouble) }
            }
        }
    }

    async fn connected(
        &self,
        session: &mut Session,
        offer: &str,
        answer: WhipAnswer,
        patience: Duration,
    ) -> Result<(), Trouble> {
        let (peer, sdp) = (Arc::clone(&session.peer), answer.sdp);
        let taken = self.on_media(async move { peer.accept(&sdp).await }).await;
        taken.map_err(|error| self.trouble(key::FAULT_PUBLISH_ANSWER, Some(error)))?;
        if session.peer.wants_mono() {
            self.tell_of_mono();
        }
        let peer = Arc::clone(&session.peer);
        let settled = timeout(patience, session.link.wait_for(|link| *link != Link::Connecting));
        let settled = tokio::select! {
            settled = settled => settled.ok().and_then(Result::ok).map(|link| *link),
            never = peer.trickle(&self.client, offer, answer.session.as_ref(), answer.etag.as_deref()) => match never {},
        };
        match settled {
            Some(Link::Connected) => Ok(()),
            _ => Err(self.trouble(key::FAULT_PUBLISH_MEDIA, None)),
        }
    }

    /// Runs what belongs to the connection on the media thread. What a stranger's words break there breaks nothing else.
    async fn on_media<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, PeerError>> + Send + 'static,
    ) -> Result<T, String> {
        match self.media.spawn(work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(error.to_string()),
            // The words of a panic are of no use to a person.
            Err(error) if error.is_panic() => Err("it could not be read".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
