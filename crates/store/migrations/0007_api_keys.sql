-- Keys with which programs of a host use the HTTP interface. The key itself is with the program; here is its SHA-256.
CREATE TABLE api_keys (
    secret_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    record_key BYTEA NOT NULL,
    -- Which program, in its owner's words; sealed.
    label BYTEA NOT NULL,
    -- What it may do, words parted by blanks.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX api_keys_by_account ON api_keys (account);
