//! The small sections: `[keys]`, `[database]`, `[accounts]`.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use url::Url;

use super::Mode;
use super::federated::{self, Federated};
use super::localised::Localised;
use super::section::Section;
use super::site::web_address;
use super::text::one_line;

/// `[keys]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The key file, made at first start. Without it every stored password is lost.
    pub file: PathBuf,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            file: PathBuf::from("var/rekey.key"),
        }
    }
}

impl Keys {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.parsed("file", "a path", &mut self.file, path);
    }
}

/// `[database]`.
#[derive(Debug, Clone)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`. Secret, because the second form holds a password.
    pub url: SecretString,
}

impl Database {
    /// Development has a database of its own, so that trying something out cannot touch real people.
    pub(super) fn built_in(mode: Mode) -> Self {
        let url = match mode {
            Mode::Production => "sqlite://var/rekey.db",
            Mode::Dev => "sqlite://var/dev.db",
        };
        Self {
            url: SecretString::from(url),
        }
    }

    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        const DEMAND: &str = "\"sqlite://PATH\" or \"postgres://USER:PASSWORD@HOST/NAME\"";
        part.parsed("url", DEMAND, &mut self.url, database_url);
        if let Some((place, path)) = part.take_variable("url_file") {
            let text = part.secret_file(place.clone(), "url_file", Path::new(&path));
            match text.as_deref().map(database_url) {
                Some(Some(url)) => self.url = url,
                Some(None) => {
                    part.refuse(place, "url_file", format!("must name a file with {DEMAND}"));
                }
                None => {}
            }
        }
    }
}

fn database_url(text: &str) -> Option<SecretString> {
    let text = text.trim();
    ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
        .then(|| SecretString::from(text))
}

/// `[accounts]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// What the place is called where people go after signing in.
    pub portal_name: Option<Localised>,
    /// Its address.
    pub portal_url: Option<Url>,
    /// Where people may be led back to, whom an app or another site has sent here.
    pub return_urls: Vec<Url>,
    /// On how many pages sign-in asks for its two fields.
    pub sign_in_pages: SignInPages,
    /// What somebody who is signed in shows before a sensitive change.
    pub confirm_changes: ConfirmChanges,
    /// What becomes of the session in which a password was changed.
    pub after_change: AfterChange,
    /// Services through which some people sign in, whose passwords are not kept here.
    pub federated: Vec<Federated>,
    /// Who must have a second factor.
    pub require_factor: RequireFactor,
}

/// Who must have a second factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RequireFactor {
    /// Everybody decides for themselves.
    Nobody,
    /// Administrators (ASVS 6.3.3).
    #[default]
    Administrators,
    /// Everybody.
    Everybody,
}

impl RequireFactor {
    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "nobody" => Some(Self::Nobody),
            "administrators" => Some(Self::Administrators),
            "everybody" => Some(Self::Everybody),
            _ => None,
        }
    }
}

/// On how many pages sign-in asks for who it is and for the password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignInPages {
    /// Both on one.
    #[default]
    One,
    /// First the one, then the other.
    Two,
}

impl TryFrom<i64> for SignInPages {
    type Error = ();

    fn try_from(number: i64) -> Result<Self, ()> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(()),
        }
    }
}

impl Accounts {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.localised("portal_name", 60, &mut self.portal_name);
        part.optional(
            "portal_url",
            "an address that starts with https:// or http://",
            &mut self.portal_url,
            web_address,
        );
        part.list(
            "return_urls",
            "addresses such as \"https://app.example.org/\" or \"exampleapp://signed-out\"",
            0,
            &mut self.return_urls,
            return_url,
        );
        part.number("sign_in_pages", 1..=2, &mut self.sign_in_pages);
        part.parsed(
            "confirm_changes",
            "\"password_or_code\" or \"code\"",
            &mut self.confirm_changes,
            ConfirmChanges::parse,
        );
        part.parsed(
            "after_change",
            "\"keep_current\" or \"end_all\"",
            &mut self.after_change,
            AfterChange::parse,
        );
        part.parsed(
            "require_factor",
            "\"nobody\", \"administrators\" or \"everybody\"",
            &mut self.require_factor,
            RequireFactor::parse,
        );
        federated::read(part, &mut self.federated);
    }
}

/// What somebody who is signed in shows before a sensitive change, when they have not done so for five minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConfirmChanges {
    /// The password, or a code that reached a contact of theirs.
    #[default]
    PasswordOrCode,
    /// A code; the password only where the account has no contact that one could reach.
    Code,
}

impl ConfirmChanges {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "password_or_code" => Some(Self::PasswordOrCode),
            "code" => Some(Self::Code),
            _ => None,
        }
    }
}

/// What becomes of the session in which a password was changed. All others end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AfterChange {
    /// It goes on.
    #[default]
    KeepCurrent,
    /// It ends too.
    EndAll,
}

impl AfterChange {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "keep_current" => Some(Self::KeepCurrent),
            "end_all" => Some(Self::EndAll),
            _ => None,
        }
    }
}

/// Schemes behind which there is no other place, but this page or this machine.
const NO_PLACE: [&str; 7] = [
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "about",
    "view-source",
];

/// Whether an address is on the web, where a browser can be sent, rather than one by which a phone opens an app.
#[must_use]
pub fn is_on_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// An address on the web, or one by which a phone opens an app.
fn return_url(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    (url.has_host() || !is_on_web(&url))
        .then_some(url)
        .filter(|url| !NO_PLACE.contains(&url.scheme()))
}

/// A path; relative ones start where the server was started.
pub(super) fn path(text: &str) -> Option<PathBuf> {
    one_line(text, 4096).map(PathBuf::from)
}
