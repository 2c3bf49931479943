//! The key file on the disk: who may read it, and making it where there is none.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::process::{getegid, getgroups};
use zeroize::Zeroizing;

use crate::server::base::random::NoRandomness;

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("cannot use the key file {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something else is in its place.
    #[error("cannot use the key file {0}: it is no file")]
    NoFile(PathBuf),
    /// Others than its owner may read it.
    #[error(
        "the key file {path} can be read by others than its owner ({who}): run chmod 600 on it. Where it is mounted and cannot be changed \
         there, say it where it is mounted: defaultMode 0400 for a secret in Kubernetes, uid and mode 0400 for one in Compose, umask 0077 \
         for a file system without modes. Its group may read it where root owns it and the group is root's or one of this process's"
    )]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its mode, owner and group.
        who: String,
    },
    /// A file was made, and others may read it all the same.
    #[error(
        "the key file {path} would be readable by others ({who}): its file system does not keep what a file's mode is. Mount it with umask=0077 \
         (exFAT, FAT, NTFS) or file_mode=0600 (SMB), owned by the user that Rekey runs as, or set [keys] file to another place. \
         Nothing was left there"
    )]
    ModeNotKept {
        /// The file.
        path: PathBuf,
        /// Mode, owner and group that it got.
        who: String,
    },
    /// It holds something else.
    #[error(
        "the key file {0} is damaged: restore it from the backup, for without it every password is lost"
    )]
    Damaged(PathBuf),
    /// A start was cut off while it made the file.
    #[error(
        "the key file {0} is only half there: a start was cut off while it made it. Nothing in this database uses it yet: remove it and start again"
    )]
    HalfWritten(PathBuf),
    /// It is gone, but values that need it are there.
    #[error(
        "the key file {0} is not there, but this database was used with one: restore it from the backup. If it is lost for good, \
         `rekey keys new` makes another, and everybody must choose a new password"
    )]
    Lost(PathBuf),
    /// There is one already.
    #[error("the key file {0} is there: a new one is only made where there is none")]
    Kept(PathBuf),
    /// None could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Bytes of a whole file: the key's id, a colon, the key.
const WHOLE: usize = 8 + 1 + 43;

/// No key file is longer, whatever stands around the key.
const LONGEST: u64 = 4096;

/// How often, and how long apart, a file that another start is making is looked at.
const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Reads it. It is looked at once it is open, so that what is judged is what is read, also through a symbolic link.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let failed = |source| KeyError::File {
        path: path.to_owned(),
        source,
    };
    let file = OpenOptions::new()
        .read(true)
        // Or a named pipe would be waited for.
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(failed)?;
    let status = file.metadata().map_err(failed)?;
    if !status.is_file() {
        return Err(KeyError::NoFile(path.to_owned()));
    }
    let is_ours = |group: u32| {
        getegid().as_raw() == group
            || getgroups().is_ok_and(|all| all.iter().any(|mine| mine.as_raw() == group))
    };
    if !may_be_read(&status, is_ours) {
        return Err(KeyError::TooOpen {
            path: path.to_owned(),
            who: who(&status),
        });
    }
    let mut text = Zeroizing::new(String::new());
    match file.take(LONGEST).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(KeyError::Damaged(path.to_owned()))
        }
        Err(source) => Err(failed(source)),
    }
}

/// Whether nobody but its owner may read it, or, where root owns it, its group, if that is root's or one of ours: so are secrets that are
/// mounted for a process that is not root, and credentials of systemd, which shows in the group's place what its access list grants.
fn may_be_read(status: &Metadata, is_ours: impl Fn(u32) -> bool) -> bool {
    let (others, group) = (status.mode() & 0o007, status.mode() & 0o070);
    let group_is_trusted = status.uid() == 0 && (status.gid() == 0 || is_ours(status.gid()));
    others == 0 && group & 0o020 == 0 && (group == 0 || group_is_trusted)
}

fn who(status: &Metadata) -> String {
    let (mode, owner, group) = (status.mode() & 0o777, status.uid(), status.gid());
    format!("mode {mode:04o}, owner {owner}, group {group}")
}

/// Makes it where there is none. Nothing is left of one that cannot be made so that only its owner reads it.
///
/// It is made in its own place and exclusively, since not every file system has links to put a whole one there at once. So a start that
/// is cut off may leave a part of it, which [`wait_until_whole`] notices.
pub(super) fn create(path: &Path, line: &str) -> Result<(), KeyError> {
    let failed = |source| KeyError::File {
        path: path.to_owned(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let missing: Vec<&Path> = folder
        .into_iter()
        .flat_map(Path::ancestors)
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .collect();
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let done = match opened {
        // Another start was faster: its key is as good.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => Err(failed(error)),
        Ok(file) => write(file, path, line).inspect_err(|_| {
            let _ = std::fs::remove_file(path);
        }),
    };
    if done.is_err() {
        for folder in missing {
            let _ = std::fs::remove_dir(folder);
        }
    } else if let Some(folder) = folder {
        // Not every file system can; the file itself is safe.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    done
}

/// Writes the key into its new file, once it is certain that only its owner may read that.
fn write(mut file: File, path: &Path, line: &str) -> Result<(), KeyError> {
    let failed = |source| KeyError::File {
        path: path.to_owned(),
        source,
    };
    let status = file.metadata().map_err(failed)?;
    if status.mode() & 0o077 != 0 {
        return Err(KeyError::ModeNotKept {
            path: path.to_owned(),
            who: who(&status),
        });
    }
    file.write_all(line.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// Waits a moment for a file that another start is making.
pub(super) fn wait_until_whole(path: &Path) -> Result<(), KeyError> {
    for _ in 0..LOOKS {
        if !is_part(&read(path)?) {
            return Ok(());
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
    Err(KeyError::HalfWritten(path.to_owned()))
}

/// Whether this is the beginning of what would be a key file.
pub(super) fn is_part(text: &str) -> bool {
    let fits = |(place, c): (usize, char)| match place {
        8 => c == ':',
        _ => c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
    };
    text.len() < WHOLE && text.chars().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_is_a_part_and_the_whole_is_none() {
        let whole = format!("AbCdEf-_:{}\n", "x".repeat(43));
        for cut in 0..WHOLE {
            assert!(is_part(&whole[..cut]), "{cut}");
        }
        assert!(!is_part(&whole));
        assert!(!is_part(whole.trim_end()));
        for other in ["key: x", "# a comment", "AbCdEf-_x", "å"] {
            assert!(!is_part(other), "{other}");
        }
    }
}
