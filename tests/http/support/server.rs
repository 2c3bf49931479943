//! The real program as a child process, on a folder and a database of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use super::database::{Database, Engine, sqlite_in};
use super::log::{Log, collect};
use super::sms::{self, Sms};
use super::smtp::Smtp;
use super::{Browser, template, until};

/// The program under test.
pub const fn program() -> &'static str {
    env!("CARGO_BIN_EXE_rekey")
}

/// Sends a signal to one process.
pub fn signal(pid: u32, name: &str) {
    let status = std::process::Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status()
        .expect("kill can be run");
    assert!(status.success(), "no such process: {pid}");
}

/// The host that people type in production.
pub const PUBLIC_HOST: &str = "rekey.test";

/// A server that is not started yet.
pub struct Setup {
    engine: Engine,
    variables: BTreeMap<String, String>,
    config: Option<String>,
    dev: bool,
    /// A database of its own, and the address at which tests look into it.
    database: Option<(String, String)>,
    /// Another folder for the embedded database.
    place: Option<PathBuf>,
    /// Whether its clock stands still.
    stopped: bool,
}

impl Setup {
    /// A development server with limits that no test meets by accident and no mail relay.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            variables: BTreeMap::new(),
            config: None,
            dev: true,
            database: None,
            place: None,
            stopped: false,
        }
        .set("SITE__LISTEN", "127.0.0.1:0")
        .set("HASHING__SIGN_IN_DEADLINE_MS", "50")
        .set("LIMITS__REQUESTS_BURST", "100000")
        .set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", "100000")
    }

    /// The same with a clock that stands still, so that no step, window or lifetime passes unless the test moves it.
    pub fn stopped(engine: Engine) -> Self {
        Self {
            stopped: true,
            ..Self::new(engine)
        }
    }

    /// Sets a key of the configuration by its variable, without the prefix.
    pub fn set(mut self, key: &str, value: impl std::fmt::Display) -> Self {
        self.variables
            .insert(format!("REKEY__{key}"), value.to_string());
        self
    }

    /// Sets a variable that is no key of the configuration.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sends mail through this relay.
    pub fn relay(self, smtp: &Smtp) -> Self {
        let relay = format!("smtp://127.0.0.1:{}?security=none", smtp.port());
        self.set("MAIL__RELAY_URL", relay)
    }

    /// Sends text messages through this gateway.
    pub fn gateway(self, sms: &Sms) -> Self {
        self.set("SMS__GATEWAY", "http")
            .set("SMS__URL", format!("http://127.0.0.1:{}/send", sms.port()))
            .set("SMS__USER", sms::USER)
            .set("SMS__PASSWORD", sms::PASSWORD)
    }

    /// Gives it a configuration file.
    pub fn config(mut self, text: &str) -> Self {
        self.config = Some(text.to_owned());
        self
    }

    /// Runs it as in production, behind a proxy that ends TLS for `https://rekey.test`.
    pub fn production(mut self, smtp: &Smtp) -> Self {
        self.dev = false;
        self.config = Some(format!(
            "[site]\npublic_url = \"https://{PUBLIC_HOST}\"\n[mail]\nsender = \"Rekey <rekey@{PUBLIC_HOST}>\"\n\
             [[mail.relays]]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
            smtp.port()
        ));
        self
    }

    /// Runs it without `--dev`, on the configuration that it was given.
    pub fn in_production(mut self) -> Self {
        self.dev = false;
        self
    }

    /// Uses a database that is empty, in place of a copy of the template. Tests look into it at `looked_at`.
    pub fn database(mut self, url: &str, looked_at: &str) -> Self {
        self.database = Some((url.to_owned(), looked_at.to_owned()));
        self
    }

    /// Puts the embedded database into another folder.
    pub fn place(mut self, folder: &Path) -> Self {
        self.place = Some(folder.to_owned());
        self
    }

    /// Starts it on a fresh copy of the template.
    pub async fn start(self) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let template = template::of(self.engine).await;
        let url = if let Some((own, _)) = &self.database {
            own.clone()
        } else {
            let url = template.copy_into(folder.path()).await;
            self.place.as_deref().map_or(url, |place| {
                std::fs::copy(folder.path().join("rekey.db"), place.join("rekey.db"))
                    .expect("the database is copied");
                sqlite_in(place)
            })
        };
        self.start_on(folder, &url, template.passwords.clone())
            .await
    }

    /// Starts it on the key file of a folder and the database at `url`, which hold these people.
    pub async fn start_on(
        self,
        folder: TempDir,
        url: &str,
        passwords: BTreeMap<String, String>,
    ) -> Server {
        let looked_at = self.database.as_ref().map_or(url, |(_, at)| at).to_owned();
        let key = folder.path().join("key");
        let setup = self
            .set("DATABASE__URL", url)
            .set("KEYS__FILE", key.display());
        let mut options = Vec::new();
        if let Some(text) = &setup.config {
            std::fs::write(folder.path().join("rekey.toml"), text).expect("the file is written");
            options.extend(["--config", "rekey.toml"]);
        }
        if setup.dev {
            options.push("--dev");
        }
        let mut server = Server {
            engine: setup.engine,
            db: Database::open(&looked_at).await,
            folder,
            variables: setup.variables,
            options,
            production: !setup.dev,
            passwords,
            base: String::new(),
            child: None,
            stopped: setup.stopped,
            clock: Mutex::default(),
            log: Arc::default(),
        };
        server.start().await;
        server
    }
}

