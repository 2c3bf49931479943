-- How many proposed passwords are being looked at under a proof: whoever comes when none is left waits for what becomes of those.
ALTER TABLE flows ADD COLUMN choosing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN choosing BIGINT NOT NULL DEFAULT 0;
