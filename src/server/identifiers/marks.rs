//! Characters that nobody sees, and those that only look like others.

use icu_properties::props::{
    DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, Script,
};
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

/// Scripts that are written together, each row with the others in it (UTS #39 section 5.2).
const TOGETHER: [&[Script]; 3] = [
    &[
        Script::Latin,
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
    ],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// Whether a word has letters of scripts that nobody writes together.
pub(super) fn mixes_scripts(text: &str) -> bool {
    let scripts = CodePointMapData::<Script>::new();
    let mut found: Vec<Script> = Vec::new();
    for c in text.chars() {
        let script = scripts.get(c);
        if !matches!(script, Script::Common | Script::Inherited) && !found.contains(&script) {
            found.push(script);
        }
    }
    let are_together = |row: &[Script]| found.iter().all(|script| row.contains(script));
    found.len() > 1 && !TOGETHER.into_iter().any(are_together)
}

/// Whether it is punctuation of a domain, which IDNA has never allowed there (RFC 5892), although UTS #46 lets it through: U+2010 looks like the
/// hyphen. Those that the letters beside them decide on (its appendix A) may stand.
pub(super) fn is_no_part_of_a_domain(c: char) -> bool {
    let is_letter_like = matches!(
        c,
        '\u{b7}' | '\u{375}' | '\u{5f3}' | '\u{5f4}' | '\u{f0b}' | '\u{30fb}'
    );
    !c.is_ascii() && GeneralCategoryGroup::Punctuation.contains(category(c)) && !is_letter_like
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}
