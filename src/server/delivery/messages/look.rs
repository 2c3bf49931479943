//! How mails look: the organisation's logo and colours, from the configuration.

use std::sync::Arc;

use url::Url;

use crate::server::config::{Accent, Config};

/// As high as pages show the logo, in pixels of the style sheet.
const HEIGHT: u32 = 40;
/// What it may take of the narrowest screens' 288, so that the name has room beside it.
const WIDTH_AT_MOST: u32 = 120;

/// How mails look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub(super) light: Accent,
    pub(super) dark: Accent,
    pub(super) logo: Option<MailLogo>,
}

/// The logo, with the size at which it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MailLogo {
    pub(super) picture: Picture,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A picture inside a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// What the HTML part names it by, without angle brackets (RFC 2392). The same in every mail, for the picture is.
    pub content_id: String,
    /// The picture, in PNG.
    pub bytes: Arc<[u8]>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Picture").field(&self.content_id).finish()
    }
}

impl Look {
    /// As the configuration says; `site_url` gives the picture a name that is nobody else's.
    #[must_use]
    pub fn of(config: &Config, site_url: &str) -> Self {
        let logo = config.mail_logo().and_then(|logo| {
            let (width, height) = shown(logo.pixels()?);
            let url = Url::parse(site_url).ok();
            let host = url.as_ref().and_then(Url::host_str).unwrap_or("localhost");
            let content_id = format!("logo-{}@{host}", logo.version);
            let bytes = Arc::clone(&logo.bytes);
            let picture = Picture { content_id, bytes };
            Some(MailLogo {
                picture,
                width,
                height,
            })
        });
        Self {
            light: config.site.colours.light(),
            dark: config.site.colours.dark(),
            logo,
        }
    }
}

/// The size at which a picture is shown: never larger than it is, for it would be blurred.
fn shown((width, height): (u32, u32)) -> (u32, u32) {
    let (mut w, mut h) = (width, height);
    if h > HEIGHT {
        (w, h) = (w * HEIGHT / h, HEIGHT);
    }
    if w > WIDTH_AT_MOST {
        (w, h) = (WIDTH_AT_MOST, h * WIDTH_AT_MOST / w);
    }
    (w.max(1), h.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_keeps_its_shape_in_its_place() {
        for (real, there) in [
            ((512, 512), (40, 40)),
            ((240, 80), (120, 40)),
            ((512, 64), (120, 15)),
            ((20, 10), (20, 10)),
            ((512, 1), (120, 1)),
            ((1, 512), (1, 40)),
        ] {
            assert_eq!(shown(real), there, "{real:?}");
        }
    }
}
