-- Who shows a code beside their password (RFC 6238). The secret is sealed; of its steps the last one that was used is kept, so
-- that none is used twice.
CREATE TABLE second_factors (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    record_key BYTEA NOT NULL,
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL
);

-- For the day on which the device with the secret is gone. Random and used once; here is their SHA-256.
CREATE TABLE recovery_codes (
    account TEXT NOT NULL REFERENCES second_factors (account) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (account, code_hash)
);
