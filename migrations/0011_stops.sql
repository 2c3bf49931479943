-- Since when, and since which session, an account has had a second factor without a gap. A stop takes back only one that came with what it
-- stops; an app that took the place of another keeps that one's.
ALTER TABLE factors ADD COLUMN since BIGINT;
ALTER TABLE factors ADD COLUMN since_session TEXT;
UPDATE factors SET since = confirmed_at, since_session = begun_in WHERE confirmed_at IS NOT NULL;

-- The session in which the password was changed that the link is about, where it was one.
ALTER TABLE stop_links ADD COLUMN session_id TEXT;

-- An earlier contact had just spoken for the new one when its code was asked for.
ALTER TABLE confirmations ADD COLUMN is_spoken_for BIGINT NOT NULL DEFAULT 0;
