-- How an address, a number or a user name stands under the one reading that all doors have now: 0 not read yet, 1 in order, 2 messages would go
-- elsewhere than before or nowhere, so that the contact has lost its confirmation, 3 another one is the same already. Rows that were there
-- before, or that a node of an earlier version adds, are read at the next start (server/identifiers/rewrite.rs).
ALTER TABLE contacts ADD COLUMN reading BIGINT NOT NULL DEFAULT 0;
CREATE INDEX contacts_to_read ON contacts (id) WHERE reading <> 1;
ALTER TABLE accounts ADD COLUMN reading BIGINT NOT NULL DEFAULT 0;
CREATE INDEX accounts_to_read ON accounts (id) WHERE reading <> 1;

-- Nodes that start at once take turns by updating this row.
CREATE TABLE rewrites (
    name TEXT PRIMARY KEY
);
INSERT INTO rewrites (name) VALUES ('identifiers');
