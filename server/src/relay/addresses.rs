//! Which of our addresses a far side may try.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use super::way::Way;

/// Where the media socket can be reached.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// What the socket is bound to.
    pub(crate) bound: SocketAddr,
    /// The port of connections over TCP at the same addresses.
    pub(crate) tcp: u16,
    /// The addresses that the host of the server named.
    pub(crate) public: Vec<IpAddr>,
    /// Whether the pages are served on loopback.
    pub(crate) loopback: bool,
}

impl Reach {
    /// The addresses that an answer names, the best first, and those over TCP last.
    ///
    /// Those that were named win. A socket bound to one address has only that. For a wildcard socket it is every
    /// address of this machine that the socket serves, now: laptops change networks, and a server may be started
    /// before its network is there. Loopback is among them when the pages are served on loopback too, or when there
    /// is nothing else.
    pub(crate) fn candidates(&self) -> Vec<Way> {
        let ips = if !self.public.is_empty() {
            self.public.clone()
        } else if !self.bound.ip().is_unspecified() {
            vec![self.bound.ip()]
        } else {
            order(interfaces(), self.bound.is_ipv6(), self.loopback)
        };
        let udp = ips.iter().map(|ip| Way::udp(SocketAddr::new(*ip, self.bound.port())));
        udp.chain(ips.iter().map(|ip| Way::tcp(SocketAddr::new(*ip, self.tcp)))).collect()
    }
}

fn order(all: Vec<IpAddr>, six: bool, loopback: bool) -> Vec<IpAddr> {
    let home = |ip: &IpAddr| ip.is_loopback();
    let fits = |ip: &IpAddr| (six || ip.is_ipv4()) && !link_local(ip);
    let mut away: Vec<_> = all.into_iter().filter(|ip| fits(ip) && !home(ip)).collect();
    away.sort_by_key(IpAddr::is_ipv6);
    away.dedup();
    if loopback || away.is_empty() {
        away.insert(0, IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    away
}

/// Addresses that mean nothing without the name of an interface.
fn link_local(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(four) => four.is_link_local(),
        IpAddr::V6(six) => six.is_unicast_link_local(),
    }
}

/// Every address of this machine.
#[cfg(unix)]
fn interfaces() -> Vec<IpAddr> {
    let mut list = std::ptr::null_mut();
    // SAFETY: `list` is a valid place for the pointer; on success it is freed below.
    if unsafe { libc::getifaddrs(&raw mut list) } != 0 {
        return routed();
    }
    let mut found = Vec::new();
    let mut next = list;
    while !next.is_null() {
        // SAFETY: the list is the system's own, not null here, and not freed yet.
        let entry = unsafe { &*next };
        // SAFETY: `ifa_addr` is null or points to an address of the family that it names.
        found.extend(unsafe { address(entry.ifa_addr) });
        next = entry.ifa_next;
    }
    // SAFETY: `list` came from `getifaddrs` and is not used again.
    unsafe { libc::freeifaddrs(list) };
    found
}

/// # Safety
/// `raw` must be null or point to a socket address as long as its family demands.
#[cfg(unix)]
unsafe fn address(raw: *const libc::sockaddr) -> Option<IpAddr> {
    // SAFETY: the caller vouches for the pointer.
    let family = i32::from(unsafe { raw.as_ref() }?.sa_family);
    match family {
        libc::AF_INET => {
            // SAFETY: this family has this type; it may lie unaligned.
            let four = unsafe { raw.cast::<libc::sockaddr_in>().read_unaligned() };
            Some(IpAddr::V4(Ipv4Addr::from(u32::from_be(four.sin_addr.s_addr))))
        }
        libc::AF_INET6 => {
            // SAFETY: this family has this type; it may lie unaligned.
            let six = unsafe { raw.cast::<libc::sockaddr_in6>().read_unaligned() };
            Some(IpAddr::V6(Ipv6Addr::from(six.sin6_addr.s6_addr)))
        }
        _ => None,
    }
}

#[cfg(not(unix))]
fn interfaces() -> Vec<IpAddr> {
    routed()
}

/// The addresses that the system would send from: nothing is sent to find out.
fn routed() -> Vec<IpAddr> {
    // Documentation addresses (RFC 5737, RFC 3849): any that the default route leads to would do.
    let probes = [
        (SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 9))),
        (
            SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
            SocketAddr::from((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9)),
        ),
    ];
    let source = |(from, to): (SocketAddr, SocketAddr)| {
        let socket = UdpSocket::bind(from).ok()?;
        socket.connect(to).ok()?;
        socket.local_addr().ok().map(|address| address.ip())
    };
    probes.into_iter().filter_map(source).collect()
}

#[cfg(test)]
mod tests {
    use super::super::way::Carrier;
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_wildcard_is_never_named() {
        for loopback in [true, false] {
            let reach = Reach { bound: "0.0.0.0:7000".parse().unwrap(), tcp: 7001, public: Vec::new(), loopback };
            let named = reach.candidates();
            let right = |way: &Way| {
                let port = if way.carrier == Carrier::Udp { 7000 } else { 7001 };
                !way.at.ip().is_unspecified() && way.at.port() == port
            };
            assert!(!named.is_empty() && named.iter().all(right));
        }
    }

    #[test]
    fn what_the_host_of_the_server_said_wins() {
        let bound = "0.0.0.0:7000".parse().unwrap();
        let reach = Reach { bound, tcp: 7001, public: vec![ip("203.0.113.9")], loopback: true };
        let named = [Way::udp("203.0.113.9:7000".parse().unwrap()), Way::tcp("203.0.113.9:7001".parse().unwrap())];
        assert_eq!(reach.candidates(), named);
    }

    #[test]
    fn loopback_is_named_when_pages_are_served_there_or_nothing_else_is_left() {
        let all = || vec![ip("127.0.0.1"), ip("169.254.1.1"), ip("192.168.1.5"), ip("fe80::1"), ip("2001:db8::5")];
        assert_eq!(order(all(), false, true), [ip("127.0.0.1"), ip("192.168.1.5")]);
        assert_eq!(order(all(), true, false), [ip("192.168.1.5"), ip("2001:db8::5")]);
        assert_eq!(order(vec![ip("127.0.0.1")], false, false), [ip("127.0.0.1")]);
    }
}
