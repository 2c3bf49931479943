-- Second factors. `kind` is 'totp' today; others will come, so it is not checked here.
CREATE TABLE factors (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    secret_sealed TEXT NOT NULL,
    label TEXT,
    -- The session that has set it up: nobody else was shown its secret.
    begun_in TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Counts only from then on.
    confirmed_at BIGINT,
    -- The newest time step whose code was taken: it and everything before it are refused.
    last_step BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX factors_by_account ON factors (account_id);

-- Recovery codes, as keyed MACs: each takes the place of the second factor once.
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_mac TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, code_mac)
);

-- When the second factor was shown in a reset; NULL where none was.
ALTER TABLE flows ADD COLUMN factor_at BIGINT;
