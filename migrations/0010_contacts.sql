-- From when a contact may prove in a reset who somebody is: one that was confirmed without an earlier one waits a day.
ALTER TABLE contacts ADD COLUMN resets_from BIGINT NOT NULL DEFAULT 0;
-- From when it is none any more. The row stays for as long as a stop link may bring it back.
ALTER TABLE contacts ADD COLUMN ends_at BIGINT;

-- A code on its way to somebody who is signed in: to show that it is them ('person'), or that a new contact is theirs ('contact').
CREATE TABLE confirmations (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('person', 'contact')),
    channel TEXT NOT NULL,
    -- Where the code goes: as it was typed, and as it is compared.
    address TEXT NOT NULL,
    address_canonical TEXT NOT NULL,
    -- The contact whose place the new one takes.
    replaces TEXT,
    code_mac TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries_left BIGINT NOT NULL,
    resends_left BIGINT NOT NULL,
    resend_at BIGINT NOT NULL,
    UNIQUE (session_id, purpose)
);
CREATE INDEX confirmations_by_account ON confirmations (account_id);

-- What was done to the contacts of an account, so that it can be undone.
CREATE TABLE contact_changes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    added_id TEXT,
    -- How the contact that came had stood before, where the account has had it.
    added_confirmed_at BIGINT,
    added_resets_from BIGINT,
    added_ends_at BIGINT,
    ended_id TEXT,
    -- When the contact that went would have ended anyway.
    ended_ends_at BIGINT,
    made_at BIGINT NOT NULL,
    stopped_at BIGINT
);
CREATE INDEX contact_changes_by_account ON contact_changes (account_id, made_at);
CREATE INDEX contact_changes_by_time ON contact_changes (made_at);

-- "This was not me": what notices carry.
CREATE TABLE stop_links (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The change of contacts that it undoes; NULL where the password was changed.
    change_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX stop_links_by_account ON stop_links (account_id);
CREATE INDEX stop_links_by_expiry ON stop_links (expires_at);

-- Somebody said that it was not them who chose this password: it opens nothing until another one takes its place.
ALTER TABLE passwords ADD COLUMN stopped_at BIGINT;

CREATE INDEX audit_by_account ON audit (account_id, at);
