//! The HTTP half of WHIP (RFC 9725): one POST that opens, PATCHes that tell more, one DELETE that ends.

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use korero_sentences::{Key, key};
use reqwest::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, IF_MATCH, LINK, LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde_json::Value;
use tokio::time::timeout;

use crate::fault::Fault;
use crate::limits::{
    CONNECT_TIMEOUT, MAX_ANSWER_BYTES, MAX_REDIRECTS, MAX_REFUSAL_BYTES, MAX_RETRY_AFTER, RECONNECT_PAUSE,
    REFUSED_PAUSE, TRICKLE_TIMEOUT,
};
use crate::secret::{KEY_PLACE, StreamKey};

use super::answer::plain;
use super::links::{self, IceServer};
use super::names::Names;

const SDP: &str = "application/sdp";
/// Candidates that come after the offer.
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
/// What our server says of a place where nobody is shown anything.
const HIDDEN: &str = "korero-check";
/// How long the goodbye may take; the far side notices a missing one by itself.
const GOODBYE: Duration = Duration::from_secs(1);
/// How long the words of a refusal are waited for.
const WORDS: Duration = Duration::from_secs(1);

/// Why one attempt failed, and what follows from it.
#[derive(Clone, PartialEq, Debug)]
pub struct Trouble {
    /// What a person is told.
    pub fault: Fault,
    /// How long to wait before the next attempt.
    pub pause: Duration,
    /// The far side refused: only a person can change that.
    pub refused: bool,
}

impl Trouble {
    /// Trouble that may pass by itself.
    #[must_use]
    pub fn passing(fault: Fault) -> Self {
        Self { fault, pause: RECONNECT_PAUSE, refused: false }
    }

    /// Whether there is no place for another session: it may be one of ours that has it.
    #[must_use]
    pub fn is_about_the_place(&self) -> bool {
        self.fault.code == key::FAULT_PUBLISH_TAKEN
    }

    fn refusal(fault: Fault) -> Self {
        Self { fault, pause: REFUSED_PAUSE, refused: true }
    }
}

/// Names an open session: what is deleted to leave it.
pub type SessionUrl = Url;

/// What a WHIP server answered.
#[derive(Clone, PartialEq, Debug)]
pub struct WhipAnswer {
    /// The SDP answer.
    pub sdp: String,
    /// The session to end by [`WhipClient::close`]; `None` from a server that breaks the rule to name it.
    pub session: Option<SessionUrl>,
    /// The tag of the ICE session, which a restart must name (RFC 9725 §4.3.1).
    pub etag: Option<String>,
    /// Servers that help to find a way (RFC 9725 §4.6).
    pub ice_servers: Vec<IceServer>,
}

/// Speaks WHIP to one endpoint.
pub struct WhipClient {
    http: Client,
    names: Names,
    endpoint: Url,
    /// The address as a person knows it, with [`KEY_PLACE`] where a key that is part of it stands.
    shown: String,
    key: Option<StreamKey>,
    /// A key that is part of the address, which goes there and nowhere else.
    inside: Option<StreamKey>,
    /// The server has refused candidates by PATCH: it gets none any more.
    takes_all_at_once: AtomicBool,
}