/// How a server's clock stands.
#[derive(Debug, Clone, Copy)]
enum Hands {
    /// It runs, so many seconds ahead of the machine's.
    Ahead(i64),
    /// It is stopped at so many seconds since the epoch.
    StoppedAt(i64),
}

impl Default for Hands {
    fn default() -> Self {
        Self::Ahead(0)
    }
}

/// A server that runs until it is dropped.
pub struct Server {
    pub engine: Engine,
    pub db: Database,
    /// The passwords of anna, bjorn and grace.
    pub passwords: BTreeMap<String, String>,
    /// Where it listens, as `http://127.0.0.1:PORT`.
    pub base: String,
    pub production: bool,
    folder: TempDir,
    variables: BTreeMap<String, String>,
    options: Vec<&'static str>,
    child: Option<Child>,
    stopped: bool,
    clock: Mutex<Hands>,
    pub(super) log: Log,
}

impl Server {
    /// The command line on the same configuration and data.
    fn command_line(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .args(&self.options)
            .env_clear()
            .envs(&self.variables)
            .current_dir(self.folder.path())
            .kill_on_drop(true);
        command
    }

    /// Starts it, again after [`Server::kill`], on the data as they are.
    pub async fn start(&mut self) {
        let mut child = self
            .command_line(&["serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        collect(child.stderr.take().expect("its log"), Arc::clone(&self.log));
        let said = Arc::<Mutex<Vec<String>>>::default();
        collect(child.stdout.take().expect("its output"), Arc::clone(&said));
        self.child = Some(child);
        self.clock = Mutex::default();
        self.base = until("the server listens", async || {
            let said = said.lock().expect("no test panics with it");
            said.iter()
                .find_map(|line| line.strip_prefix("Rekey listens on "))
                .map(str::to_owned)
        })
        .await;
        if self.stopped && !self.production {
            self.stop_clock().await;
        }
    }

    /// Another node on the same database, with the same key file and configuration and its own clock.
    pub async fn node(&self) -> Self {
        self.node_with(Log::default()).await
    }

    /// The same, whose log can be read before it listens.
    pub async fn node_with(&self, log: Log) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = self.folder.path().join("rekey.toml");
        if config.exists() {
            std::fs::copy(config, folder.path().join("rekey.toml")).expect("the file is copied");
        }
        let mut node = Self {
            engine: self.engine,
            db: Database::open(&self.variables["REKEY__DATABASE__URL"]).await,
            folder,
            variables: self.variables.clone(),
            options: self.options.clone(),
            production: self.production,
            passwords: self.passwords.clone(),
            base: String::new(),
            child: None,
            stopped: self.stopped,
            clock: Mutex::default(),
            log,
        };
        node.start().await;
        node
    }

    /// Runs another command beside the server.
    pub async fn command(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command_line(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(input.as_bytes()).await.expect("it reads");
        drop(stdin);
        child.wait_with_output().await.expect("it ends")
    }

    /// Runs a command with one key of the configuration set otherwise.
    pub async fn command_with(&self, arguments: &[&str], key: &str, value: &str) -> Output {
        let mut command = self.command_line(arguments);
        command.env(format!("REKEY__{key}"), value);
        command.output().await.expect("the program starts")
    }

    /// Adds a person at the command line; the password that it prints.
    pub async fn add(&self, user_name: &str, mail: &str, more: &[&str]) -> String {
        let mut add = vec!["account", "add", "--user-name", user_name, "--mail", mail];
        if !more.contains(&"--name") {
            add.extend(["--name", "M"]);
        }
        add.extend(more);
        let added = self.command(&add, "").await;
        assert!(added.status.success(), "{added:?}");
        let said = String::from_utf8_lossy(&added.stdout);
        let (_, password) = said.trim().rsplit_once(' ').expect("it says a password");
        password.to_owned()
    }

    /// Kills it as a power cut would.
    pub async fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().await.expect("it can be killed");
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let child = self.child.as_ref().expect("it runs");
        signal(child.id().expect("it runs"), name);
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        let child = self.child.as_ref().expect("it runs");
        child.id().expect("it runs")
    }

    /// Waits for its end.
    pub async fn wait(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it runs");
        tokio::time::timeout(super::PATIENCE, child.wait())
            .await
            .expect("it ends in time")
            .expect("it has a status")
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self)
    }

