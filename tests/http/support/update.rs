//! A server on what a program that has landed leaves behind: database, key file, and what its people hold (tests/fixtures/landed).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use super::database::{create_postgres, open, sqlite_in};
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
    people: BTreeMap<String, Value>,
}

impl Held {
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

    /// A list of somebody's: recovery codes.
    pub fn list(&self, person: &str, what: &str) -> Vec<String> {
        serde_json::from_value(self.of(person, what)).expect("a list")
    }
}

/// One fixture, on one engine.
pub struct Landed {
    folder: PathBuf,
    engine: Engine,
    pub held: Held,
}

impl Landed {
    /// Those in which there is this person, oldest first: who came later is not in the first ones.
    pub fn with(person: &str, engine: Engine) -> Vec<Self> {
        let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/landed");
        let entries = std::fs::read_dir(all).expect("the fixtures");
        let mut folders: Vec<PathBuf> = entries
            .map(|entry| entry.expect("a fixture").path())
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        let mut found: Vec<Self> = folders
            .into_iter()
            .map(|folder| Self::read(folder, engine))
            .collect();
        let newest = found.last().expect("a fixture");
        assert!(
            newest.held.people.contains_key(person),
            "nobody is {person}"
        );
        found.retain(|each| each.held.people.contains_key(person));
        found
    }

    fn read(folder: PathBuf, engine: Engine) -> Self {
        let name = match engine {
            Engine::Sqlite => "sqlite.json",
            Engine::Postgres => "postgres.json",
        };
        let text = std::fs::read_to_string(folder.join(name)).expect("what its people hold");
        Self {
            held: serde_json::from_str(&text).expect("it is as it was written"),
            folder,
            engine,
        }
    }

    /// What a packed file of it holds.
    fn unpacked(&self, name: &str) -> Vec<u8> {
        let path = self.folder.join(name);
        let done = Command::new("gzip").arg("-dc").arg(&path).output();
        let done = done.expect("gzip can be run");
        assert!(done.status.success(), "{}: {done:?}", path.display());
        done.stdout
    }

    /// Puts key and database into a folder, or the database into the server of PostgreSQL; the database's address.
    async fn copy_into(&self, folder: &Path) -> String {
        let key = std::fs::read(self.folder.join("key")).expect("the key");
        write_private(&folder.join("key"), &key);
        if self.engine == Engine::Sqlite {
            write_private(&folder.join("rekey.db"), &self.unpacked("sqlite.db.gz"));
            return sqlite_in(folder);
        }
        let url = create_postgres(None).await;
        let dump = String::from_utf8(self.unpacked("postgres.sql.gz")).expect("statements");
        let pool = open(&url).await;
        let filled = sqlx::raw_sql(AssertSqlSafe(dump)).execute(&pool).await;
        filled.expect("the statements are done");
        pool.close().await;
        url
    }

    /// Starts the program of today on it, at the time at which the earlier one ended.
    pub async fn start(&self, smtp: &Smtp, sms: &Sms) -> Server {
        self.start_with(smtp, sms, |setup| setup).await
    }

    /// The same, configured otherwise.
    pub async fn start_with(
        &self,
        smtp: &Smtp,
        sms: &Sms,
        otherwise: impl FnOnce(Setup) -> Setup,
    ) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let url = self.copy_into(folder.path()).await;
        let setup = Setup::new(self.engine)
            .relay(smtp)
            .gateway(sms)
            .set("RESET__IDENTIFIERS", "mail,phone,user_name")
            .set("RESET__PROVE_BY", "mail_code,mail_link,sms_code")
            .set("RESET__CHOOSE_CHANNEL", true)
            .set("PASSWORD__HISTORY", 3)
            .set("LIMITS__WRONG_CODES_PER_DAY", 10)
            .set("LIMITS__SIGN_IN_WAIT_SECONDS", 3600)
            .set("OPERATOR__ALERT", "mailto:operator@demo.example");
        let server = otherwise(setup)
            .start_on(folder, &url, self.held.passwords.clone())
            .await;
        server.stop_clock_at(self.held.made_at + LATER).await;
        server
    }
}
