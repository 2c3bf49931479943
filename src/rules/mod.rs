//! What is true on both sides: identifiers, codes, password rules, the order of the steps and the closed list of
//! problems.
//!
//! Everything here is pure: no I/O, no clock, no framework and no sentences. The browser and the server compile the
//! same functions, and one file of vectors (`tests/vectors/rules.json`) runs through both compilations.

pub mod advice;
pub mod channel;
pub mod code;
pub mod identifier;
#[cfg(feature = "ssr")]
pub mod link_token;
pub mod page;
pub mod password;
pub mod postal_code;
pub mod problem;
pub mod reference;
pub mod required_change;
pub mod sign_in;
pub mod steps;

/// Whether a character carries no meaning in something that is written in groups: white space (no-break space too),
/// hyphens and dashes, and the invisible marks that come along with copied text.
pub(crate) fn is_filler(c: char) -> bool {
    c.is_whitespace()
        || is_invisible(c)
        || matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
        )
}

/// Zero-width, soft-hyphen and direction marks that address books and mail programs wrap around copied text.
/// The joiners U+200C and U+200D are not among them: they change words.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}