impl WhipClient {
    /// A client for `url`; nothing is sent yet. The key takes the place of [`KEY_PLACE`] in the address, where there is
    /// one, and is sent as a bearer otherwise.
    ///
    /// # Errors
    /// The address is not http or https, the key cannot stand in a header or is missing where the address has a place for
    /// it, or TLS cannot be set up.
    pub fn new(url: &str, key: Option<&str>) -> Result<Self, Fault> {
        let form = || Fault::new(key::FAULT_PUBLISH_KEY_FORM);
        let key = key.map(|text| StreamKey::parse(text).ok_or_else(form)).transpose()?;
        let (key, inside) = if url.contains(KEY_PLACE) { (None, Some(key.ok_or_else(form)?)) } else { (key, None) };
        let whole = inside.as_ref().map_or_else(|| url.to_owned(), |key| url.replace(KEY_PLACE, key.reveal()));
        let endpoint = endpoint(&whole).ok_or_else(|| Fault::new(key::FAULT_PUBLISH_ADDRESS).with("url", url))?;
        let names = Names::of_the_system();
        let http = Client::builder()
            .dns_resolver(names.clone())
            .redirect(redirect::Policy::none())
            // Of HTTP/2 all attempts would share one connection, and wait together when it is dead.
            .http1_only()
            // Nor is one kept for the next request: after a change of networks it may be dead without a word.
            .pool_max_idle_per_host(0)
            .timeout(CONNECT_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT / 2)
            .user_agent(concat!("korero/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Fault::new(key::FAULT_PUBLISH_START).with("reason", error.to_string()))?;
        Ok(Self {
            http,
            names,
            endpoint,
            shown: url.to_owned(),
            key,
            inside,
            takes_all_at_once: AtomicBool::new(false),
        })
    }

    /// Whether WHIP can be spoken to that address at all.
    #[must_use]
    pub fn accepts(url: &str) -> bool {
        endpoint(url).is_some()
    }

    /// The host with its port, as a person knows it.
    #[must_use]
    pub fn host(&self) -> String {
        authority(&self.endpoint)
    }

    /// Where the endpoint's host is, as far as that can be found.
    pub async fn addresses(&self) -> Vec<IpAddr> {
        let host = self.endpoint.host_str().unwrap_or_default().trim_matches(['[', ']']);
        if let Ok(ip) = host.parse() {
            return vec![ip];
        }
        let found = self.names.find(host).await.unwrap_or_default();
        found.into_iter().map(|found| found.ip()).collect()
    }

    /// Whether what is sent to that address is shown to nobody: our server says so of its check, without being told the key.
    ///
    /// # Errors
    /// Nobody answers.
    pub async fn is_hidden(&self) -> Result<bool, Trouble> {
        let response = self.http.get(self.endpoint.clone()).send().await.map_err(|error| self.network(&error))?;
        Ok(response.status().is_success() && response.headers().contains_key(HIDDEN))
    }

    /// Offers, and takes the answer. 307 and 308 are followed (RFC 9725 §4.5), at most [`MAX_REDIRECTS`] times; the key
    /// goes along to the same host only, and never from https to http.
    ///
    /// # Errors
    /// Whatever the server or the network says, as the sentence for a person and the time of the next attempt.
    pub async fn open(&self, offer: &str) -> Result<WhipAnswer, Trouble> {
        // Each request has its own limit; a stranger who leads us from one to the next has no more time than one.
        let late = || Trouble::passing(Fault::new(key::FAULT_PUBLISH_TIMEOUT).with("host", self.host()));
        timeout(CONNECT_TIMEOUT, self.follow(offer)).await.unwrap_or_else(|_| Err(late()))
    }

    async fn follow(&self, offer: &str) -> Result<WhipAnswer, Trouble> {
        let mut url = self.endpoint.clone();
        for _ in 0..=MAX_REDIRECTS {
            let request = self.request(Method::POST, &url).header(CONTENT_TYPE, SDP).header(ACCEPT, SDP);
            let response = request.body(offer.to_owned()).send().await.map_err(|error| self.network(&error))?;
            match response.status() {
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => {
                    url = located(&url, response.headers()).ok_or_else(|| self.odd("redirect without a Location"))?;
                }
                StatusCode::CREATED | StatusCode::OK => return self.answer(&url, response).await,
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if !self.may_have_the_key(&url) => {
                    let fault = Fault::new(key::FAULT_PUBLISH_MOVED).with("host", self.host());
                    return Err(Trouble::refusal(fault.with("other", authority(&url))));
                }
                _ => return Err(self.error(response).await),
            }
        }
        Err(self.odd("too many redirects"))
    }

    /// Tells a server of more candidates of a session (RFC 9725 §4.3.2). Whether it may be told of others later: one that
    /// does not take them is remembered.
    pub async fn trickle(&self, session: &SessionUrl, etag: Option<&str>, fragment: String) -> bool {
        if self.takes_all_at_once.load(Ordering::Relaxed) {
            return false;
        }
        let request = self.request(Method::PATCH, session).header(CONTENT_TYPE, FRAGMENT).timeout(TRICKLE_TIMEOUT);
        let request = if let Some(etag) = etag { request.header(IF_MATCH, etag) } else { request };
        match request.body(fragment).send().await.map(|response| response.status()) {
            Ok(status) if status.is_success() => true,
            // Another tag: the session began anew meanwhile, or is over.
            Ok(StatusCode::PRECONDITION_FAILED | StatusCode::PRECONDITION_REQUIRED | StatusCode::NOT_FOUND) => false,
            Ok(status) if status.is_client_error() || status == StatusCode::NOT_IMPLEMENTED => {
                self.takes_all_at_once.store(true, Ordering::Relaxed);
                false
            }
            Ok(_) => false,
            Err(error) => {
                if error.is_timeout() {
                    self.takes_all_at_once.store(true, Ordering::Relaxed);
                }
                false
            }
        }
    }

    /// Ends a session. What the server answers changes nothing any more.
    pub async fn close(&self, session: &SessionUrl) {
        let _ = self.request(Method::DELETE, session).timeout(GOODBYE).send().await;
    }

    fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        let request = self.http.request(method, url.clone());
        match &self.key {
            Some(key) if self.may_have_the_key(url) => request.bearer_auth(key.reveal()),
            _ => request,
        }
    }

    /// The key is for the host that a person named, and for no other that it may name.
    fn may_have_the_key(&self, url: &Url) -> bool {
        let downgraded = self.endpoint.scheme() == "https" && url.scheme() != "https";
        !downgraded && url.host() == self.endpoint.host()
    }

    async fn answer(&self, url: &Url, mut response: Response) -> Result<WhipAnswer, Trouble> {
        let is_sdp = header(response.headers(), CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(SDP)));
        if !is_sdp {
            return Err(self.odd("the answer is no SDP"));
        }
        let session = located(url, response.headers());
        let etag = header(response.headers(), ETAG.as_str()).map(str::to_owned);
        let links = response.headers().get_all(LINK).iter().filter_map(|value| value.to_str().ok());
        let ice_servers = links::ice_servers(links);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.network(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(self.odd("the answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        let sdp = String::from_utf8(body).map_err(|_| self.odd("the answer is no text"))?;
        Ok(WhipAnswer { sdp, session, etag, ice_servers })
    }

    async fn error(&self, response: Response) -> Trouble {
        let told = |code: Key| Fault::new(code).with("host", self.host());
        let status = response.status();
        let asked = header(response.headers(), RETRY_AFTER.as_str()).and_then(|text| text.trim().parse().ok());
        match status.as_u16() {
            401 | 403 => Trouble::refusal(told(key::FAULT_PUBLISH_KEY_REFUSED)),
            404 | 410 => Trouble::refusal(told(key::FAULT_PUBLISH_NO_ARTIST).with("url", self.shown.as_str())),
            409 => Trouble { pause: pause(asked, RECONNECT_PAUSE), ..Trouble::passing(told(key::FAULT_PUBLISH_TAKEN)) },
            429 | 503 => {
                let pause = pause(asked, REFUSED_PAUSE);
                let fault = told(key::FAULT_PUBLISH_BUSY).with("seconds", pause.as_secs());
                Trouble { fault, pause, refused: false }
            }
            code => {
                let otherwise = if status.is_server_error() { RECONNECT_PAUSE } else { REFUSED_PAUSE };
                let pause = pause(asked, otherwise);
                match timeout(WORDS, refusal(response)).await.unwrap_or(None) {
                    // Its own reason says more than ours.
                    Some(words) => Trouble { pause, ..self.odd(&format!("HTTP {code}: {}", self.without_key(words))) },
                    None if matches!(code, 406 | 422) => {
                        Trouble { pause, ..Trouble::passing(told(key::FAULT_PUBLISH_UNFIT)) }
                    }
                    None => Trouble { pause, ..self.odd(&format!("HTTP {code}")) },
                }
            }
        }
    }

    /// What a stranger says may repeat the key to us; to nobody else.
    fn without_key(&self, words: String) -> String {
        let keys = self.key.iter().chain(&self.inside);
        keys.fold(words, |words, key| words.replace(key.reveal(), KEY_PLACE))
    }

    fn network(&self, error: &reqwest::Error) -> Trouble {
        if is_no_http(error) {
            return self.odd("it speaks no HTTP");
        }
        let code = if error.is_timeout() { key::FAULT_PUBLISH_TIMEOUT } else { key::FAULT_PUBLISH_UNREACHABLE };
        Trouble::passing(Fault::new(code).with("host", self.host()))
    }

    fn odd(&self, reason: &str) -> Trouble {
        let fault = Fault::new(key::FAULT_PUBLISH_ANSWER).with("host", self.host()).with("reason", reason);
        Trouble { fault, pause: REFUSED_PAUSE, refused: false }
    }
}

/// The address, when it is one that WHIP can be spoken to.
fn endpoint(url: &str) -> Option<Url> {
    let url = Url::parse(url.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The Location, which may be relative to the address that was asked.
fn located(url: &Url, headers: &HeaderMap) -> Option<Url> {
    url.join(header(headers, LOCATION.as_str())?).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The words of a refusal: the text, or what a problem (RFC 9457) says. A page for people to look at has none for us.
async fn refusal(mut response: Response) -> Option<String> {
    let kind = header(response.headers(), CONTENT_TYPE.as_str())?.split(';').next()?.trim().to_ascii_lowercase();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk[..chunk.len().min(MAX_REFUSAL_BYTES - body.len())]);
        if body.len() == MAX_REFUSAL_BYTES {
            break;
        }
    }
    let words = match kind.as_str() {
        "text/plain" => plain(&String::from_utf8_lossy(&body)),
        "application/problem+json" => {
            let problem: Value = serde_json::from_slice(&body).ok()?;
            plain(problem.get("detail").or(problem.get("title"))?.as_str()?)
        }
        _ => return None,
    };
    (!words.is_empty()).then_some(words)
}

/// Whether what came was no HTTP, or more of it than anybody needs, rather than nothing.
fn is_no_http(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            return error.is_parse() || error.is_parse_too_large();
        }
        cause = error.source();
    }
    false
}

/// Retry-After in seconds; its other form, a date, is treated as absent.
fn pause(asked: Option<u64>, otherwise: Duration) -> Duration {
    asked.map_or(otherwise, |seconds| Duration::from_secs(seconds).clamp(RECONNECT_PAUSE, MAX_RETRY_AFTER))
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
