-- The waiting jobs of a kind in their order. The former index began with the state, which nearly every waiting job shares.
DROP INDEX jobs_to_run;
CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE state = 'waiting';
