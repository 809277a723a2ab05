//! The little of STUN (RFC 8489) that the relay reads before any session is asked.

/// Binding request (RFC 8489 §5).
const REQUEST: [u8; 2] = [0x00, 0x01];
/// Binding success response.
const SUCCESS: [u8; 2] = [0x01, 0x01];
/// USERNAME (RFC 8489 §14.3).
const USERNAME: u16 = 0x0006;
const HEADER: usize = 20;

/// Whose session a binding request is for: the part of its user name before the colon, which is the fragment
/// that we gave (RFC 8445 §7.2.2). `None` for everything else.
pub(crate) fn request_for(datagram: &[u8]) -> Option<&str> {
    let mut rest = datagram.strip_prefix(&REQUEST).and_then(|_| datagram.get(HEADER..))?;
    loop {
        let (head, tail) = rest.split_at_checked(4)?;
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = tail.get(..length)?;
        if kind == USERNAME {
            let name = std::str::from_utf8(value).ok()?;
            return name.split_once(':').map(|(ours, _)| ours);
        }
        rest = tail.get(length.next_multiple_of(4)..)?;
    }
}

/// Whether this is the answer to a binding request that was in order.
pub(crate) fn is_success(datagram: &[u8]) -> bool {
    datagram.starts_with(&SUCCESS) && datagram.len() >= HEADER
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(before: usize, name: &str) -> Vec<u8> {
        let mut datagram = vec![0_u8; HEADER];
        datagram[..2].copy_from_slice(&REQUEST);
        // An attribute of an odd length stands before the name: attributes are padded to four bytes.
        datagram.extend([0x80, 0x22, 0, before as u8]);
        datagram.extend(vec![7; before.next_multiple_of(4)]);
        datagram.extend([0, 6, 0, name.len() as u8]);
        datagram.extend(name.as_bytes());
        datagram
    }

    proptest! {
        #[test]
        fn a_request_names_its_session(before in 0_usize..20, ours in "[a-zA-Z0-9+/]{4,32}", theirs in "[a-zA-Z0-9+/]{4,32}") {
            let datagram = request(before, &format!("{ours}:{theirs}"));
            prop_assert_eq!(request_for(&datagram), Some(ours.as_str()));
        }

        #[test]
        fn no_datagram_is_too_strange(datagram in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = request_for(&datagram);
            let mut like_a_request = REQUEST.to_vec();
            like_a_request.extend(&datagram);
            let _ = request_for(&like_a_request);
        }
    }
}
