//! Ranges of bytes (RFC 9110 §14) and the conditions that go with them (§13).

use std::ops::Range;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::error::Error;

/// What a file is compared with: its strong entity tag and the date of its last change as HTTP writes it.
pub(super) struct Validators {
    pub(super) tag: HeaderValue,
    pub(super) modified: HeaderValue,
}

impl Validators {
    /// Whether the reader has this very file already (§13.1.2; weak comparison).
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        let Some(known) = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()) else {
            return false;
        };
        known.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == "*" || self.tag == tag)
    }

    /// Whether a range is still a range of what the reader knows (§13.1.5): the tag or the date must be the very same.
    fn still(&self, headers: &HeaderMap) -> bool {
        headers.get(header::IF_RANGE).is_none_or(|known| *known == self.tag || *known == self.modified)
    }
}

/// The range that is asked for; `None` asks for all: there is no range, it is of something else, or there are several,
/// which a server may answer so (§14.2).
///
/// # Errors
/// None of the bytes that are asked for exists (§15.5.17).
pub(super) fn asked(headers: &HeaderMap, is: &Validators, bytes: u64) -> Result<Option<Range<u64>>, Error> {
    let text = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let Some((first, last)) = text.and_then(|text| text.strip_prefix("bytes=")?.trim().split_once('-')) else {
        return Ok(None);
    };
    if !is.still(headers) {
        return Ok(None);
    }
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let range = match (number(first), number(last)) {
        (Some(first), _) if last.is_empty() => first..bytes,
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(bytes),
        (None, Some(length)) if first.is_empty() => bytes.saturating_sub(length)..bytes,
        // Not a range at all, or several: the whole.
        _ => return Ok(None),
    };
    if range.is_empty() { Err(Error::NoSuchRange { bytes }) } else { Ok(Some(range)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validators() -> Validators {
        let modified = HeaderValue::from_static("Thu, 26 Nov 2026 10:00:00 GMT");
        Validators { tag: HeaderValue::from_static("\"abc\""), modified }
    }

    fn ask(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_range_is_read_as_the_rfc_says() {
        let of = |range: &str| asked(&ask(&[(header::RANGE, range)]), &validators(), 100);
        assert_eq!(of("bytes=0-9"), Ok(Some(0..10)));
        assert_eq!(of("bytes=90-"), Ok(Some(90..100)));
        assert_eq!(of("bytes=-10"), Ok(Some(90..100)));
        assert_eq!(of("bytes=-1000"), Ok(Some(0..100)));
        assert_eq!(of("bytes=99-18446744073709551615"), Ok(Some(99..100)));
        for nothing in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(of(nothing), Err(Error::NoSuchRange { bytes: 100 }), "{nothing}");
        }
        for whole in ["bytes=9-0", "bytes=0-1,5-6", "bytes=+1-2", "bytes=a-b", "bytes=-", "frames=0-9", "bytes=5"] {
            assert_eq!(of(whole), Ok(None), "{whole}");
        }
        assert_eq!(asked(&ask(&[(header::RANGE, "bytes=0-")]), &validators(), 0), Err(Error::NoSuchRange { bytes: 0 }));
    }

    #[test]
    fn a_range_of_another_file_is_the_whole_of_this_one() {
        let of = |known: &str| {
            let headers = ask(&[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, known)]);
            asked(&headers, &validators(), 100).unwrap().is_some()
        };
        assert!(of("\"abc\"") && of("Thu, 26 Nov 2026 10:00:00 GMT"));
        assert!(!of("\"abd\"") && !of("W/\"abc\"") && !of("Thu, 26 Nov 2026 10:00:01 GMT"));
    }

    #[test]
    fn a_reader_who_has_the_file_is_known_by_any_of_its_tags() {
        let known = |tags: &str| validators().is_known(&ask(&[(header::IF_NONE_MATCH, tags)]));
        assert!(known("\"abc\"") && known("\"x\", W/\"abc\"") && known("*"));
        assert!(!known("\"x\"") && !validators().is_known(&HeaderMap::new()));
    }
}
