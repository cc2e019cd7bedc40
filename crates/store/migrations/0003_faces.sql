-- What an operator shows of themselves: the server's face, and those that hosts and rooms wear over it.
CREATE TABLE faces (
    -- `server`, `account/<id>` or `room/<id>`.
    wearer TEXT PRIMARY KEY,
    account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    room TEXT REFERENCES rooms (id) ON DELETE CASCADE,
    record_key BYTEA NOT NULL,
    -- Its words and settings, JSON; sealed, since an imprint names people.
    draft BYTEA NOT NULL
);
CREATE INDEX faces_by_account ON faces (account);
CREATE INDEX faces_by_room ON faces (room);

-- Logos and signs: PNG files that this server wrote itself. A new picture has a new identifier, so that browsers may keep
-- the old one for as long as they like.
CREATE TABLE pictures (
    id TEXT PRIMARY KEY,
    wearer TEXT NOT NULL REFERENCES faces (wearer) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    png BYTEA NOT NULL,
    UNIQUE (wearer, kind)
);
