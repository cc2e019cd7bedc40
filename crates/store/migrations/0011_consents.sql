-- Texts that somebody was shown before they agreed, under their SHA-256. None is ever changed.
CREATE TABLE notices (
    hash TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- People who have agreed. The secret on a receipt is with them only; here is its SHA-256.
CREATE TABLE consents (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    meeting TEXT NOT NULL,
    notice TEXT NOT NULL REFERENCES notices (hash),
    record_key BYTEA NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX consents_by_meeting ON consents (meeting, given_at);

-- What they said, one statement each time: that they agree, that a name is another, that they agree no more. Sealed, and so
-- is the salt with which it is committed to.
CREATE TABLE consent_acts (
    position BIGINT PRIMARY KEY,
    consent TEXT NOT NULL REFERENCES consents (id) ON DELETE CASCADE,
    salt BYTEA NOT NULL,
    statement BYTEA NOT NULL
);
CREATE INDEX consent_acts_by_consent ON consent_acts (consent);

-- A chain over all of it. It holds nothing of anybody, and stays when somebody is deleted; that is an entry of its own, in
-- clear.
CREATE TABLE consent_chain (
    position BIGINT PRIMARY KEY,
    commitment TEXT NOT NULL,
    head TEXT NOT NULL,
    deletion TEXT
);
