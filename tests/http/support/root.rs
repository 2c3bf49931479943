//! What only root can set up: another user, a file system of its own. A test that needs it fails without it: nothing is passed by in silence.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::program;

/// The user that the program runs as, its group, and another group that it is in.
pub const USER: u32 = 47_011;
pub const GROUP: u32 = 47_012;
pub const SUPPLEMENTARY: u32 = 47_013;

/// Runs a tool that has to succeed.
pub fn tool(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(name)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{name}: {error} (scripts/setup test installs it)"));
    assert!(output.status.success(), "{name} {arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Fails unless this is root.
pub fn demand() {
    let user = rustix::process::geteuid();
    assert!(user.is_root(), "this test has to be run as root");
}

/// A folder that everybody may enter, with nothing in it but what the test puts there.
pub struct Place {
    pub folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        demand();
        let folder = tempfile::tempdir().expect("a folder");
        tool("chmod", &["0777", &folder.path().display().to_string()]);
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program on this key file, and on a new database, as root or as [`USER`].
    pub fn run(&self, arguments: &[&str], key: &Path, database: &str, as_user: bool) -> Output {
        self.command(arguments, key, database, as_user)
            .output()
            .expect("the program runs")
    }

    /// The same, not started yet.
    pub fn command(
        &self,
        arguments: &[&str],
        key: &Path,
        database: &str,
        as_user: bool,
    ) -> Command {
        let mut command = if as_user {
            let mut command = Command::new("setpriv");
            command
                .arg(format!("--reuid={USER}"))
                .arg(format!("--regid={GROUP}"))
                .arg(format!("--groups={SUPPLEMENTARY}"))
                .arg(program());
            command
        } else {
            Command::new(program())
        };
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .args(arguments)
            .arg("--dev")
            .env_clear()
            .env("PATH", path)
            .env("REKEY__KEYS__FILE", key)
            .env(
                "REKEY__DATABASE__URL",
                format!("sqlite://{}", self.path(database).display()),
            )
            .current_dir(self.folder.path());
        command
    }
}

/// What a program said on standard error.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A mounted file system; unmounted when dropped.
pub struct Mount {
    pub at: PathBuf,
    device: Option<String>,
}

impl Mount {
    /// An exFAT of eight megabytes, which knows neither modes nor hard links, mounted with these options.
    pub fn exfat(place: &Place, name: &str, options: &str) -> Self {
        let (image, at) = (place.path(&format!("{name}.img")), place.path(name));
        std::fs::create_dir(&at).expect("a folder");
        let image = image.display().to_string();
        tool("truncate", &["-s", "8M", &image]);
        tool("mkfs.exfat", &[&image]);
        let device = tool("losetup", &["-f", "--show", &image]);
        let mount = Self {
            at,
            device: Some(device.clone()),
        };
        let at = mount.at.display().to_string();
        tool("mount.exfat-fuse", &["-o", options, &device, &at]);
        mount
    }

    /// A file system in memory, mounted with these options.
    pub fn tmpfs(place: &Place, name: &str, options: &str) -> Self {
        let at = place.path(name);
        std::fs::create_dir(&at).expect("a folder");
        tool(
            "mount",
            &[
                "-t",
                "tmpfs",
                "-o",
                options,
                "none",
                &at.display().to_string(),
            ],
        );
        Self { at, device: None }
    }

    /// What is in it.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.at).expect("it can be read");
        entries
            .map(|entry| {
                entry
                    .expect("a name")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // It may be busy for a moment.
        for _ in 0..20 {
            let unmounted = Command::new("umount").arg(&self.at).status();
            if unmounted.is_ok_and(|status| status.success()) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        if let Some(device) = &self.device {
            let _ = Command::new("losetup").args(["-d", device]).status();
        }
    }
}
