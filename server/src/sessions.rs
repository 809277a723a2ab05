//! Connections as HTTP sees them: `/session/{id}` (RFC 9725 §4.2, §4.3).

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::limits::{MAX_BODY, MAX_CHECKS, MAX_LISTENERS, MAX_PER_ADDRESS, MAX_PUBLISHERS, MAX_RESTARTS, MAX_SESSIONS};
use crate::relay::board::Gone;
use crate::relay::sdp::{Credentials, Fragment, Offer};
use crate::relay::{Entry, Role, SessionId, sdp};
use crate::store::Artist;
use crate::{clock, gate, keys};

/// Candidates that come after the offer.
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
/// Offers and answers.
const SDP: &str = "application/sdp";

/// What HTTP must know of one connection.
#[derive(Clone, Debug)]
struct Known {
    role: Role,
    artist: Uuid,
    from: IpAddr,
    /// What the far side offered, as it is since its last restart of ICE.
    offer: Arc<Offer>,
    /// What it was told at that restart.
    restarted: Option<Arc<str>>,
    restarts: u32,
    /// The entity tag, in quotes.
    tag: String,
    gone: Gone,
}

/// Every connection that is not over.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<SessionId, Known>>);

impl Sessions {
    /// Keeps one more connection, unless a bound is reached.
    fn admit(&self, id: SessionId, known: Known) -> Result<(), Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, known| !known.gone.is_raised());
        let count = |which: &dyn Fn(&Known) -> bool| all.values().filter(|k| which(k)).count();
        let keyless = known.role != Role::Publisher;
        if keyless && count(&|other| other.from == known.from) >= MAX_PER_ADDRESS {
            return Err(Error::TooMany);
        }
        let most = match known.role {
            Role::Publisher => MAX_PUBLISHERS,
            Role::Listener => MAX_LISTENERS,
            Role::Check => MAX_CHECKS,
        };
        let crowded = count(&|other| other.artist == known.artist && other.role == known.role) >= most;
        if (keyless && all.len() >= MAX_SESSIONS) || crowded {
            return Err(Error::Full);
        }
        all.insert(id, known);
        Ok(())
    }

    fn find(&self, id: SessionId) -> Result<Known, Error> {
        self.with(id, |known| Ok(known.clone()))
    }

    /// Does something with a connection while nobody else does.
    fn with<T>(&self, id: SessionId, action: impl FnOnce(&mut Known) -> Result<T, Error>) -> Result<T, Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get_mut(&id).filter(|known| !known.gone.is_raised()).ok_or(Error::NoSession).and_then(action)
    }

    fn forget(&self, id: SessionId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// 128 random bits.
fn random() -> Result<u128, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::Broken)?;
    Ok(u128::from_be_bytes(bytes))
}

/// A strong entity tag that never was (RFC 9725 §4.3.1).
fn tag() -> Result<String, Error> {
    Ok(format!("\"{:032x}\"", random()?))
}

/// Answers an offer and lets the connection into the artist's room, where it is counted as a listener or not.
pub(crate) async fn connect(
    app: &App,
    (role, counted): (Role, bool),
    artist: &Artist,
    from: IpAddr,
    offer: &str,
) -> Result<Response, Error> {
    let (id, tag) = (SessionId(random()?), tag()?);
    let negotiated = app.identity.answer(role, offer)?;
    let gone = Gone::default();
    let offer = Arc::new(negotiated.offer);
    let known = Known {
        role,
        artist: artist.id,
        from,
        offer,
        restarted: None,
        restarts: 0,
        tag: tag.clone(),
        gone: gone.clone(),
    };
    app.sessions.admit(id, known)?;
    let entry = Entry {
        id,
        role,
        room: artist.id,
        board: app.boards.of(artist.id),
        gone,
        counted,
        ufrag: negotiated.ours,
        first_seq: (random()? & 0x7fff) as u16,
        peer: negotiated.peer,
    };
    if let Err(busy) = app.media.add(entry) {
        app.sessions.forget(id);
        return Err(busy.into());
    }
    let mut response = (StatusCode::CREATED, negotiated.answer).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(SDP));
    headers.insert("accept-patch", HeaderValue::from_static(FRAGMENT));
    // Hexadecimal digits, slashes and quotes are always fit for a header.
    for (name, value) in [(header::LOCATION, format!("/session/{:032x}", id.0)), (header::ETAG, tag)] {
        headers.extend(HeaderValue::try_from(value).map(|value| (name, value)));
    }
    // A TURN server bounds what each name may have: no two are alike, and one that leaked is known again in its logs.
    let (who, now) = (format!("{}-{:032x}", artist.id.simple(), random()?), clock::utc_ms().unsigned_abs() / 1_000);
    for server in &app.settings.ice_servers {
        for link in server.links(&who, now) {
            headers.append(header::LINK, link);
        }
    }
    Ok(response)
}

