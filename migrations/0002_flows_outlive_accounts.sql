-- A flow stays when its account is removed: its page, counters and clock go on like those of a flow that never had one. Neither engine
-- can take a foreign key out of a column in one statement that the other understands, so the table is made anew.
CREATE TABLE flows_anew (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    cookie_hash TEXT NOT NULL UNIQUE,
    -- The value before the last rotation: a double submit whose first answer was lost still carries it.
    former_cookie_hash TEXT UNIQUE,
    -- Makes two posts of one form one flow.
    submission TEXT UNIQUE,
    language TEXT NOT NULL,
    identifier_sealed TEXT NOT NULL,
    step TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- What every page shows, alike for real and decoy flows.
    code_expires_at BIGINT NOT NULL,
    tries_left BIGINT NOT NULL,
    resends_left BIGINT NOT NULL,
    resend_at BIGINT NOT NULL,
    resent BIGINT NOT NULL,
    -- What only the server knows. A decoy has no secret.
    account_id TEXT,
    outcome TEXT NOT NULL,
    secret_mac TEXT,
    secret_expires_at BIGINT,
    secret_tries_left BIGINT NOT NULL,
    former_secret_mac TEXT,
    proved_mac TEXT,
    proved_at BIGINT,
    choices_left BIGINT NOT NULL,
    done_at BIGINT,
    done_shown BIGINT NOT NULL
);
INSERT INTO flows_anew (id, reference, cookie_hash, former_cookie_hash, submission, language, identifier_sealed, step, created_at, expires_at, code_expires_at,
    tries_left, resends_left, resend_at, resent, account_id, outcome, secret_mac, secret_expires_at, secret_tries_left, former_secret_mac,
    proved_mac, proved_at, choices_left, done_at, done_shown)
SELECT id, reference, cookie_hash, former_cookie_hash, submission, language, identifier_sealed, step, created_at, expires_at, code_expires_at,
    tries_left, resends_left, resend_at, resent, account_id, outcome, secret_mac, secret_expires_at, secret_tries_left, former_secret_mac,
    proved_mac, proved_at, choices_left, done_at, done_shown
FROM flows;
DROP TABLE flows;
ALTER TABLE flows_anew RENAME TO flows;
CREATE INDEX flows_by_account ON flows (account_id);
CREATE INDEX flows_by_expiry ON flows (expires_at);
