-- Ids are UUIDs of version 7 as text; times are UTC in integer milliseconds since 1970.

CREATE TABLE artist (
    id         TEXT PRIMARY KEY NOT NULL,
    slug       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

-- The key itself is shown once and never stored.
CREATE TABLE stream_key (
    id         TEXT PRIMARY KEY NOT NULL,
    artist_id  TEXT NOT NULL REFERENCES artist (id) ON DELETE CASCADE,
    hash       BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    scope      TEXT NOT NULL CHECK (scope IN ('publish')),
    created_ms INTEGER NOT NULL,
    revoked_ms INTEGER
) STRICT;

CREATE INDEX stream_key_of_artist ON stream_key (artist_id);

CREATE TABLE performance (
    id                TEXT PRIMARY KEY NOT NULL,
    artist_id         TEXT NOT NULL REFERENCES artist (id) ON DELETE CASCADE,
    take_id           TEXT,
    epoch_id          TEXT,
    utc_ns_at_frame_0 INTEGER,
    title             TEXT NOT NULL,
    artist_name       TEXT,
    started_ms        INTEGER NOT NULL,
    last_packet_ms    INTEGER,
    ended_ms          INTEGER
) STRICT;

CREATE INDEX performance_of_artist ON performance (artist_id, started_ms);

-- One evening at a time.
CREATE UNIQUE INDEX performance_open ON performance (artist_id) WHERE ended_ms IS NULL;
