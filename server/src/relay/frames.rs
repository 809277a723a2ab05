//! Datagrams in a stream of bytes: each behind its length, in two bytes (RFC 4571 §2).

use crate::limits::MAX_DATAGRAM;

/// Bytes of the length before each datagram.
const HEAD: usize = 2;

/// What stands before the datagrams is no length of one: the far side speaks something else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NoFrame;

/// Cuts a stream into datagrams, however it arrives. It holds one unfinished datagram at most.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    held: Vec<u8>,
}

impl Frames {
    /// Takes the next bytes of the stream; each datagram that is whole goes to `whole`.
    pub(crate) fn take(&mut self, mut bytes: &[u8], mut whole: impl FnMut(&[u8])) -> Result<(), NoFrame> {
        while !bytes.is_empty() {
            let wanted = HEAD + self.length().unwrap_or(0);
            let (here, rest) = bytes.split_at((wanted - self.held.len()).min(bytes.len()));
            self.held.extend_from_slice(here);
            bytes = rest;
            match self.length() {
                Some(length) if length > MAX_DATAGRAM => return Err(NoFrame),
                Some(length) if self.held.len() == HEAD + length => {
                    if length > 0 {
                        whole(&self.held[HEAD..]);
                    }
                    self.held.clear();
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// How long the datagram that is held will be; `None` before its length is there.
    fn length(&self) -> Option<usize> {
        self.held.first_chunk::<HEAD>().map(|head| usize::from(u16::from_be_bytes(*head)))
    }
}

/// A datagram as it stands in a stream; `None` for one that is too long to be framed.
pub(crate) fn framed(datagram: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(datagram.len()).ok()?;
    Some([&length.to_be_bytes(), datagram].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(pieces: &[&[u8]]) -> Result<Vec<Vec<u8>>, NoFrame> {
        let (mut frames, mut whole) = (Frames::default(), Vec::new());
        for piece in pieces {
            frames.take(piece, |datagram| whole.push(datagram.to_vec()))?;
            assert!(frames.held.len() <= HEAD + MAX_DATAGRAM);
        }
        Ok(whole)
    }

    proptest! {
        #[test]
        fn datagrams_come_out_as_they_went_in_however_the_stream_is_chopped(
            datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..20), step in 1_usize..700,
        ) {
            let stream: Vec<u8> = datagrams.iter().flat_map(|datagram| framed(datagram).unwrap()).collect();
            let pieces: Vec<_> = stream.chunks(step).collect();
            prop_assert_eq!(cut(&pieces).unwrap(), datagrams);
        }

        #[test]
        fn no_stream_is_too_strange(stream in prop::collection::vec(any::<u8>(), 0..5_000), step in 1_usize..700) {
            let pieces: Vec<_> = stream.chunks(step).collect();
            let _ = cut(&pieces);
        }
    }

    #[test]
    fn what_is_no_frame_ends_the_stream_and_an_empty_one_is_nothing() {
        assert_eq!(cut(&[b"GET / HTTP/1.1\r\n"]), Err(NoFrame));
        assert_eq!(cut(&[&[0x16, 3, 1, 2, 0]]), Err(NoFrame));
        assert_eq!(cut(&[&[0, 0, 0, 1, 7]]), Ok(vec![vec![7]]));
        assert_eq!(framed(&vec![0; 70_000]), None);
    }
}
