-- In which reset a password was to be changed, and under which attempt, which is given back where the change was cut off; and how it ended: `written`,
-- `not_written` (refused, too late, or the directory did not answer) or `abandoned` (cut off, and found later).
ALTER TABLE password_intents ADD COLUMN flow_id TEXT;
ALTER TABLE password_intents ADD COLUMN counted_flow_id TEXT;
ALTER TABLE password_intents ADD COLUMN link_hash TEXT;
ALTER TABLE password_intents ADD COLUMN outcome TEXT;
CREATE INDEX password_intents_open ON password_intents (created_at) WHERE completed_at IS NULL;
