-- Times are milliseconds since 1970, flags are 0 or 1, identifiers are text. `record_key` is the sealed key of the row: it
-- opens what is sealed in it, and when it is gone, so is that.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    record_key BYTEA NOT NULL,
    -- A keyed hash of the sign-in name, to find it by; and the name itself, sealed.
    login_tag TEXT NOT NULL UNIQUE,
    login BYTEA NOT NULL,
    name BYTEA NOT NULL,
    -- How the browser stretches the password, what the half that it sends is checked against (PHC), and the vault that
    -- the other half opens, which the server cannot.
    password_salt TEXT NOT NULL,
    password_rounds BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    vault TEXT NOT NULL
);

-- Who has signed in where. The secret itself is in the cookie only; here is its SHA-256.
CREATE TABLE logins (
    secret_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX logins_by_account ON logins (account);

-- Ways to an account: a link that makes one, or that sets its password anew.
CREATE TABLE invitations (
    secret_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    -- The account whose password is set anew; none for a new account.
    account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
