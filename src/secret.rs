//! The stream key: kept out of every log, and read only from a file that nobody else may read.

use std::fmt;
use std::path::Path;

use korero_sentences::key;

use crate::fault::Fault;
use crate::limits::MAX_KEY_BYTES;

/// A key that opens one artist's place on a server (the bearer token of RFC 9725 §4.7.1).
#[derive(Clone, PartialEq, Eq)]
pub struct StreamKey(String);

impl StreamKey {
    /// Takes a key as it was typed or read, without the white space around it. `None` for what cannot stand in an
    /// HTTP header: nothing, more than [`MAX_KEY_BYTES`], or anything but printable ASCII without spaces.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let key = text.trim();
        let fits = (1..=MAX_KEY_BYTES).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(key.to_owned()))
    }

    /// The key itself, for the one place that sends it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Never the key.
impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamKey(…)")
    }
}

/// What somebody typed as a key, before anybody knows whether it is one.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Typed(pub String);

/// Never what was typed.
impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// Takes the key out of an address that has it inside: the password before a host, and the step of a Cloudflare address
/// that opens it, in whose place `{key}` stays. A key that was copied together with its address stands beside it, after white
/// space, which no address has. What is left is no secret.
#[must_use]
pub fn split_address(url: &str) -> (String, Option<StreamKey>) {
    match url.trim().split_once(char::is_whitespace) {
        Some((address, beside)) => {
            let (left, inside) = key_inside(address);
            (left, StreamKey::parse(beside).or(inside))
        }
        None => key_inside(url.trim()),
    }
}

fn key_inside(url: &str) -> (String, Option<StreamKey>) {
    let Some((scheme, after)) = url.split_once("://") else { return (url.to_owned(), None) };
    let (place, path) = after.split_at(after.find('/').unwrap_or(after.len()));
    if let Some((person, host)) = place.rsplit_once('@') {
        let password = person.split_once(':').map_or("", |(_, password)| password);
        return (format!("{scheme}://{host}{path}"), StreamKey::parse(password));
    }
    let steps: Vec<_> = path.split('/').collect();
    match steps.as_slice() {
        ["", secret, "webRTC", "publish"] | ["", secret, "webRTC", "publish", ""]
            if host(place).ends_with(".cloudflarestream.com") && *secret != KEY_PLACE =>
        {
            (format!("{scheme}://{place}/{KEY_PLACE}/webRTC/publish"), StreamKey::parse(secret))
        }
        _ => (url.to_owned(), None),
    }
}

fn host(place: &str) -> &str {
    place.split_once(':').map_or(place, |(host, _)| host)
}

/// Where the key stands in an address that has it inside.
pub const KEY_PLACE: &str = "{key}";

/// Reads a key from a file of which nothing else is known.
///
/// # Errors
/// The file cannot be read; others than its owner may read it (Unix: a mode other than 0600 or 0400); or it holds
/// no usable key.
pub fn read_key_file(path: &Path) -> Result<StreamKey, Fault> {
    let shown = path.display().to_string();
    refuse_open_file(path)?;
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&shown, &error))?;
    StreamKey::parse(&text).ok_or_else(|| Fault::new(key::FAULT_PUBLISH_KEY_EMPTY).with("path", shown.as_str()))
}

/// Refuses a file that others than its owner may read.
///
/// # Errors
/// Its mode is open (Unix), or cannot be read.
pub fn refuse_open_file(path: &Path) -> Result<(), Fault> {
    let shown = path.display().to_string();
    refuse_open_mode(path, &shown).map_err(|error| unreadable(&shown, &error))?
}

fn unreadable(shown: &str, error: &std::io::Error) -> Fault {
    Fault::new(key::FAULT_PUBLISH_KEY_FILE).with("path", shown).with("reason", error.to_string())
}

#[cfg(unix)]
fn refuse_open_mode(path: &Path, shown: &str) -> std::io::Result<Result<(), Fault>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)?.permissions().mode() & 0o7777;
    if matches!(mode, 0o600 | 0o400) {
        return Ok(Ok(()));
    }
    let mode = format!("{mode:04o}");
    Ok(Err(Fault::new(key::FAULT_PUBLISH_KEY_MODE).with("path", shown).with("mode", mode)))
}

/// Elsewhere files of a user's own folder are closed to others already.
#[cfg(not(unix))]
fn refuse_open_mode(_path: &Path, _shown: &str) -> std::io::Result<Result<(), Fault>> {
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str, mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        }
        file
    }

    #[test]
    fn a_key_file_gives_its_key_without_the_line_end() {
        let file = file("kk_abc-123\n", 0o600);
        assert_eq!(read_key_file(file.path()).unwrap().reveal(), "kk_abc-123");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_refused_with_the_command_that_closes_it() {
        for mode in [0o644, 0o640, 0o604, 0o660] {
            let file = file("secret", mode);
            let fault = read_key_file(file.path()).unwrap_err();
            assert_eq!(fault.code, key::FAULT_PUBLISH_KEY_MODE);
            assert!(fault.to_string().contains(&format!("chmod 600 {}", file.path().display())), "{fault}");
            assert!(!fault.to_string().contains("secret"));
        }
    }

    #[test]
    fn a_missing_or_unusable_key_file_is_told_apart() {
        let missing = read_key_file(Path::new("/nowhere/at/all.key")).unwrap_err();
        assert_eq!(missing.code, key::FAULT_PUBLISH_KEY_FILE);
        for text in ["", " \n", "two words", "tab\there", "ké", &"x".repeat(MAX_KEY_BYTES + 1)] {
            assert_eq!(read_key_file(file(text, 0o600).path()).unwrap_err().code, key::FAULT_PUBLISH_KEY_EMPTY);
        }
    }

    #[test]
    fn a_key_never_shows_in_a_log() {
        let shown = format!("{:?} {:?}", StreamKey::parse("super-secret"), Typed("super-secret".into()));
        assert!(!shown.contains("super"), "{shown}");
    }

    #[test]
    fn a_key_inside_an_address_is_taken_out_of_it() {
        let split = |url: &str| {
            let (left, key) = split_address(url);
            (left, key.map(|key| key.reveal().to_owned()))
        };
        let left = |url: &str, key: Option<&str>| (url.to_owned(), key.map(str::to_owned));
        assert_eq!(split(" icecast://source:hackme@h:8000/live "), left("icecast://h:8000/live", Some("hackme")));
        assert_eq!(split("https://me@h/whip/a"), left("https://h/whip/a", None));
        let open = "https://customer-x.cloudflarestream.com/{key}/webRTC/publish";
        assert_eq!(split("https://customer-x.cloudflarestream.com/5ecre7/webRTC/publish"), left(open, Some("5ecre7")));
        for beside in ["https://h/whip/a kk_1", " https://h/whip/a\n  kk_1\n", "https://me:kk_0@h/whip/a\tkk_1"] {
            assert_eq!(split(beside), left("https://h/whip/a", Some("kk_1")));
        }
        assert_eq!(split("https://me:kk_0@h/whip/a no key"), left("https://h/whip/a", Some("kk_0")));
        for same in [open, "https://live.example/whip/a@b", "", "live.example"] {
            assert_eq!(split(same), left(same, None));
        }
    }
}
