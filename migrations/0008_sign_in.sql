-- Browsers in which somebody has signed in to an account, or chosen its password under a proof: the cookie holds a token, this table only
-- its hash. Several accounts may know one browser by the same token.
CREATE TABLE devices (
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- What tries to sign in are counted by; a new one at every success, while the token changes with the success of any account.
    id TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash, account_id)
);
CREATE INDEX devices_by_account ON devices (account_id, seen_at);
CREATE INDEX devices_by_use ON devices (seen_at);

-- Tries to sign in that have not succeeded, counted by a MAC of what was typed, or of the known device.
CREATE TABLE sign_in_tries (
    key TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    wait_until BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_tries_by_last ON sign_in_tries (last_at);

-- 1: the password must be changed before anybody is signed in with it.
ALTER TABLE accounts ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;
-- Why a flow was begun at sign-in, with the password as its proof: 'must_change' or 'expired'.
ALTER TABLE flows ADD COLUMN forced TEXT;
