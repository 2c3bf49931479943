-- Codes of resets that a newer one has replaced, the newest five of an account, until they would have died: mail programs fold equal subjects
-- together and show the oldest message. Whoever types one is told so, and each gives its try back once.
CREATE TABLE former_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The flow that the MAC is bound to; it may be forgotten meanwhile.
    flow_id TEXT NOT NULL,
    code_mac TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When it was first typed after that.
    typed_at BIGINT,
    PRIMARY KEY (account_id, code_mac)
);
CREATE INDEX former_codes_by_expiry ON former_codes (expires_at);
