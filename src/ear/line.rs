//! The ear's connection: opened by WHEP (draft-ietf-wish-whep), and opened again whenever it is lost.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use korero_sentences::{Key, key};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::fault::Fault;
use crate::limits::{CONNECT_TIMEOUT, MEDIA_TIMEOUT, RECONNECT_PAUSE};
use crate::rtc::{Link, Listener, Received, SessionUrl, Trouble, WhipClient, to_bind};

/// How long a connection may take to say goodbye, and the thread to end.
pub(super) const LAST_WORK: Duration = Duration::from_millis(100);

/// How the connection is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum LineState {
    /// Not there yet.
    Connecting,
    /// Packets may come; the number tells one connection from the next.
    Up(u64),
    /// It could not be opened, or was lost; it is tried again.
    Down(Fault),
}

/// What the connection needs.
pub(super) struct Line {
    pub(super) client: WhipClient,
    pub(super) state: watch::Sender<LineState>,
    pub(super) queue: mpsc::Sender<Received>,
    pub(super) dropped: Arc<AtomicU64>,
    /// A session that the server holds and was not told goodbye.
    pub(super) held: Option<SessionUrl>,
}

impl Line {
    /// Opens, watches and opens again while the show is on air, until `left` says so.
    pub(super) async fn run(mut self, mut on_air: watch::Receiver<bool>, mut left: watch::Receiver<bool>) {
        tokio::select! {
            biased;
            _ = left.wait_for(|left| *left) => {}
            () = self.keep(&mut on_air) => {}
        }
        self.say_goodbye().await;
    }

    async fn keep(&mut self, on_air: &mut watch::Receiver<bool>) {
        for number in 1.. {
            if on_air.wait_for(|on_air| *on_air).await.is_err() {
                return;
            }
            let trouble = match self.open().await {
                Ok(listener) => {
                    self.state.send_replace(LineState::Up(number));
                    let _ = listener.link().wait_for(|link| *link != Link::Connected).await;
                    self.end(listener).await;
                    self.trouble(key::FAULT_EAR_LOST)
                }
                Err(trouble) => trouble,
            };
            self.state.send_replace(LineState::Down(trouble.fault));
            tokio::time::sleep(trouble.pause).await;
        }
    }

    async fn open(&mut self) -> Result<Listener, Trouble> {
        let bind = to_bind(&self.client.addresses().await);
        let made = Listener::new(bind, self.queue.clone(), Arc::clone(&self.dropped)).await;
        let start = |reason: String| Trouble::passing(Fault::new(key::FAULT_EAR_START).with("reason", reason));
        let listener = made.map_err(|error| start(error.to_string()))?;
        let offer = listener.offer().await.map_err(|error| start(error.to_string()))?;
        let answer = match self.client.open(&offer).await {
            Ok(answer) => answer,
            Err(trouble) => {
                listener.close().await;
                return Err(self.told(&trouble));
            }
        };
        self.held = answer.session;
        let connected = match listener.accept(&answer.sdp).await {
            Ok(()) => {
                let mut link = listener.link();
                let settled = timeout(MEDIA_TIMEOUT, link.wait_for(|link| *link != Link::Connecting)).await;
                settled.is_ok_and(|link| link.is_ok_and(|link| *link == Link::Connected))
            }
            Err(_) => {
                self.end(listener).await;
                return Err(self.trouble(key::FAULT_EAR_ANSWER));
            }
        };
        if connected {
            return Ok(listener);
        }
        self.end(listener).await;
        Err(self.trouble(key::FAULT_EAR_MEDIA))
    }

    async fn end(&mut self, listener: Listener) {
        listener.close().await;
        self.say_goodbye().await;
    }

    async fn say_goodbye(&mut self) {
        if let Some(session) = self.held.take() {
            self.client.close(&session).await;
        }
    }

    fn trouble(&self, code: Key) -> Trouble {
        Trouble::passing(Fault::new(code).with("host", self.client.host()))
    }

    /// What trouble on the way means for an ear.
    fn told(&self, trouble: &Trouble) -> Trouble {
        let code = match trouble.fault.code {
            code if code == key::FAULT_PUBLISH_KEY_REFUSED => key::FAULT_EAR_REFUSED,
            code if code == key::FAULT_PUBLISH_NO_ARTIST => key::FAULT_EAR_NOTHING,
            code if code == key::FAULT_PUBLISH_TAKEN => key::FAULT_EAR_NOT_YET,
            code if code == key::FAULT_PUBLISH_BUSY => key::FAULT_EAR_BUSY,
            code if [key::FAULT_PUBLISH_UNREACHABLE, key::FAULT_PUBLISH_TIMEOUT].contains(&code) => {
                key::FAULT_EAR_UNREACHABLE
            }
            _ => key::FAULT_EAR_ANSWER,
        };
        let pause = trouble.pause.clamp(RECONNECT_PAUSE, 6 * CONNECT_TIMEOUT);
        Trouble { pause, ..self.trouble(code) }
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
