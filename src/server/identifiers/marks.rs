//! Characters that nobody sees, and those that only look like others.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::rules::password::nfc;

/// Whether nobody sees it: zero-width, soft-hyphen and direction marks, fillers, variation selectors, tags (Unicode's
/// `Default_Ignorable_Code_Point` and the rest of category Cf).
#[must_use]
pub fn is_unseen(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || category(c) == GeneralCategory::Format
}

/// The text without what nobody sees. The joiners U+200C and U+200D change words of some scripts, so they go only where all the rest is ASCII.
#[must_use]
pub fn without_unseen(text: &str) -> String {
    let is_ascii = text.chars().all(|c| c.is_ascii() || is_unseen(c));
    text.chars()
        .filter(|c| !is_unseen(*c) || (is_joiner(*c) && !is_ascii))
        .collect()
}

pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether it is a hyphen, a dash or the minus sign.
pub(super) fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Whether NFC turns a character outside ASCII into one inside.
pub(super) fn becomes_ascii(c: char) -> bool {
    !c.is_ascii() && nfc(c.encode_utf8(&mut [0; 4])).is_ascii()
}

/// Whether it is a letter, a mark that goes with one, a digit or a symbol: what a mailbox may be named with outside ASCII.
pub(super) fn names_a_mailbox(c: char) -> bool {
    let allowed = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Mark)
        .union(GeneralCategoryGroup::Number)
        .union(GeneralCategoryGroup::Symbol);
    allowed.contains(category(c)) && !is_unseen(c) && !is_dash(c) && c != '\u{2800}'
}

/// Whether it is a decimal digit of any script.
#[must_use]
pub fn is_digit(c: char) -> bool {
    category(c) == GeneralCategory::DecimalNumber
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}
