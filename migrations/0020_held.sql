-- Since when a password opens its account but vouches for no change of it: it was set days after a change that was then reverted, and nobody
-- can tell whether the owner set it or whoever made that change.
ALTER TABLE passwords ADD COLUMN held_at BIGINT;
