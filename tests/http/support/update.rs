//! A server on what an earlier program has left behind: database, key file, and what its people hold (tests/fixtures/update).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use super::database::{create_postgres, sqlite_in};
use super::sms::Sms;
use super::template::write_private;
use super::{Browser, Engine, Form, Phone, Server, Setup, Smtp};

/// Seconds from the moment at which the earlier program ended: the claims that it had on messages have lapsed by then, and every code still
/// works.
const LATER: i64 = 180;

/// What its people hold.
#[derive(Deserialize)]
pub struct Held {
    /// When the earlier program ended, in seconds since the epoch.
    made_at: i64,
    passwords: BTreeMap<String, String>,
    people: Value,
}

impl Held {
    fn read() -> Self {
        let text = std::fs::read_to_string(folder().join("held.json")).expect("the fixture");
        serde_json::from_str(&text).expect("it is as it was written")
    }

    fn of(&self, person: &str, what: &str) -> Value {
        let held = &self.people[person][what];
        assert!(!held.is_null(), "{person} holds no {what}");
        held.clone()
    }

    /// A text that somebody holds: a code, a link, a password.
    pub fn text(&self, person: &str, what: &str) -> String {
        serde_json::from_value(self.of(person, what)).expect("a text")
    }

    /// A browser of somebody, with the cookies that it has from the earlier program.
    pub fn browser(&self, server: &Server, person: &str, what: &str) -> Browser {
        let mut browser = server.browser();
        browser.jar = serde_json::from_value(self.of(person, what)).expect("cookies");
        browser
    }

    /// A form of a page that is still open since then.
    pub fn form(&self, person: &str) -> Form {
        let form = self.of(person, "form");
        Form {
            action: serde_json::from_value(form["action"].clone()).expect("a path"),
            hidden: serde_json::from_value(form["hidden"].clone()).expect("fields"),
        }
    }

    /// Somebody's app for codes.
    pub fn phone(&self, person: &str) -> Phone {
        let key = self.text(person, "totp_secret");
        let secret = data_encoding::BASE32_NOPAD.decode(key.as_bytes());
        Phone {
            secret: secret.expect("base 32"),
            key,
        }
    }

    /// Somebody's recovery codes.
    pub fn recovery_codes(&self, person: &str) -> Vec<String> {
        serde_json::from_value(self.of(person, "recovery_codes")).expect("codes")
    }
}

/// Starts the program of today on what the earlier one has left behind, at the time at which that ended.
pub async fn updated(engine: Engine, smtp: &Smtp, sms: &Sms) -> (Server, Held) {
    let held = Held::read();
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["key", "rekey.db"] {
        let content = std::fs::read(self::folder().join(name)).expect("the fixture");
        write_private(&folder.path().join(name), &content);
    }
    let mut url = sqlite_in(folder.path());
    if engine == Engine::Postgres {
        url = into_postgres(&url).await;
    }
    let server = Setup::new(engine)
        .relay(smtp)
        .gateway(sms)
        .set("RESET__IDENTIFIERS", "mail,phone,user_name")
        .set("RESET__PROVE_BY", "mail_code,mail_link,sms_code")
        .set("RESET__CHOOSE_CHANNEL", true)
        .set("PASSWORD__HISTORY", 3)
        .set("LIMITS__WRONG_CODES_PER_DAY", 10)
        .set("LIMITS__SIGN_IN_WAIT_SECONDS", 3600)
        .start_on(folder, &url, held.passwords.clone())
        .await;
    server.stop_clock_at(held.made_at + LATER).await;
    (server, held)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/update")
}

async fn open(url: &str) -> AnyPool {
    let pool = AnyPoolOptions::new().max_connections(1).connect(url);
    pool.await.expect("the database answers")
}

async fn texts(pool: &AnyPool, query: String) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(pool).await;
    let rows = rows.expect("it can be read");
    rows.iter().map(|row| row.get(0)).collect()
}

/// The same rows in a PostgreSQL database with the schema of that time.
async fn into_postgres(sqlite: &str) -> String {
    sqlx::any::install_default_drivers();
    let url = create_postgres(None).await;
    let (from, to) = (open(sqlite).await, open(&url).await);
    let applied = "SELECT CAST(version AS TEXT) FROM _sqlx_migrations".to_owned();
    let applied = texts(&from, applied).await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut schema = Migrator::new(path).await.expect("the migrations");
    let all = schema.migrations.into_owned().into_iter();
    schema.migrations = all
        .filter(|each| applied.contains(&each.version.to_string()))
        .collect();
    schema.run(&to).await.expect("the schema of that time");
    // Which table refers to which is not asked while they are filled.
    run(&to, "SET session_replication_role = replica".to_owned()).await;
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlx%'";
    for table in texts(&from, tables.to_owned()).await {
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = texts(&from, columns).await;
        let values: Vec<String> = columns
            .iter()
            .map(|name| format!("quote({name})"))
            .collect();
        let rows = format!(
            "SELECT 'INSERT INTO {table} ({}) VALUES (' || {} || ')' FROM {table}",
            columns.join(", "),
            values.join(" || ', ' || ")
        );
        for row in texts(&from, rows).await {
            run(&to, row).await;
        }
    }
    from.close().await;
    to.close().await;
    url
}

async fn run(pool: &AnyPool, statement: String) {
    let shown = statement.clone();
    sqlx::query(AssertSqlSafe(statement))
        .execute(pool)
        .await
        .unwrap_or_else(|error| panic!("{shown}: {error}"));
}
