//! A small disk of its own, to be filled and freed. Mounting takes root; without it a test that needs one fails.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A disk of a few megabytes in memory.
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// Mounts one.
    pub fn mount(megabytes: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={megabytes}m");
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "rekey-test"])
            .arg(folder.path())
            .status()
            .expect("mount can be run");
        assert!(status.success(), "a disk can only be mounted by root");
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.ballast())
            .expect("the file is made");
        for piece in [vec![0; 64 * 1024], vec![0; 512]] {
            while file.write_all(&piece).is_ok() {}
        }
    }

    /// Frees it again.
    pub fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("the file was there");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the server in it may still be ending.
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.path())
            .status();
    }
}
