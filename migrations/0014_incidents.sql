-- Troubles that the operator is told of, once when one begins and once when it is over, by whichever node notes it first. A row is an open one.
CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    why TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    -- When what was in trouble has last worked; 0 for not since.
    fine_at BIGINT NOT NULL DEFAULT 0
);

-- Written to now and then, so that a full disk or a database that only reads is noticed before a person meets it.
CREATE TABLE pulse (
    id TEXT PRIMARY KEY,
    beaten_at BIGINT NOT NULL
);

-- What the operator is still to be told, one row for each who is told. A row goes once it was told.
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    body_sealed TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
