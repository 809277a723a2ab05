//! Who asks, and whether too often (RFC 9725 §5 asks for a limit).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::http::HeaderMap;
use uuid::Uuid;

use crate::error::Error;
use crate::limits::{MAX_COUNTED, REQUEST_BURST, REQUEST_RATE};

/// The address that a request counts for.
///
/// A proxy on this machine is believed: it appends the address that it saw to `X-Forwarded-For`. Of IPv6 the network
/// counts: every household has at least 2⁶⁴ addresses (RFC 6177).
pub(crate) fn source(headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
    let peer = peer.ip().to_canonical();
    let told = headers.get_all("x-forwarded-for").iter().next_back();
    let last = told.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    match last.filter(|_| peer.is_loopback()).unwrap_or(peer).to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
        four => four,
    }
}

/// Whether the request came through a proxy.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded")
}

/// Who pays for a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Payer {
    /// Whoever asks from there.
    Address(IpAddr),
    /// Whoever has the artist's key, from wherever: what strangers and listeners ask beside them costs them nothing.
    Artist(Uuid),
}

impl From<IpAddr> for Payer {
    fn from(address: IpAddr) -> Self {
        Self::Address(address)
    }
}

/// Counts what each address and each artist asks: a bucket that [`REQUEST_RATE`] tokens a second drip into.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<HashMap<Payer, Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Gate {
    /// Lets one more request pass, or refuses it.
    pub(crate) fn admit(&self, payer: impl Into<Payer>, now: Instant) -> Result<(), Error> {
        let payer = payer.into();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_COUNTED && !buckets.contains_key(&payer) {
            // Those whose bucket is full again need not be remembered; if none is, all start anew.
            buckets.retain(|_, bucket| bucket.filled(now) < f64::from(REQUEST_BURST));
            if buckets.len() >= MAX_COUNTED {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(payer).or_insert(Bucket { tokens: f64::from(REQUEST_BURST), at: now });
        *bucket = Bucket { tokens: bucket.filled(now), at: now };
        if bucket.tokens < 1.0 {
            return Err(Error::TooMany);
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

impl Bucket {
    fn filled(&self, now: Instant) -> f64 {
        let dripped = now.saturating_duration_since(self.at).as_secs_f64() * f64::from(REQUEST_RATE);
        (self.tokens + dripped).min(f64::from(REQUEST_BURST))
    }
}

/// Places for those who stay: so many in all, and so many of one address.
#[derive(Debug)]
pub(crate) struct Places {
    taken: Mutex<HashMap<IpAddr, usize>>,
    all: usize,
    per_address: usize,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    from: IpAddr,
}

impl Places {
    /// So many in all, and so many of one address.
    pub(crate) fn new(all: usize, per_address: usize) -> Self {
        Self { taken: Mutex::default(), all, per_address }
    }

    /// Gives an address one more place, unless a bound is reached.
    pub(crate) fn take(self: &Arc<Self>, from: IpAddr) -> Result<Place, Error> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= self.all {
            return Err(Error::Full);
        }
        let of_this = taken.entry(from).or_default();
        if *of_this >= self.per_address {
            return Err(Error::TooMany);
        }
        *of_this += 1;
        Ok(Place { places: Arc::clone(self), from })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut of_this) = taken.entry(self.from) {
            *of_this.get_mut() -= 1;
            if *of_this.get() == 0 {
                of_this.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_address_that_asks_too_often_waits_and_others_do_not() {
        let (gate, now) = (Gate::default(), Instant::now());
        let (eager, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        assert!((0..REQUEST_BURST).all(|_| gate.admit(eager, now).is_ok()));
        assert_eq!(gate.admit(eager, now), Err(Error::TooMany));
        assert!(gate.admit(other, now).is_ok());
        let later = now + Duration::from_secs(1);
        assert!((0..REQUEST_RATE).all(|_| gate.admit(eager, later).is_ok()));
        assert!(gate.admit(eager, later).is_err());
    }

    #[test]
    fn the_memory_of_addresses_is_bounded() {
        let (gate, now) = (Gate::default(), Instant::now());
        for n in 0..3 * MAX_COUNTED as u32 {
            assert!(gate.admit(IpAddr::from(n.to_be_bytes()), now).is_ok());
        }
        assert!(gate.0.lock().unwrap().len() <= MAX_COUNTED);
    }

    #[test]
    fn one_address_cannot_take_every_place_and_places_come_back() {
        let places = Arc::new(Places::new(20, 7));
        let (eager, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let taken: Vec<_> = (0..7).map(|_| places.take(eager).unwrap()).collect();
        assert_eq!(places.take(eager).err(), Some(Error::TooMany));
        drop(places.take(other).unwrap());
        drop(taken);
        assert!(places.take(eager).is_ok());
        assert!(places.taken.lock().unwrap().is_empty());
    }

    #[test]
    fn the_places_of_all_addresses_are_bounded() {
        let places = Arc::new(Places::new(20, 7));
        let address = |n: usize| IpAddr::from((n as u32).to_be_bytes());
        let taken: Vec<_> = (0..20).map(|n| places.take(address(n)).unwrap()).collect();
        assert_eq!(places.take(address(20)).err(), Some(Error::Full));
        drop(taken);
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "10.0.0.1, 203.0.113.7".parse().unwrap());
        let from = |peer: &str| source(&headers, peer.parse().unwrap());
        assert_eq!(from("127.0.0.1:1"), IpAddr::from([203, 0, 113, 7]));
        assert_eq!(from("198.51.100.1:1"), IpAddr::from([198, 51, 100, 1]));
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_count_as_one() {
        let from = |peer: &str| source(&HeaderMap::new(), peer.parse().unwrap());
        assert_eq!(from("[2001:db8:1:2::3]:1"), from("[2001:db8:1:2:ffff::4]:1"));
        assert_ne!(from("[2001:db8:1:2::3]:1"), from("[2001:db8:1:3::3]:1"));
        assert_ne!(from("[::ffff:192.0.2.1]:1"), from("[::ffff:192.0.2.2]:1"));
    }
}
