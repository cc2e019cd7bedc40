-- Passkeys of hosts (Web Authentication): what signatures are checked with, and the vault key, sealed with what only the
-- authenticator gives (`prf`), where it does.
CREATE TABLE passkeys (
    credential_id TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    record_key BYTEA NOT NULL,
    -- Which one, in its owner's words; sealed.
    label BYTEA NOT NULL,
    credential TEXT NOT NULL,
    vault TEXT,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_by_account ON passkeys (account);
