-- The songs in a master, as its artist marked them. An upload has the id of the recording that it becomes, and is kept as
-- long as that is there.

CREATE TABLE chapter (
    upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    nth       INTEGER NOT NULL,
    -- Counted from the first frame of the file.
    frame     INTEGER NOT NULL CHECK (frame >= 0),
    title     TEXT NOT NULL,
    PRIMARY KEY (upload_id, nth)
) STRICT, WITHOUT ROWID;
