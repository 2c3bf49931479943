//! Names of people as pages and messages show them: one check for every door at which one is given, and for those that were given before.
//!
//! A name stands in mails, whose programs make links of whatever looks like an address of the web (ATTACKS A04).

use unicode_normalization::UnicodeNormalization as _;

use super::identifiers::is_unseen;

/// The most characters of a name.
pub const LONGEST: usize = 100;

/// Why a name is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// Nothing was written.
    #[error("give the person's name")]
    Empty,
    /// It is longer than [`LONGEST`].
    #[error("a name has at most {LONGEST} characters")]
    TooLong,
    /// It holds an address, or characters that are for machines.
    #[error("give only the name, without web addresses and signs such as < and @")]
    Unusable,
}

/// A name on one line.
///
/// # Errors
/// [`NotAName`].
pub fn read(typed: &str) -> Result<String, NotAName> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(NotAName::Empty);
    }
    if name.chars().count() > LONGEST {
        return Err(NotAName::TooLong);
    }
    if name.chars().any(is_for_machines) || becomes_a_link(&name) {
        return Err(NotAName::Unusable);
    }
    Ok(name)
}

/// A name as messages repeat it: nothing where it could not be given today.
#[must_use]
pub fn fit_for_messages(stored: &str) -> String {
    read(stored).unwrap_or_default()
}

/// Whether programs see something else in it than people do. Variation selectors choose between two pictures of a sign, so they may stay.
fn is_for_machines(c: char) -> bool {
    let is_selector = matches!(c, '\u{fe0e}' | '\u{fe0f}');
    c.is_control()
        || (is_unseen(c) && !is_selector)
        || matches!(
            c,
            '<' | '>'
                | '@'
                | '\u{fe6b}'
                | '\u{ff20}'
                | '\u{2028}'
                | '\u{2029}'
                | char::REPLACEMENT_CHARACTER
        )
}

/// Whether a mail program could make a link of it: a scheme, `www.x`, or words that dots join as those of a domain are, however wide their
/// signs. A dot after an initial joins nothing: `J.R.R. Tolkien` is a name.
#[must_use]
pub fn becomes_a_link(text: &str) -> bool {
    let plain = plain(text);
    let joins = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    (0..plain.len()).any(|at| {
        let before = at.checked_sub(1).and_then(|at| plain.get(at));
        let rest = plain.get(at + 1..).unwrap_or_default();
        let word = rest.iter().take_while(|c| joins(c)).count();
        let is_after_a_word = before.is_some_and(&joins);
        match plain.get(at) {
            Some('.') => is_after_a_word && (word > 1 || is_octet(&plain, at)),
            // `tel:112` and `mailto:…`, but not the colon after a word.
            Some(':') => is_after_a_word && rest.first().is_some_and(|c| !c.is_whitespace()),
            Some('/') => rest.first() == Some(&'/'),
            Some('\\') => rest.first() == Some(&'\\'),
            _ => false,
        }
    })
}

/// Small letters, and the signs of addresses however they are drawn.
fn plain(text: &str) -> Vec<char> {
    text.nfkc()
        .filter(|c| !is_unseen(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '\u{3002}' => '.',
            '\u{2044}' | '\u{2215}' | '\u{29f8}' => '/',
            '\u{2236}' | '\u{a789}' => ':',
            c => c,
        })
        .collect()
}

/// Whether it is plainly meant as a link: for user names, which may have dots between their parts.
#[must_use]
pub fn is_written_as_a_link(text: &str) -> bool {
    let plain: String = plain(text).into_iter().collect();
    let is_path = |at: usize| plain.get(at..).is_some_and(|rest| rest.contains('/'));
    plain.contains("//") || plain.starts_with("www.") || plain.find('.').is_some_and(is_path)
}

/// Whether the dot stands between two numbers, as in an IP address.
fn is_octet(plain: &[char], dot: usize) -> bool {
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| plain.get(at))
            .is_some_and(char::is_ascii_digit)
    };
    is_digit(dot.checked_sub(1)) && is_digit(dot.checked_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_names() {
        for name in [
            "Anna Berg",
            "Åsa-Märta Öberg Lindström",
            "J.R.R. Tolkien",
            "J. R. R. Tolkien",
            "Dr. Karin Ek",
            "Anna \"Annie\" O'Brien",
            "Berg/Ek",
            "Kim Söderström, ekonomi",
            "Ek, Karin (vikarie)",
            "محمد علي",
            "李小龍",
            "Anna ❤\u{fe0f}",
            "Gal·la Pons",
        ] {
            assert_eq!(read(name).as_deref(), Ok(name));
        }
        assert_eq!(read("  Anna\n Berg\u{a0}").as_deref(), Ok("Anna Berg"));
    }

    #[test]
    fn are_none() {
        for name in [
            "https://evil.example/login",
            "HTTPS://evil",
            "evil.example/login",
            "evil.example",
            "Anna evil.example",
            "www.evil",
            "anna@evil.example",
            "anna＠evil",
            "ｅｖｉｌ．ｅｘａｍｐｌｅ",
            "evil。example",
            "evil｡example",
            "evil\u{2024}example",
            "evil.\u{200b}example",
            "evil\u{fe0f}.example",
            "//evil/login",
            "／／evil",
            "\\\\evil\\login",
            "tel:112",
            "mailto:anna",
            "javascript:alert(1)",
            "192.0.2.1/login",
            "xn--evl-sma.example",
            "Anna\u{202e}Berg",
            "Anna\u{ad}Berg",
            "Anna\u{200b}",
            "Anna\0",
            "<b>Anna</b>",
        ] {
            assert_eq!(read(name), Err(NotAName::Unusable), "{name:?}");
            assert_eq!(fit_for_messages(name), "");
        }
        assert_eq!(read(" \u{a0}"), Err(NotAName::Empty));
        assert_eq!(read(&"å".repeat(101)), Err(NotAName::TooLong));
        assert!(read(&"å".repeat(100)).is_ok());
    }
}
