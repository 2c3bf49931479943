-- Where a person and their password live, and what that directory knows them by: with `builtin`, whose entries are these rows, the account's
-- own id. User names are unique in their directory only.
--
-- SQLite takes no UNIQUE away from a column, and a table that others refer to cannot be made anew without emptying those. So the column that
-- was unique on its own keeps that, as the key that has to be, and what is compared of the user name has a new one.
ALTER TABLE accounts ADD COLUMN directory TEXT NOT NULL DEFAULT 'builtin';
ALTER TABLE accounts RENAME COLUMN user_name_canonical TO external_key;
ALTER TABLE accounts ADD COLUMN user_name_canonical TEXT NOT NULL DEFAULT '';
UPDATE accounts SET user_name_canonical = external_key;
UPDATE accounts SET external_key = id;
CREATE UNIQUE INDEX accounts_by_user_name ON accounts (directory, user_name_canonical);
