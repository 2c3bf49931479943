-- One schema for SQLite and PostgreSQL: times are BIGINT microseconds since the Unix epoch (UTC), ids, enumerations, hashes and sealed
-- values are TEXT, and what is compared without regard to case has a canonical column of its own instead of a collation.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    user_name_canonical TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('member', 'administrator')),
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at BIGINT NOT NULL
);

CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('mail', 'phone')),
    address TEXT NOT NULL,
    address_canonical TEXT NOT NULL,
    confirmed_at BIGINT,
    UNIQUE (account_id, kind, address_canonical)
);
CREATE INDEX contacts_by_address ON contacts (kind, address_canonical);

-- Written by the credential module only.
CREATE TABLE passwords (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    key_id TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- What the credential module is about to do, so that a change that was cut off between a directory and this database is known.
CREATE TABLE password_intents (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    cause TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    completed_at BIGINT
);

CREATE TABLE flows (
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
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
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
CREATE INDEX flows_by_account ON flows (account_id);
CREATE INDEX flows_by_expiry ON flows (expires_at);

-- The outbox: work promised inside the transaction that caused it.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('resolve', 'mail')),
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
    last_answer TEXT
);
CREATE INDEX jobs_to_run ON jobs (state, kind, run_at);
CREATE INDEX jobs_by_flow ON jobs (flow_id);
CREATE INDEX jobs_by_account ON jobs (account_id);
CREATE INDEX jobs_by_end ON jobs (finished_at);

-- Token buckets as GCRA: the one number is the theoretical arrival time.
CREATE TABLE limits (
    key TEXT PRIMARY KEY,
    arrival_at BIGINT NOT NULL
);
CREATE INDEX limits_by_arrival ON limits (arrival_at);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    absolute_until BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (idle_until);

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    flow_id TEXT,
    account_id TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_flow ON audit (flow_id, at);
CREATE INDEX audit_by_time ON audit (at);
