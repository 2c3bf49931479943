//! A database that another version of the program has written is refused in one sentence, and left as it is.

use std::process::Output;

use crate::support::{Engine, Server, Setup, on_both_engines};

on_both_engines!(
    an_older_program_refuses_a_newer_schema,
    a_change_that_is_not_this_programs_is_refused
);

/// Every command that opens the database.
const COMMANDS: [&[&str]; 9] = [
    &["serve"],
    &["check"],
    &[
        "account",
        "add",
        "--user-name",
        "karin",
        "--name",
        "Karin Ek",
        "--mail",
        "karin@demo.example",
    ],
    &["account", "factor", "remove", "anna"],
    &["account", "sign-out", "--everybody"],
    &["flow", "show", "K7Q-M2D"],
    &["mail", "test", "--to", "karin@demo.example"],
    &["sms", "test", "--to", "+46701740605"],
    &["feedback", "list"],
];

/// A server that has ended, with somebody signed in.
async fn stopped(engine: Engine) -> Server {
    let mut server = Setup::new(engine).start().await;
    let anna = &server.passwords["anna"];
    assert!(server.opens("anna", anna).await);
    server.kill().await;
    server
}

/// What all commands say, which is the same.
async fn refused(server: &Server) -> String {
    let rows = "SELECT CAST(version AS TEXT) FROM _sqlx_migrations ORDER BY version";
    let before = (server.db.dump().await, server.db.lines(rows, 0).await);
    let mut sentences = Vec::new();
    for command in COMMANDS {
        let ended = server.command(command, "").await;
        sentences.push(sentence(command, &ended));
    }
    let after = (server.db.dump().await, server.db.lines(rows, 0).await);
    assert!(before == after, "nothing is written");
    sentences.dedup();
    assert_eq!(sentences.len(), 1, "{sentences:?}");
    sentences.remove(0)
}

/// The one sentence beside the log that a refused command ends with.
fn sentence(command: &[&str], ended: &Output) -> String {
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{command:?}: {said}");
    let sentences: Vec<&str> = said.lines().filter(|line| !line.starts_with('{')).collect();
    assert_eq!(sentences.len(), 1, "{command:?}: {said}");
    sentences[0].to_owned()
}

async fn an_older_program_refuses_a_newer_schema(engine: Engine) {
    let server = stopped(engine).await;
    let newest = "SELECT MAX(version) FROM _sqlx_migrations";
    let known = server.db.number(newest).await;
    // As a later version leaves it.
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT version + 3, description, success, checksum, execution_time FROM _sqlx_migrations \
                 ORDER BY version DESC LIMIT 1";
    server.db.run(later).await;
    let sentence = refused(&server).await;
    let expected = format!(
        "rekey: the database was written by a newer Rekey (its schema is {}, this program knows {known}): \
         start that version, or restore the backup from before it",
        known + 3
    );
    assert_eq!(sentence, expected);
    // Without it, it is this program's again.
    server
        .db
        .run(&format!(
            "DELETE FROM _sqlx_migrations WHERE version > {known}"
        ))
        .await;
    let checked = server.command(&["check"], "").await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

async fn a_change_that_is_not_this_programs_is_refused(engine: Engine) {
    let server = stopped(engine).await;
    let other = "UPDATE _sqlx_migrations SET checksum = (SELECT other.checksum FROM _sqlx_migrations AS other WHERE other.version = 2) \
                 WHERE version = 3";
    server.db.run(other).await;
    assert_eq!(
        refused(&server).await,
        "rekey: the database was written by another Rekey (change 3 of its schema is not the one that this program knows): \
         start that version, or restore the backup from before it"
    );
}
