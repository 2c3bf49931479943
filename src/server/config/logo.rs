//! The organisation's logo: read once at start, and known by its content.

use std::fmt;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// A logo that weighs more than the rest of a page is refused.
const BYTES_AT_MOST: usize = 64 * 1024;

/// A picture that stands at the top of every page.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its media type, found in the content and not in the name.
    pub media_type: &'static str,
    /// The picture.
    pub bytes: Arc<[u8]>,
    /// Changes with the content.
    pub version: String,
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logo")
            .field("media_type", &self.media_type)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A short text that changes with the content.
pub(super) fn version(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let short = digest.get(..10).unwrap_or_default();
    data_encoding::BASE32_NOPAD
        .encode(short)
        .to_ascii_lowercase()
}

/// Reads a logo; the error ends a sentence that begins with the key.
pub(super) fn read(path: &Path) -> Result<Logo, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(BYTES_AT_MOST).unwrap_or(u64::MAX) + 1;
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| {
            let kind = error.kind();
            format!("must name a file that can be read ({kind})")
        })?;
    if bytes.len() > BYTES_AT_MOST {
        let most = BYTES_AT_MOST / 1024;
        return Err(format!("must name a file of at most {most} KiB"));
    }
    let Some(media_type) = media_type(&bytes) else {
        return Err("must name a picture in SVG or PNG".to_owned());
    };
    Ok(Logo {
        media_type,
        version: version(&bytes),
        bytes: bytes.into(),
    })
}

/// Only the two kinds that every browser draws alike, told by how they begin.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    if bytes.starts_with(PNG) {
        return Some("image/png");
    }
    let mut text = std::str::from_utf8(bytes).ok()?;
    text = text.trim_start_matches('\u{feff}').trim_start();
    // What may stand before the element: a declaration, comments, a document type.
    loop {
        let end = if text.starts_with("<!--") {
            "-->"
        } else if text.starts_with("<?") || text.starts_with("<!DOCTYPE") {
            ">"
        } else {
            break;
        };
        text = text.split_once(end)?.1.trim_start();
    }
    let name = text.strip_prefix("<svg")?;
    name.starts_with(|c: char| c.is_whitespace() || c == '>')
        .then_some("image/svg+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_told_by_the_content() {
        for (content, kind) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], Some("image/png")),
            (b"<svg xmlns='x'/>", Some("image/svg+xml")),
            (
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- by <a> -->\n<!DOCTYPE svg>\n<svg>",
                Some("image/svg+xml"),
            ),
            (b"<svgx>", None),
            (b"<html><svg></html>", None),
            (b"<script>", None),
            (b"GIF89a", None),
            (b"\xff\xd8\xff", None),
            (b"", None),
        ] {
            assert_eq!(media_type(content), kind, "{content:?}");
        }
    }
}
