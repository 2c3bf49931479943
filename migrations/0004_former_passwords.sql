-- Hashes of passwords that were replaced, kept only where `[password] history` asks for it, and no more of them than that.
CREATE TABLE former_passwords (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    replaced_at BIGINT NOT NULL
);
CREATE INDEX former_passwords_by_account ON former_passwords (account_id, replaced_at);
