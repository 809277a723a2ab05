//! STUN and TURN servers that clients are told of (RFC 9725 §4.6).

use std::fmt;

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;

use crate::limits::TURN_LIFETIME;

/// One STUN or TURN server.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IceServer {
    /// Addresses such as `stun:stun.example.net` or `turn:turn.example.net?transport=udp`.
    pub urls: Vec<String>,
    /// The name for TURN, when there is one for everybody.
    pub username: Option<String>,
    /// The password for TURN, when there is one for everybody.
    pub credential: Option<String>,
    /// What this server and the TURN server share, so that each client gets a name and a password of its own, for a time
    /// (`use-auth-secret` and `static-auth-secret` of coturn). It takes the place of both.
    pub secret: Option<String>,
    /// How long such a password is good for, in seconds; a day when it is not said.
    pub lifetime: Option<u64>,
}

/// Never a password.
impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

impl IceServer {
    /// The `Link` headers that tell `who` of it at `utc_s`; one that is unfit for a header is left out. Who is told has no
    /// meaning but in the logs of the TURN server.
    pub(crate) fn links(&self, who: &str, utc_s: u64) -> impl Iterator<Item = HeaderValue> {
        let (username, credential) = self.credentials(who, utc_s);
        let quoted = |name: &str, value: Option<String>| {
            value.map(|v| format!("; {name}=\"{}\"", v.replace('\\', "\\\\").replace('"', "\\\""))).unwrap_or_default()
        };
        let kind = if credential.is_some() { "; credential-type=\"password\"" } else { "" };
        let (name, word) = (quoted("username", username), quoted("credential", credential));
        self.urls.iter().filter_map(move |url| {
            // STUN asks nobody who they are.
            let (name, word, kind) = if url.starts_with("stun") { ("", "", "") } else { (&*name, &*word, kind) };
            HeaderValue::try_from(format!("<{url}>; rel=\"ice-server\"{name}{word}{kind}")).ok()
        })
    }

    /// The name is until when it is good, and whose it is; the password proves that we said so.
    fn credentials(&self, who: &str, utc_s: u64) -> (Option<String>, Option<String>) {
        let Some(secret) = &self.secret else { return (self.username.clone(), self.credential.clone()) };
        let until = utc_s.saturating_add(self.lifetime.unwrap_or(TURN_LIFETIME));
        let username = format!("{until}:{who}");
        let hmac = str0m::crypto::from_feature_flags().sha1_hmac_provider;
        let proof = hmac.sha1_hmac(secret.as_bytes(), &[username.as_bytes()]);
        (Some(username), Some(BASE64_STANDARD.encode(proof)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ice_server_is_told_as_the_rfc_says() {
        let server = IceServer {
            urls: vec!["turn:turn.example.net?transport=udp".into()],
            username: Some("user".into()),
            credential: Some("pass\"word".into()),
            ..IceServer::default()
        };
        let links: Vec<_> = server.links("hana", 0).collect();
        let expected = "<turn:turn.example.net?transport=udp>; rel=\"ice-server\"; username=\"user\"; \
            credential=\"pass\\\"word\"; credential-type=\"password\"";
        assert_eq!(links, [expected]);
        assert!(!format!("{server:?}").contains("pass"));
    }

    #[test]
    fn a_shared_secret_gives_each_client_a_password_for_a_time() {
        let urls = vec!["turn:t".into(), "stun:t".into()];
        let server = IceServer { urls, secret: Some("north".into()), lifetime: Some(600), ..IceServer::default() };
        let links: Vec<_> = server.links("hana", 1_000_000).collect();
        // printf %s 1000600:hana | openssl dgst -sha1 -hmac north -binary | base64
        let expected = "<turn:t>; rel=\"ice-server\"; username=\"1000600:hana\"; credential=\"C/lwmHKH4sltEX3TfdCF0ZpXNpI=\"; \
            credential-type=\"password\"";
        assert_eq!(links, [expected, "<stun:t>; rel=\"ice-server\""]);
        assert!(!format!("{server:?}").contains("north"));
    }
}
