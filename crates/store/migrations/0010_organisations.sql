-- Accounts of people who sign in by their organisation's provider (OpenID Connect). Which of its people one is stands here as a
-- keyed hash only. Such accounts have no password: `password_hash` and `vault` are empty texts.
CREATE TABLE identities (
    subject_tag TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);

-- The browsers that open the vault of such an account. Each has a key pair, whose private half does not leave it; the vault key is
-- sealed for it by another one, and not there until then.
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    public_key TEXT NOT NULL,
    vault TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX devices_by_account ON devices (account);
