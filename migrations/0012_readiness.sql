-- One row, written to know that something can be written.
CREATE TABLE readiness (
    id TEXT PRIMARY KEY,
    written_at BIGINT NOT NULL
);