/// The offer in a request.
pub(crate) async fn offer(headers: &HeaderMap, body: Body) -> Result<String, Error> {
    text(headers, SDP, body).await
}

async fn text(headers: &HeaderMap, wanted: &str, body: Body) -> Result<String, Error> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !given.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted)) {
        return Err(Error::WrongType);
    }
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| Error::TooLarge)?;
    String::from_utf8(bytes.into()).map_err(|_| Error::Malformed)
}

fn parse(id: &str) -> Result<SessionId, Error> {
    let plain = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    u128::from_str_radix(id, 16).ok().filter(|_| plain).map(SessionId).ok_or(Error::NoSession)
}

/// Finds the session of a request that may change it: an artist's only with the key.
async fn allowed(app: &App, peer: SocketAddr, headers: &HeaderMap, id: &str) -> Result<SessionId, Error> {
    let from = gate::source(headers, peer);
    let found = parse(id).and_then(|id| Ok((id, app.sessions.find(id)?)));
    match &found {
        Ok((_, known)) if known.role != Role::Listener => {
            keys::admit(app, headers, from).await?.is(known.artist)?;
        }
        _ => app.gate.admit(from, Instant::now())?,
    }
    found.map(|(id, _)| id)
}

/// `GET /session/{id}`: whether it is still there.
pub(crate) async fn look(State(app): State<App>, Path(id): Path<String>) -> Result<StatusCode, Error> {
    app.sessions.find(parse(&id)?).map(|_| StatusCode::NO_CONTENT)
}

/// `PATCH /session/{id}`: more candidates of the far side, which are acknowledged and not needed, or a restart of ICE
/// (RFC 9725 §4.3). Every tag fits a restart that says `*`, as it must.
pub(crate) async fn patch(
    State(app): State<App>,
    Path(id): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let id = allowed(&app, peer, &headers, &id).await?;
    let fragment = text(&headers, FRAGMENT, body).await?;
    let tag = headers.get(header::IF_MATCH).ok_or(Error::TagMissing)?;
    let tags = tag.to_str().unwrap_or_default();
    let any = tags.split(',').any(|tag| matches!(tag.trim(), "*" | "\"*\""));
    // Of two that come at once with the same tag, one is too late.
    app.sessions.with(id, |known| {
        if !any && !tags.split(',').any(|tag| tag.trim() == known.tag) {
            return Err(Error::TagStale);
        }
        match sdp::fragment(&known.offer.ufrag, &fragment)? {
            Fragment::Restart(by) => restart(&app, id, known, by),
            Fragment::Same if any && let Some(told) = &known.restarted => {
                // The answer to its restart did not arrive.
                Ok(restarted(&known.tag, told))
            }
            Fragment::Candidates | Fragment::Same => Ok(StatusCode::NO_CONTENT.into_response()),
        }
    })
}

/// Answers a restart of ICE; until the far side knocks anew, nothing changes for the sound.
fn restart(app: &App, id: SessionId, known: &mut Known, by: Credentials) -> Result<Response, Error> {
    if known.restarts >= MAX_RESTARTS {
        return Err(Error::TooMany);
    }
    let (new, tag) = (app.identity.restart(&known.offer, by)?, tag()?);
    app.media.restart(id, new.ours, new.restart)?;
    let response = restarted(&tag, &new.fragment);
    (known.offer, known.tag, known.restarts) = (Arc::new(new.offer), tag, known.restarts + 1);
    known.restarted = Some(new.fragment.into());
    Ok(response)
}

fn restarted(tag: &str, fragment: &str) -> Response {
    let head = [(header::CONTENT_TYPE, FRAGMENT), (header::ETAG, tag)];
    (StatusCode::OK, head, fragment.to_owned()).into_response()
}

