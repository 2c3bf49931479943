//! Who serves an embedded database: one server at a time. The command line may work beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{StoreError, address};

/// How often, and how far apart, is asked whether the other server has ended: the next one may be started while it still does.
const ASKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(250);

/// The right to serve a database. Given up when dropped; where a process is killed, the system does that.
#[derive(Debug)]
pub struct Serving {
    /// The open file that is locked; `None` where nothing is, as on PostgreSQL.
    _locked: Option<File>,
}

impl Serving {
    /// Begins to serve the database at `url`, once no other server does. A file of its own is locked, `rekey.db-serving` beside `rekey.db`: to
    /// open and close the database past SQLite would end SQLite's own locks. A folder or a file system that takes no such file or lock is
    /// named in the log and hinders nobody.
    ///
    /// # Errors
    /// [`StoreError::Served`] when another server has not ended after a few seconds; [`StoreError`] when the address cannot be used or the
    /// database file cannot be made.
    pub async fn begin(url: &str) -> Result<Self, StoreError> {
        let Some(database) = address::sqlite(url)? else {
            return Ok(Self { _locked: None });
        };
        address::create_private(&database.path)?;
        let beside = beside(&database.path);
        let file = match open(&beside) {
            Ok(file) => file,
            Err(error) => return Ok(Self::unlocked(&beside, &error)),
        };
        for asked in 0..=ASKS {
            match file.try_lock() {
                Ok(()) => {
                    return Ok(Self {
                        _locked: Some(file),
                    });
                }
                Err(TryLockError::Error(error)) => return Ok(Self::unlocked(&beside, &error)),
                Err(TryLockError::WouldBlock) if asked == 0 => {
                    tracing::info!("waiting for another server on the same database to end");
                }
                Err(TryLockError::WouldBlock) => {}
            }
            tokio::time::sleep(BETWEEN).await;
        }
        Err(StoreError::Served {
            path: database.path.display().to_string(),
        })
    }

    fn unlocked(beside: &Path, error: &std::io::Error) -> Self {
        tracing::warn!(
            file = %beside.display(),
            %error,
            "a second server on the same database would not be noticed: this file cannot be locked"
        );
        Self { _locked: None }
    }
}

/// The file that is locked, the same by whatever links a database is reached.
fn beside(database: &Path) -> PathBuf {
    let real = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let mut name = real.into_os_string();
    name.push("-serving");
    name.into()
}

/// Made where it is not there yet. One that may only be read can be locked too.
fn open(path: &Path) -> Result<File, std::io::Error> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .or_else(|refused| File::open(path).map_err(|_| refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(folder: &Path) -> String {
        format!("sqlite://{}/a.db", folder.display())
    }

    #[tokio::test]
    async fn one_serves_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = Serving::begin(&url(folder.path())).await.unwrap();
        let second = Serving::begin(&url(folder.path())).await;
        assert!(matches!(second, Err(StoreError::Served { .. })));
        drop(first);
        assert!(Serving::begin(&url(folder.path())).await.is_ok());
    }

    #[tokio::test]
    async fn what_cannot_be_locked_hinders_nobody() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a.db-serving")).unwrap();
        assert!(Serving::begin(&url(folder.path())).await.is_ok());
        assert!(
            Serving::begin("postgres://nobody@nowhere/none")
                .await
                .is_ok()
        );
    }
}
