-- A room that a host has made, for one appointment or for good.
CREATE TABLE rooms (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    record_key BYTEA NOT NULL,
    -- What it is called, for the host and those invited; sealed.
    title BYTEA NOT NULL,
    -- For whom, a pseudonym, and where; sealed.
    guest BYTEA NOT NULL,
    place BYTEA NOT NULL,
    -- The secret of its links, sealed in the host's browser: nothing here opens it. Base64, like all that browsers seal.
    secret TEXT NOT NULL,
    language TEXT NOT NULL,
    -- No begin: a room for good.
    starts_at BIGINT,
    minutes BIGINT NOT NULL,
    capacity BIGINT NOT NULL,
    cameras BIGINT NOT NULL,
    waiting_room BIGINT NOT NULL,
    -- What the half of the room's password that the browser sends is checked against; none without a password.
    password_hash TEXT,
    cancelled_at BIGINT,
    -- Counts changes of when and where, as calendars want it (RFC 5545 section 3.8.7.4).
    sequence BIGINT NOT NULL
);
CREATE INDEX rooms_by_owner ON rooms (owner, starts_at);

-- Personal ways into a room. The token is in the link only; here is its SHA-256.
CREATE TABLE links (
    token_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    room TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    -- The token again, sealed in the host's browser, so that the link can be shown once more.
    sealed_token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX links_by_room ON links (room);