/// `DELETE /session/{id}`: the far side leaves. An entity tag is ignored (RFC 9725 §4.2).
pub(crate) async fn leave(
    State(app): State<App>,
    Path(id): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let id = allowed(&app, peer, &headers, &id).await?;
    app.media.end(id)?;
    app.sessions.forget(id);
    Ok(StatusCode::OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(role: Role, artist: Uuid, from: u32) -> Known {
        let from = IpAddr::from(from.to_be_bytes());
        let (offer, tag, gone) = (Arc::default(), String::new(), Gone::default());
        Known { role, artist, from, offer, restarted: None, restarts: 0, tag, gone }
    }

    #[test]
    fn one_address_may_connect_so_often_and_no_more() {
        let (sessions, artist) = (Sessions::default(), Uuid::nil());
        let admit = |n: usize, from| sessions.admit(SessionId(n as u128), known(Role::Listener, artist, from));
        assert!((0..MAX_PER_ADDRESS).all(|n| admit(n, 1).is_ok()));
        assert_eq!(admit(1_000, 1), Err(Error::TooMany));
        assert!(admit(1_001, 2).is_ok());
    }

    #[test]
    fn whoever_has_the_key_finds_the_way_back_on_air_however_many_others_there_are() {
        let (sessions, artist) = (Sessions::default(), Uuid::nil());
        for n in 0..MAX_SESSIONS {
            // All of the artist's own address first, then strangers with other artists.
            let from = if n < MAX_PER_ADDRESS { 1 } else { 2 + n as u32 };
            let other = known(Role::Listener, Uuid::from_u128(1 + n as u128), from);
            sessions.admit(SessionId(n as u128), other).unwrap();
        }
        let admit = |n, role| sessions.admit(SessionId(n as u128), known(role, artist, 1));
        assert_eq!(admit(10_000, Role::Listener), Err(Error::TooMany));
        assert!((20_000..20_000 + MAX_PUBLISHERS).all(|n| admit(n, Role::Publisher).is_ok()));
        assert_eq!(admit(30_000, Role::Publisher), Err(Error::Full));
    }

    #[test]
    fn a_full_room_lets_its_publisher_in_but_no_listener() {
        let (sessions, artist) = (Sessions::default(), Uuid::nil());
        for n in 0..MAX_LISTENERS {
            sessions.admit(SessionId(n as u128), known(Role::Listener, artist, n as u32)).unwrap();
        }
        let late = |n, role, artist| sessions.admit(SessionId(n), known(role, artist, u32::MAX));
        assert_eq!(late(5_000, Role::Listener, artist), Err(Error::Full));
        assert!(late(5_001, Role::Publisher, artist).is_ok());
        assert!(late(5_002, Role::Listener, Uuid::max()).is_ok());
    }

    #[test]
    fn an_artist_checks_the_network_twice_at_once_and_no_more() {
        let (sessions, artist) = (Sessions::default(), Uuid::nil());
        let admit = |n, artist| sessions.admit(SessionId(n), known(Role::Check, artist, n as u32));
        assert!((0..MAX_CHECKS as u128).all(|n| admit(n, artist).is_ok()));
        assert_eq!(admit(100, artist), Err(Error::Full));
        assert!(admit(101, Uuid::max()).is_ok());
        assert!(sessions.admit(SessionId(102), known(Role::Publisher, artist, 102)).is_ok());
    }

    #[test]
    fn a_session_that_is_over_takes_no_place() {
        let (sessions, artist) = (Sessions::default(), Uuid::nil());
        for n in 0..3 * MAX_PER_ADDRESS {
            let known = known(Role::Listener, artist, 1);
            let gone = known.gone.clone();
            sessions.admit(SessionId(n as u128), known).unwrap();
            gone.raise();
            assert!(sessions.find(SessionId(n as u128)).is_err());
        }
    }

    #[test]
    fn only_128_bits_in_hexadecimal_name_a_session() {
        assert_eq!(parse("000000000000000000000000000000ff"), Ok(SessionId(255)));
        for id in ["", "ff", "+00000000000000000000000000000ff", "g00000000000000000000000000000ff"] {
            assert!(parse(id).is_err(), "{id}");
        }
    }
}