    /// The folder that it runs in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    async fn turn_clock(&self, how: &[(&str, &str)]) {
        let turned = self.browser().post_data("/dev/clock", how).await;
        assert_eq!(turned.status, 200, "{}", turned.body);
    }

    fn hands(&self) -> Hands {
        *self.clock.lock().expect("no test panics with it")
    }

    fn set_hands(&self, hands: Hands) {
        *self.clock.lock().expect("no test panics with it") = hands;
    }

    /// Moves its clock ahead.
    pub async fn advance(&self, seconds: i64) {
        self.turn_clock(&[("seconds", &seconds.to_string())]).await;
        self.set_hands(match self.hands() {
            Hands::Ahead(ahead) => Hands::Ahead(ahead + seconds),
            Hands::StoppedAt(at) => Hands::StoppedAt(at + seconds),
        });
    }

    /// Stops its clock where a step of the codes of apps begins, an hour ahead: commands have the machine's time, which goes on and must not
    /// overtake it.
    async fn stop_clock(&self) {
        self.stop_clock_at((self.now() / 30 + 1) * 30 + 3600).await;
    }

    /// Stops its clock at a time, in seconds since the epoch.
    pub async fn stop_clock_at(&self, at: i64) {
        let written = jiff::Timestamp::from_second(at)
            .expect("a time")
            .to_string();
        self.turn_clock(&[("runs", "false"), ("at", &written)])
            .await;
        self.set_hands(Hands::StoppedAt(at));
    }

    /// Whether its clock is stopped.
    pub fn is_stopped(&self) -> bool {
        matches!(self.hands(), Hands::StoppedAt(_))
    }

    /// Its time, in seconds since the epoch.
    #[expect(
        clippy::disallowed_methods,
        reason = "the test has the machine's clock, from which the server's was moved"
    )]
    pub fn now(&self) -> i64 {
        let ahead = match self.hands() {
            Hands::Ahead(ahead) => ahead,
            Hands::StoppedAt(at) => return at,
        };
        let elapsed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a time");
        i64::try_from(elapsed.as_secs()).expect("a time") + ahead
    }

    /// How often a fact was written.
    pub async fn facts(&self, event: &str) -> i64 {
        self.db
            .number(&format!(
                "SELECT COUNT(*) FROM audit WHERE event = '{event}'"
            ))
            .await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log.lock().map(|log| log.join("\n"));
            eprintln!("the server's log:\n{}", log.unwrap_or_default());
        }
    }
}
