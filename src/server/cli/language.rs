//! A language, as several commands take it.

use crate::texts::Language;

/// Reads its tag.
pub(super) fn language(tag: &str) -> Result<Language, String> {
    Language::parse(tag).ok_or_else(|| "give sv, nb or en".to_owned())
}
