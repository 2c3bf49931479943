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

/// What a server writes into its log until it listens, on a terminal.
fn log_on_a_terminal(option: &str) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
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
    let (mut master, mut log) = (File::from(master), Vec::new());
    let mut some = [0; 4096];
    // Ends with an error when nobody has the terminal open any more.
    while let Ok(read) = master.read(&mut some) {
        log.extend_from_slice(&some[..read]);
        if read == 0 || String::from_utf8_lossy(&log).contains("sys_startup") {
            break;
        }
    }
    String::from_utf8_lossy(&log).into_owned()
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
