//! The address of an embedded database, read once: the file that is made is the file that is opened.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::StoreError;

/// An embedded database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SqliteFile {
    /// The file, as the system knows it.
    pub(super) path: PathBuf,
    /// The address with which it is opened, as it is. It is never made by that.
    pub(super) url: String,
}

/// The embedded database of an address; `None` where it is of another engine.
///
/// # Errors
/// [`StoreError::Address`] where it names no file of its own.
pub(super) fn sqlite(url: &str) -> Result<Option<SqliteFile>, StoreError> {
    let Some(rest) = url.strip_prefix("sqlite:") else {
        return Ok(None);
    };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (written, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let path = percent_decode_str(written)
        .decode_utf8()
        .map_err(|_| StoreError::Address("is no UTF-8 once its % are read"))?;
    if path.is_empty() || path == ":memory:" || path.contains('\0') {
        return Err(StoreError::Address("names no file"));
    }
    if path.starts_with("file:") {
        return Err(StoreError::Address("names a file by file:, write its path"));
    }
    let mut opened = format!("sqlite://{}?mode=rw", encoded(&path));
    for parameter in parameters.split('&').filter(|found| !found.is_empty()) {
        match parameter {
            // Said by us, for the file is made before it is opened.
            "mode=rw" | "mode=rwc" => {}
            _ if parameter.starts_with("mode=") || parameter.starts_with("immutable=") => {
                return Err(StoreError::Address("must be one that can be written"));
            }
            _ => {
                opened.push('&');
                opened.push_str(parameter);
            }
        }
    }
    Ok(Some(SqliteFile {
        path: PathBuf::from(&*path),
        url: opened,
    }))
}

/// A path as it stands in an address: what has a meaning there is written with %.
fn encoded(path: &str) -> String {
    let mut written = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'%' | b'?' | b'#' => {
                let _ = write!(written, "%{byte:02X}");
            }
            b' '..=b'~' => written.push(char::from(byte)),
            _ => {
                let _ = write!(written, "%{byte:02X}");
            }
        }
    }
    written
}

/// Makes the database file, readable by its owner only: it holds names and addresses.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let failed = |source| StoreError::File {
        path: path.display().to_string(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_what_is_opened() {
        for (url, path, opened) in [
            (
                "sqlite:///srv/a.db",
                "/srv/a.db",
                "sqlite:///srv/a.db?mode=rw",
            ),
            ("sqlite:var/a.db", "var/a.db", "sqlite://var/a.db?mode=rw"),
            (
                "sqlite:///my%20data/a.db?mode=rwc",
                "/my data/a.db",
                "sqlite:///my data/a.db?mode=rw",
            ),
            (
                "sqlite:///100%2525/a%3Fb.db",
                "/100%25/a?b.db",
                "sqlite:///100%2525/a%3Fb.db?mode=rw",
            ),
            (
                "sqlite:///å/a.db?cache=private",
                "/å/a.db",
                "sqlite:///%C3%A5/a.db?mode=rw&cache=private",
            ),
        ] {
            let found = sqlite(url).unwrap().unwrap();
            assert_eq!(found.path, Path::new(path), "{url}");
            assert_eq!(found.url, opened, "{url}");
        }
        for url in [
            "sqlite:",
            "sqlite://:memory:",
            "sqlite:///a%FF.db",
            "sqlite:///a.db?mode=ro",
            "sqlite://file:a.db",
            "sqlite://a?mode=memory",
        ] {
            assert!(matches!(sqlite(url), Err(StoreError::Address(_))), "{url}");
        }
        assert_eq!(sqlite("postgres://a/b").unwrap(), None);
    }
}
