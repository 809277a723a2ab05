//! Where things are. The server's router and its clients use the same words.

/// `POST`: opens a performance (bearer key). `POST {PERFORMANCES}/{id}/end` ends it (bearer key).
pub const PERFORMANCES: &str = "/api/v1/performances";
/// `POST {PERFORMANCES}/{id}/uploads`: begins to upload a master (tus 1.0, bearer key); `HEAD`, `PATCH`, `DELETE
/// {UPLOADS}/{id}`: tus 1.0; `GET {UPLOADS}/{id}`: what became of it.
pub const UPLOADS: &str = "/api/v1/uploads";
/// `GET {PERFORMANCES}/{id}/recordings`: the masters of a performance. `GET`, `HEAD {RECORDINGS}/{id}`: one, by ranges;
/// `DELETE` (bearer key).
pub const RECORDINGS: &str = "/api/v1/recordings";
/// `GET`: every artist. `GET {ARTISTS}/{slug}`: one. `GET {ARTISTS}/{slug}/events`: one, as server-sent events.
pub const ARTISTS: &str = "/api/v1/artists";
/// `GET`: the server's clock.
pub const TIME: &str = "/api/v1/time";
/// `POST {WHIP}/{slug}`: an artist's sound in (RFC 9725, bearer key).
pub const WHIP: &str = "/whip";
/// `POST {WHEP}/{slug}`: an artist's sound out (draft-ietf-wish-whep).
pub const WHEP: &str = "/whep";
/// The query of [`WHEP`] by which an artist's own ear is known: it is not counted among those who listen.
pub const EAR: &str = "ear";
/// `PATCH`, `DELETE {SESSION}/{id}`: one connection, in or out.
pub const SESSION: &str = "/session";
