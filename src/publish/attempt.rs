//! One attempt to get on air: sockets, offer, answer, ICE and DTLS.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use korero_sentences::key;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::fault::Fault;
use crate::limits::{ANSWER_HOLDS, MEDIA_TIMEOUT};
use crate::rtc::{Link, Peer, PeerError, PeerSettings, Trouble};

use super::session::{Endpoint, Session};

impl Endpoint {
    /// One attempt: sockets, offer, answer, ICE and DTLS. The last two are done by one attempt at a time, since of two
    /// sessions that are up a server keeps the later one.
    pub(super) async fn open(&self, door: &Mutex<()>) -> Result<Session, Trouble> {
        let settings = PeerSettings { bind: self.bind().await, ..self.settings.clone() };
        let (clock, media) = (Arc::clone(&self.clock), self.media.clone());
        let offering = async move {
            let peer = Arc::new(Peer::new(&settings, clock).await?);
            let session = Session { link: peer.link(), peer, resource: None, media };
            let offer = session.peer.offer().await?;
            Ok::<_, PeerError>((session, offer))
        };
        let (mut session, offer) = self.on_media(offering).await?;
        let answer = self.client.open(&offer).await?;
        let answered = Instant::now();
        answer.session.iter().cloned().for_each(|resource| self.held.keep(resource));
        session.resource = answer.session;
        let one_at_a_time = door.lock().await;
        // A server waits for nobody for long: what was answered a while ago would only hold up the others.
        let connected = match answered.elapsed() {
            waited if waited > ANSWER_HOLDS => Err(self.trouble(key::FAULT_PUBLISH_MEDIA, None)),
            _ => self.connected(&mut session, answer.sdp).await,
        };
        match connected {
            Ok(()) => Ok(session),
            Err(trouble) => {
                drop(one_at_a_time);
                self.end(session).await;
                Err(trouble)
            }
        }
    }

    async fn connected(&self, session: &mut Session, answer: String) -> Result<(), Trouble> {
        let taken = session.peer.accept(answer).await;
        taken.map_err(|error| self.trouble(key::FAULT_PUBLISH_ANSWER, Some(error.to_string())))?;
        let settled = timeout(MEDIA_TIMEOUT, session.link.wait_for(|link| *link != Link::Connecting)).await;
        match settled.ok().and_then(Result::ok).map(|link| *link) {
            Some(Link::Connected) => Ok(()),
            _ => Err(self.trouble(key::FAULT_PUBLISH_MEDIA, None)),
        }
    }

    /// Where to bind: every interface, and the loopback one only for a server on this machine.
    async fn bind(&self) -> Vec<String> {
        let found = self.client.addresses().await;
        let mut bind = vec!["0.0.0.0:0".to_owned()];
        if found.iter().any(IpAddr::is_loopback) {
            bind.push("127.0.0.1:0".to_owned());
        }
        if found.iter().any(|ip| ip.is_ipv6() && !ip.is_loopback()) {
            bind.push("[::]:0".to_owned());
        }
        bind
    }

    /// Runs what belongs to the connection on the media thread.
    async fn on_media<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, PeerError>> + Send + 'static,
    ) -> Result<T, Trouble> {
        let reason = match self.media.spawn(work).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(Trouble::passing(Fault::new(key::FAULT_PUBLISH_START).with("reason", reason)))
    }
}
