//! What is written on a terminal.

use std::fs::File;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::program;

/// Ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A terminal: the side of who looks at it, and the one of who writes on it.
fn terminal() -> (File, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let written_on = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    (File::from(master), written_on)
}

/// What stands on a terminal once `until` does, or nobody has it open any more.
fn shown(mut master: File, until: Option<&str>) -> String {
    let (mut all, mut some) = (Vec::new(), [0; 4096]);
    while let Ok(read) = master.read(&mut some) {
        all.extend_from_slice(&some[..read]);
        let so_far = String::from_utf8_lossy(&all);
        if read == 0 || until.is_some_and(|until| so_far.contains(until)) {
            break;
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// What a server writes into its log until it listens, on a terminal.
fn log_on_a_terminal(option: &str) -> String {
    let (master, terminal) = terminal();
    let folder = tempfile::tempdir().unwrap();
    let _server = Ended(
        Command::new(program())
            .args(["serve", option])
            .current_dir(folder.path())
            .env("REKEY__SITE__LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(terminal)
            .spawn()
            .unwrap(),
    );
    shown(master, Some("sys_startup"))
}

/// That it is JSON where nobody looks is what every other test of the log reads.
#[test]
fn development_on_a_terminal_logs_for_people() {
    let log = log_on_a_terminal("--dev");
    let last = log.lines().last().unwrap();
    assert!(last.contains("listening"), "{log}");
    assert!(!log.contains('{'), "{log}");
    let time_of_day = last.chars().filter(|char| *char == ':').count();
    assert!(time_of_day >= 2, "{last}");
}

/// Walk, bug 18: the log of what a command does stands in nobody's answer; where nobody looks it is written as ever.
#[test]
fn a_command_on_a_terminal_says_its_answer_only() {
    let folder = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(program());
        command
            .arg("--dev")
            .args(arguments)
            .current_dir(folder.path());
        command.stdin(Stdio::null());
        command
    };
    let (master, terminal) = terminal();
    let mut add = command(&["account", "add", "--user-name", "karin"]);
    add.args(["--name", "Karin Ek", "--phone", "0701740605"]);
    add.stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut added = add.spawn().unwrap();
    // Closes this side of the terminal.
    drop(add);
    let said = shown(master, None);
    assert!(added.wait().unwrap().success(), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("added karin with the password "), "{said}");

    let ended = command(&["account", "sign-out", "karin"]).output().unwrap();
    assert_eq!(ended.stdout, b"sessions ended: 0\n");
    let log = String::from_utf8_lossy(&ended.stderr);
    assert!(log.contains("audit event") && log.starts_with('{'), "{log}");
}
