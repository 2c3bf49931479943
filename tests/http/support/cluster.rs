//! A PostgreSQL of a test's own, which may be stopped and started again, and a pooler before it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use url::Url;

use super::server::signal;
use super::until;

/// A port that is free now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn is_root() -> bool {
    let id = Command::new("id")
        .arg("-u")
        .output()
        .expect("id can be run");
    id.stdout.starts_with(b"0\n")
}

/// A command as somebody whom PostgreSQL and its pooler are willing to run as.
fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command.current_dir("/");
    command
}

fn done(output: &Output) {
    assert!(output.status.success(), "{output:?}");
}

/// A folder that whoever runs PostgreSQL may use.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("rekey-postgres.")
        .tempdir()
        .expect("a folder");
    if is_root() {
        let mut chown = Command::new("chown");
        done(&chown.arg("postgres").arg(folder.path()).output().unwrap());
    }
    folder
}

/// A PostgreSQL.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes one, and starts it.
    pub fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres");
        let found = Command::new(script).arg("where").output().unwrap();
        let programs = String::from_utf8(found.stdout).unwrap().trim().to_owned();
        assert!(!programs.is_empty(), "PostgreSQL is not installed");
        let cluster = Self {
            folder: folder(),
            programs: programs.into(),
            port: free_port(),
        };
        let data = cluster.data();
        let mut init = unprivileged(&cluster.programs.join("initdb"));
        init.args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        done(
            &init
                .args(["--locale=C", "--no-sync", &data])
                .output()
                .unwrap(),
        );
        cluster.up();
        cluster
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// Starts it on its data.
    pub fn up(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off",
            self.port
        );
        let log = self.folder.path().join("log").display().to_string();
        let mut start = unprivileged(&self.programs.join("pg_ctl"));
        start.args([
            "-D",
            &self.data(),
            "-o",
            &options,
            "-l",
            &log,
            "-w",
            "start",
        ]);
        assert!(start.status().unwrap().success(), "PostgreSQL starts");
    }

    /// Stops it, whoever is connected.
    pub fn down(&self) {
        let mut stop = unprivileged(&self.programs.join("pg_ctl"));
        stop.args(["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
        done(&stop.output().unwrap());
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = unprivileged(&self.programs.join("pg_ctl"));
        let _ = stop
            .args(["-D", &self.data(), "-m", "immediate", "stop"])
            .output();
    }
}

/// PgBouncer, which hands every transaction to whichever server is free.
pub struct Pooler {
    folder: TempDir,
    port: u16,
}

impl Pooler {
    /// Starts one before a database. `most` servers at once.
    pub async fn before(database: &str, most: u32) -> Self {
        let url = Url::parse(database).expect("an address");
        let pooler = Self {
            folder: folder(),
            port: free_port(),
        };
        let at = pooler.folder.path();
        let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
        let password = url.password().unwrap_or_default();
        let name = url.path().trim_start_matches('/');
        let config = format!(
            "[databases]\n{name} = host={host} port={port} dbname={name} user=postgres password={password}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {most}\nmax_client_conn = 100\n\
             ignore_startup_parameters = extra_float_digits\nlogfile = {log}\npidfile = {pid}\n",
            pooler.port,
            log = at.join("log").display(),
            pid = at.join("pid").display(),
        );
        let file = at.join("pgbouncer.ini");
        std::fs::write(&file, config).expect("the file is written");
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .map(Path::new)
            .into_iter()
            .find(|program| program.exists())
            .expect("PgBouncer is installed (make setup)");
        let mut start = unprivileged(program);
        done(&start.arg("-d").arg(&file).output().unwrap());
        until("the pooler runs", async || pooler.pid()).await;
        pooler
    }

    fn pid(&self) -> Option<u32> {
        let pid = std::fs::read_to_string(self.folder.path().join("pid")).ok()?;
        pid.trim().parse().ok()
    }

    /// Its address for the same database.
    pub fn url(&self, database: &str) -> String {
        let mut url = Url::parse(database).expect("an address");
        url.set_port(Some(self.port)).expect("it has a port");
        url.into()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            signal(pid, "TERM");
        }
    }
}
