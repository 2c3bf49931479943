//! What every server starts from: a migrated database with the people of the demonstration, made once a run and copied for each test.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::OnceCell;

use super::database::{Engine, create_postgres, sqlite_in};
use super::server::{program, signal};

/// A database with people in it, and the key that belongs to it.
pub struct Template {
    key: Vec<u8>,
    /// The database file of SQLite.
    file: Option<Vec<u8>>,
    /// The template database of PostgreSQL.
    url: Option<String>,
    /// The passwords of the people, by user name.
    pub passwords: BTreeMap<String, String>,
}

static SQLITE: OnceCell<Template> = OnceCell::const_new();
static POSTGRES: OnceCell<Template> = OnceCell::const_new();

/// The template of an engine.
pub async fn of(engine: Engine) -> &'static Template {
    let cell = match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    };
    cell.get_or_init(|| make(engine)).await
}

async fn make(engine: Engine) -> Template {
    let folder = tempfile::tempdir().expect("a folder");
    let url = match engine {
        Engine::Sqlite => sqlite_in(folder.path()),
        Engine::Postgres => create_postgres(None).await,
    };
    let key = folder.path().join("key");
    let mut child = Command::new(program())
        .args(["serve", "--demo"])
        .env_clear()
        .env("REKEY__SITE__LISTEN", "127.0.0.1:0")
        .env("REKEY__DATABASE__URL", &url)
        .env("REKEY__KEYS__FILE", &key)
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut passwords = BTreeMap::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(person) = line.strip_prefix("demo: ") {
            let words: Vec<&str> = person.split_whitespace().collect();
            passwords.insert(words[0].to_owned(), words[2].to_owned());
        }
        if line.contains("listens on") {
            break;
        }
    }
    signal(child.id().expect("it runs"), "TERM");
    let status = child.wait().await.expect("it ends");
    assert!(status.success(), "the demonstration ended with {status}");
    Template {
        key: std::fs::read(&key).expect("the key file"),
        file: (engine == Engine::Sqlite)
            .then(|| std::fs::read(folder.path().join("rekey.db")).expect("the database")),
        url: (engine == Engine::Postgres).then_some(url),
        passwords,
    }
}

impl Template {
    /// Puts a copy into a folder; the address of its database.
    pub async fn copy_into(&self, folder: &Path) -> String {
        write_private(&folder.join("key"), &self.key);
        if let Some(url) = &self.url {
            return create_postgres(Some(url)).await;
        }
        let file = self.file.as_ref().expect("one of both is there");
        write_private(&folder.join("rekey.db"), file);
        sqlite_in(folder)
    }
}

pub(super) fn write_private(path: &Path, content: &[u8]) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(content))
        .expect("the copy can be written");
}
