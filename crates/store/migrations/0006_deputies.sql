-- The halves of a key pair, with which others seal something for an account: one for everyone, one sealed under the vault key.
ALTER TABLE accounts ADD COLUMN public_key TEXT;
ALTER TABLE accounts ADD COLUMN private_key TEXT;

-- Who leads a room beside its owner. The secret of its links is sealed for each of them, in the owner's browser.
CREATE TABLE deputies (
    room TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (room, account)
);
CREATE INDEX deputies_by_account ON deputies (account);
