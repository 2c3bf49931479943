//! Which errors of the database pass by themselves, so that whoever asked may ask again: a full disk, a lock, a lost connection, a restart.

/// Whether what went wrong lies with the database and its surroundings, and not with what it was asked.
#[must_use]
pub fn is_passing(error: &sqlx::Error) -> bool {
    use sqlx::Error;
    match error {
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed
        // Where a connection cannot be opened, because its certificates or files are gone.
        | Error::Configuration(_) => true,
        Error::Database(error) => error.code().is_none_or(|code| match code.len() {
            5 => is_passing_in_postgres(&code),
            _ => is_passing_in_sqlite(&code, error.message()),
        }),
        _ => false,
    }
}

/// Whether there is no room: on the disk, in memory, or for connections. What is written last meets it, and is not at fault.
#[must_use]
pub fn is_shortage(error: &sqlx::Error) -> bool {
    const FULL: u32 = 13;
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    error.code().is_some_and(|code| match code.len() {
        5 => code.starts_with("53"),
        _ => code.parse::<u32>().is_ok_and(|code| code & 0xff == FULL),
    })
}

/// By the class of the SQLSTATE (PostgreSQL, appendix A).
fn is_passing_in_postgres(code: &str) -> bool {
    match code.get(..2) {
        // Connections, resources, an operator, the system, deadlocks, a transaction that has failed or may only read, authorisation
        // while roles are being changed, a name that a server is just being built up under.
        Some("08" | "53" | "55" | "57" | "58" | "40" | "25" | "28" | "3D" | "XX") => true,
        // A prepared statement that is gone or there already: a pooler has changed servers.
        _ => matches!(code, "26000" | "42P05"),
    }
}

/// By the result code of SQLite, whose lower byte is the primary one (<https://www.sqlite.org/rescode.html>).
fn is_passing_in_sqlite(code: &str, message: &str) -> bool {
    const ERROR: u32 = 1;
    match code.parse::<u32>().map(|code| code & 0xff) {
        // The engine has ended the transaction by itself, for one of the reasons below.
        Ok(ERROR) => message.ends_with("no transaction is active"),
        // PERM, ABORT, BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT; FULL, CANTOPEN, PROTOCOL; NOLFS, AUTH; NOTADB.
        Ok(3..=11 | 13..=15 | 22..=23 | 26) => true,
        _ => false,
    }
}
