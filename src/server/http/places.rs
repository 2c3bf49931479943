//! The addresses of our pages, for whatever leads to one. A page does not know another page; it knows this list.

use crate::server::store::sessions::Stage;

/// The path of the sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// The path of the page that asks for the password, where sign-in is on two.
pub const SIGN_IN_PASSWORD: &str = "/sign-in/password";
/// The short address of the reset, for paper.
pub const SHORT: &str = "/forgot";
/// Where a shared machine forgets everything.
pub const KIOSK_OVER: &str = "/kiosk/over";
/// The same from a page that somebody was at, which is told even where nothing was kept.
pub const KIOSK_LEFT: &str = "/kiosk/over?left=1";
/// Where the page of a shared machine says that somebody is there.
pub const KIOSK_HERE: &str = "/kiosk/here";
/// The path of the start page.
pub const ACCOUNT: &str = "/account";
/// The path of the security page.
pub const SECURITY: &str = "/account/security";
/// The path of the page on which the password is changed; it is one of the app's.
pub const PASSWORD: &str = "/account/security/password";
/// The path of the page on which the name is changed.
pub const NAME: &str = "/account/security/name";
/// The path of the page with the devices.
pub const SESSIONS: &str = "/account/security/sessions";
/// The path of the page with what has happened.
pub const ACTIVITY: &str = "/account/security/activity";
/// Where the security page shows addresses and numbers.
pub const CONTACTS: &str = "/account/security#contact";
/// The path of the page that asks who it is.
pub const CONFIRM: &str = "/account/confirm";
/// Where a sign-in waits for the second factor.
pub const FACTOR: &str = "/sign-in/factor";
/// Where a sign-in waits for one to be set up.
pub const SET_UP: &str = "/sign-in/set-up";
/// Where somebody who is signed in looks after theirs.
pub const ACCOUNT_FACTOR: &str = "/account/security/factor";
/// The path of the help.
pub const HELP: &str = "/help";
/// Where another app is set up, while the one that counts goes on counting.
pub const ACCOUNT_FACTOR_APP: &str = "/account/security/factor/app";
/// Where new recovery codes are shown.
pub const RECOVERY_CODES: &str = "/account/security/factor/codes";
/// The same as a file to keep.
pub const RECOVERY_CODES_FILE: &str = "/account/security/factor/codes/file";
/// The path of the page with the button "this was not me".
pub const REVERT: &str = "/stop";
/// The path of the page that takes the code of a text message.
pub const REVERT_CODE: &str = "/stop/code";
/// The path of the page that says that a change is stopped.
pub const REVERTED: &str = "/stop/done";

/// The page that comes before any other for a sign-in at this stage.
pub fn comes_first(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Full => None,
        Stage::Factor => Some(FACTOR),
        Stage::Enrol => Some(SET_UP),
    }
}

/// The page that asks who it is, and then leads to `place`.
#[must_use]
pub fn asks_first(place: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", place)
        .finish();
    format!("{CONFIRM}?{query}")
}

/// Whether a place is this path of ours or one below it, with nothing in it that could lead anywhere else.
#[must_use]
pub fn is_below(place: &str, path: &str) -> bool {
    place.strip_prefix(path).is_some_and(|rest| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '?' | '=' | '-');
        rest.is_empty()
            || (rest.starts_with(['/', '?']) && rest.chars().all(is_plain) && !rest.contains("//"))
    })
}

/// A place without its query.
#[must_use]
pub fn path_of(place: &str) -> &str {
    place.split('?').next().unwrap_or_default()
}
