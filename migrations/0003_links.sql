-- Mailed links. Each proves itself: it is bound to its account, not to the flow that asked for it.
CREATE TABLE links (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The flow that asked, as long as that is kept, and the case number that page and mail show.
    flow_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    choices_left BIGINT NOT NULL,
    -- When and how it ended before its time.
    ended_at BIGINT,
    ended_by TEXT CHECK (ended_by IN ('used', 'replaced', 'changed'))
);
CREATE INDEX links_by_account ON links (account_id);
CREATE INDEX links_by_expiry ON links (expires_at);

-- Whom a link's "send a new one" is for: then nothing was typed that could be looked up.
ALTER TABLE flows ADD COLUMN asked_account_id TEXT;
