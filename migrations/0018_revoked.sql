-- Since when a finished flow repeats nothing any more: something of its account was revoked after it.
ALTER TABLE flows ADD COLUMN revoked_at BIGINT;
