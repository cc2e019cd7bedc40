-- A sheet of paper that opens a host's vault. Its code is on the paper only; here are the SHA-256 of one half of what it is made
-- to, and the vault key sealed with the other.
CREATE TABLE recovery_sheets (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    proof_hash TEXT NOT NULL,
    vault TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
