-- The archive: what is on its way (upload, upload_piece) and what has arrived (recording). The bytes lie in the object
-- store; these rows say which of them count.

CREATE TABLE upload (
    id             TEXT PRIMARY KEY NOT NULL,
    artist_id      TEXT NOT NULL REFERENCES artist (id) ON DELETE CASCADE,
    performance_id TEXT NOT NULL REFERENCES performance (id) ON DELETE CASCADE,
    name           TEXT NOT NULL,
    media_type     TEXT NOT NULL,
    sha256         BLOB NOT NULL CHECK (length(sha256) = 32),
    -- As the client sent it; tus wants it back with every HEAD.
    metadata       TEXT NOT NULL,
    bytes          INTEGER NOT NULL CHECK (bytes >= 0),
    arrived        INTEGER NOT NULL CHECK (arrived BETWEEN 0 AND bytes),
    state          TEXT NOT NULL CHECK (state IN ('open', 'whole', 'published', 'refused', 'ended')),
    expires_ms     INTEGER NOT NULL,
    -- Whether its pieces are gone from the object store.
    cleared        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX upload_of_artist ON upload (artist_id, state);
CREATE INDEX upload_at_work ON upload (state) WHERE cleared = 0;

CREATE TABLE upload_piece (
    upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    start     INTEGER NOT NULL,
    bytes     INTEGER NOT NULL CHECK (bytes > 0),
    -- The object's name below the upload's own prefix.
    name      TEXT NOT NULL,
    PRIMARY KEY (upload_id, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE recording (
    id             TEXT PRIMARY KEY NOT NULL,
    artist_id      TEXT NOT NULL REFERENCES artist (id) ON DELETE CASCADE,
    performance_id TEXT NOT NULL REFERENCES performance (id) ON DELETE CASCADE,
    name           TEXT NOT NULL,
    media_type     TEXT NOT NULL,
    sha256         BLOB NOT NULL CHECK (length(sha256) = 32),
    bytes          INTEGER NOT NULL CHECK (bytes >= 0),
    -- The object's whole name.
    object         TEXT NOT NULL,
    created_ms     INTEGER NOT NULL,
    -- Set when it was removed and only the object is still to go.
    removed        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX recording_of_performance ON recording (performance_id, created_ms);
CREATE INDEX recording_of_artist ON recording (artist_id);
