//! User names.

use unicode_normalization::UnicodeNormalization as _;

use super::case::lower;
use super::{marks, without_unseen};
use crate::rules::password::nfc;

/// A user name as it is compared: without what nobody sees, in NFC and lower case, with the one space and, in a number, the one hyphen
/// that keyboards have.
#[must_use]
pub fn user_name(typed: &str) -> String {
    let seen = without_unseen(typed);
    let is_number = seen
        .chars()
        .all(|c| c.is_ascii_digit() || marks::is_dash(c) || c.is_whitespace());
    let plain: String = seen
        .chars()
        .map(|c| match c {
            c if is_number && marks::is_dash(c) => '-',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    lower(plain.trim())
}

/// Whether another user name could look the same: compatibility (NFKC) makes something else of it, or its letters are of several alphabets.
/// Those that Japanese, Korean and Chinese write together, also beside Latin, are one (UTS #39 section 5.2, highly restrictive). A name all in
/// another alphabet is a name.
#[must_use]
pub fn looks_like_another(user_name: &str) -> bool {
    let composed = nfc(user_name);
    user_name.chars().any(marks::becomes_ascii)
        || !composed.nfkc().eq(composed.chars())
        || marks::mixes_scripts(&composed)
}
