-- The outbox takes text messages too. Neither engine can change a CHECK in one statement that the other understands, so the table is made anew.
CREATE TABLE jobs_anew (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('resolve', 'mail', 'sms')),
    purpose TEXT NOT NULL,
    flow_id TEXT,
    account_id TEXT,
    body_sealed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused', 'expired', 'dropped')),
    run_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    finished_at BIGINT,
    last_answer TEXT,
    -- What the gateway has reported since it took the message.
    report TEXT,
    reported_at BIGINT
);
INSERT INTO jobs_anew (id, kind, purpose, flow_id, account_id, body_sealed, state, run_at, leased_until, attempts, created_at, expires_at, finished_at, last_answer)
SELECT id, kind, purpose, flow_id, account_id, body_sealed, state, run_at, leased_until, attempts, created_at, expires_at, finished_at, last_answer FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_anew RENAME TO jobs;
CREATE INDEX jobs_to_run ON jobs (state, kind, run_at);
CREATE INDEX jobs_by_flow ON jobs (flow_id);
CREATE INDEX jobs_by_account ON jobs (account_id);
CREATE INDEX jobs_by_end ON jobs (finished_at);

-- The way that was asked for, and shown to whoever asked; and the way that the newest code really went, which is not.
ALTER TABLE flows ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
ALTER TABLE flows ADD COLUMN sent_by TEXT;
-- The postal code that was given, sealed.
ALTER TABLE flows ADD COLUMN postal_code_sealed TEXT;
-- The accounts that a flow proves together, where several share the confirmed contact: its own among them.
CREATE TABLE flow_accounts (
    flow_id TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (flow_id, account_id)
);
CREATE INDEX flow_accounts_by_account ON flow_accounts (account_id);
-- The accounts that one link resets together, besides its own.
CREATE TABLE link_accounts (
    token_hash TEXT NOT NULL REFERENCES links (token_hash) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (token_hash, account_id)
);
CREATE INDEX link_accounts_by_account ON link_accounts (account_id);

-- Where somebody signs in who has no password here: the id of a provider in [[accounts.federated]].
ALTER TABLE accounts ADD COLUMN signs_in_with TEXT;
-- As it is compared.
ALTER TABLE accounts ADD COLUMN postal_code TEXT;
