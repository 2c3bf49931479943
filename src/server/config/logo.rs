//! The organisation's logo, on pages and in mails: read once at start, and known by its content.

use std::fmt;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::Config;
use super::section::Section;
use super::service::path;

/// A logo that weighs more than the rest of a page is refused.
const BYTES_AT_MOST: usize = 64 * 1024;

/// The most pixels a side of a logo that goes with every mail: more than the sharpest screen shows of it.
const PIXELS_AT_MOST: u32 = 512;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture that stands at the top of every page or mail.
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

impl Logo {
    /// Its width and height in pixels, where it is a PNG: they are the first thing in it (PNG, third edition, 11.2.1).
    #[must_use]
    pub fn pixels(&self) -> Option<(u32, u32)> {
        let header = self.bytes.strip_prefix(PNG)?;
        let sides = header.strip_prefix(b"\0\0\0\x0dIHDR")?;
        let side = |from: usize| {
            let bytes: [u8; 4] = sides.get(from..from + 4)?.try_into().ok()?;
            Some(u32::from_be_bytes(bytes)).filter(|side| *side > 0)
        };
        Some((side(0)?, side(4)?))
    }

    /// Why it cannot go with mails, as the end of a sentence that begins with the key.
    fn unfit_for_mails(&self) -> Option<String> {
        if self.media_type != "image/png" {
            return Some("is an SVG, which mail programs do not draw".to_owned());
        }
        match self.pixels() {
            None => Some("does not say how large it is".to_owned()),
            Some((width, height)) if width.max(height) > PIXELS_AT_MOST => Some(format!(
                "has {width} x {height} pixels, and a mail takes at most {PIXELS_AT_MOST} a side"
            )),
            Some(_) => None,
        }
    }
}

impl Config {
    /// The logo that goes with mails: their own, or that of the pages where it can.
    #[must_use]
    pub fn mail_logo(&self) -> Option<&Logo> {
        let of_pages = self.site.logo.as_ref();
        let of_pages = of_pages.filter(|logo| logo.unfit_for_mails().is_none());
        self.mail.logo.as_ref().or(of_pages)
    }

    /// Why mails have no logo though pages have one; for `rekey check` and the log at start.
    #[must_use]
    pub fn why_mails_lack_the_logo(&self) -> Option<String> {
        if self.mail.logo.is_some() {
            return None;
        }
        let why = self.site.logo.as_ref()?.unfit_for_mails()?;
        Some(format!(
            "site.logo {why}: mails show the name alone; set mail.logo to a PNG of at most {PIXELS_AT_MOST} pixels a side"
        ))
    }
}

/// Reads the key `logo` of a section.
pub(super) fn take(part: &mut Section<'_>, slot: &mut Option<Logo>, use_of: Use) {
    let place = part.place_of("logo");
    let mut file = None;
    part.optional("logo", "a path", &mut file, path);
    let (Some(place), Some(file)) = (place, file) else {
        return;
    };
    let unfit = |logo: &Logo| match use_of {
        Use::Pages => None,
        Use::Mails => logo.unfit_for_mails(),
    };
    match read(&file, use_of).and_then(|logo| unfit(&logo).map_or(Ok(logo), Err)) {
        Ok(logo) => *slot = Some(logo),
        Err(demand) => part.refuse(place, "logo", demand),
    }
}

/// Where a logo is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Pages,
    Mails,
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
fn read(path: &Path, use_of: Use) -> Result<Logo, String> {
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
        let kinds = match use_of {
            Use::Pages => "SVG or PNG",
            Use::Mails => "PNG",
        };
        return Err(format!("must name a picture in {kinds}"));
    };
    Ok(Logo {
        media_type,
        version: version(&bytes),
        bytes: bytes.into(),
    })
}

/// Only the two kinds that every browser draws alike, told by how they begin.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
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

    #[test]
    fn a_png_says_how_large_it_is() {
        let logo = |bytes: &[u8]| Logo {
            media_type: media_type(bytes).unwrap(),
            bytes: bytes.into(),
            version: version(bytes),
        };
        let png = |sides: &[u8]| logo(&[PNG, b"\0\0\0\x0dIHDR", sides].concat());
        assert_eq!(png(b"\0\0\x01\x02\0\0\0\x20").pixels(), Some((258, 32)));
        for none in [
            png(b"\0\0\0\0\0\0\0\x20"),
            png(b"\0\0\0\x20\0\0\0"),
            logo(b"\x89PNG\r\n\x1a\nrest"),
            logo(b"<svg>"),
        ] {
            assert_eq!(none.pixels(), None);
        }
    }
}
