-- With which password a session was opened: when that was set, in microseconds since the epoch.
ALTER TABLE sessions ADD COLUMN password_at BIGINT;
-- That of the session in which contacts were changed, and of the one since which there is a second factor.
ALTER TABLE contact_changes ADD COLUMN password_at BIGINT;
ALTER TABLE factors ADD COLUMN since_password_at BIGINT;

-- How the passwords of the last weeks came: set in a session, by somebody who had to change the one from `password_at`, or in a reset
-- whose proof came by a channel. "This was not me" follows them to what a stranger has done next.
CREATE TABLE password_changes (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    changed_at BIGINT NOT NULL,
    session_id TEXT,
    password_at BIGINT,
    channel TEXT,
    PRIMARY KEY (account_id, changed_at)
);
CREATE INDEX password_changes_by_time ON password_changes (changed_at);
