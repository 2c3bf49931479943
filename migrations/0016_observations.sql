-- What a running server saw of its surroundings that only the operator can mend, for `rekey check`: each kind once, as it was seen last.
CREATE TABLE observations (
    name TEXT PRIMARY KEY,
    detail TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);
