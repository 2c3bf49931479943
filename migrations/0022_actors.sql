-- Who did it: `account` (somebody who has shown to be its owner), `operator` (at the command line), `system` (this program by itself) or
-- `nobody` (nobody who is known). Empty in rows from before.
ALTER TABLE audit ADD COLUMN actor TEXT;
