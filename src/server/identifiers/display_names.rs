//! Names of people as pages and messages show them: one check for every door at which one is given, and for those that were given before.
//!
//! A name stands in mails, whose programs make links of whatever looks like an address of the web or a telephone number, and beside codes
//! (ATTACKS A04).
use unicode_normalization::UnicodeNormalization as _;

use super::{is_digit, is_unseen};

/// The most characters of a name.
pub const LONGEST: usize = 100;
/// The most digits of a name: a year, but no code and no telephone number.
pub const MOST_DIGITS: usize = 4;

/// The most letters of what may be joined to a name by a full stop, such as `B` or `St`.
const LONGEST_INITIAL: usize = 3;

/// Names of the topmost level that are set aside, and so on no list (RFC 6761, RFC 6762, RFC 7686, RFC 9476), or are used in own networks.
const SET_ASIDE: [&str; 11] = [
    "alt",
    "corp",
    "example",
    "home",
    "internal",
    "invalid",
    "lan",
    "local",
    "localhost",
    "onion",
    "test",
];

/// Why a name is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// Nothing was written.
    #[error("give the person's name")]
    Empty,
    /// It is longer than [`LONGEST`].
    #[error("a name has at most {LONGEST} characters")]
    TooLong,
    /// A full stop joins its words as those of an address are joined.
    #[error(
        "put a space after each full stop, as in B. Berg: mail programs could make a link of it"
    )]
    Joined,
    /// It has more than [`MOST_DIGITS`] digits.
    #[error("leave out telephone numbers and codes: a name has at most {MOST_DIGITS} digits")]
    Digits,
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
    if name.chars().any(is_for_machines) {
        return Err(NotAName::Unusable);
    }
    if becomes_a_link(&name) {
        let is_cured = !becomes_a_link(&spaced(&name));
        return Err(if is_cured {
            NotAName::Joined
        } else {
            NotAName::Unusable
        });
    }
    if name.nfkc().filter(|c| is_digit(*c)).count() > MOST_DIGITS {
        return Err(NotAName::Digits);
    }
    Ok(name)
}

/// With a space after each full stop that a name follows.
fn spaced(name: &str) -> String {
    let plain = plain(name);
    let mut spaced = String::new();
    for (at, c) in plain.iter().enumerate() {
        spaced.push(*c);
        if *c == '.' && plain.get(at + 1).copied().is_some_and(begins_a_name) {
            spaced.push(' ');
        }
    }
    spaced
}

/// Whether names begin like this: with a capital, or a letter of a script that has none.
fn begins_a_name(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase()
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
/// signs. A dot after an initial joins nothing: `J.R.R. Tolkien` is a name, and so is `B.Berg`, since there is no domain `berg`.
fn becomes_a_link(text: &str) -> bool {
    let plain = plain(text);
    (0..plain.len()).any(|at| {
        let before = at.checked_sub(1).and_then(|at| plain.get(at));
        let rest = plain.get(at + 1..).unwrap_or_default();
        let word = rest.iter().take_while(|c| joins(**c)).count();
        let is_after_a_word = before.copied().is_some_and(joins);
        match plain.get(at) {
            Some('.') => {
                is_after_a_word && (word > 1 && !joins_initials(&plain, at) || is_octet(&plain, at))
            }
            // `tel:112` and `mailto:…`, but not the colon after a word.
            Some(':') => is_after_a_word && rest.first().is_some_and(|c| !c.is_whitespace()),
            Some('/') => rest.first() == Some(&'/'),
            Some('\\') => rest.first() == Some(&'\\'),
            _ => false,
        }
    })
}

/// Whether words are made of it that dots join.
fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether the dot stands among initials before a name, none of which a mail program could take for the end of a domain.
fn joins_initials(plain: &[char], dot: usize) -> bool {
    let is_joined = |c: char| c == '.' || joins(c);
    let (before, behind) = plain.split_at(dot);
    let start = before.iter().rposition(|c| !is_joined(*c));
    let before = before.get(start.map_or(0, |at| at + 1)..);
    let behind = behind.iter().take_while(|c| is_joined(**c));
    let all: String = before.unwrap_or_default().iter().chain(behind).collect();
    let labels: Vec<&str> = all.trim_matches('.').split('.').collect();
    let is_alone = !plain.iter().any(|c| matches!(c, '/' | '\\' | ':'));
    let Some((name, initials)) = labels.split_last() else {
        return false;
    };
    let is_initial = |label: &&str| label.chars().count() <= LONGEST_INITIAL;
    let is_word = |label: &&str| label.chars().all(|c| c.is_alphabetic() || c == '-');
    is_alone
        && initials.iter().all(is_initial)
        && labels.iter().all(is_word)
        && name.starts_with(begins_a_name)
        && !labels
            .iter()
            .skip(1)
            .flat_map(|label| label.split('-'))
            .any(ends_a_domain)
}

/// Whether there is such a domain on the topmost level.
fn ends_a_domain(label: &str) -> bool {
    let lower = label.to_lowercase();
    let is_listed = |label: &str| psl::suffix(label.as_bytes()).is_some_and(|it| it.is_known());
    let ascii = idna::domain_to_ascii(&lower);
    SET_ASIDE.contains(&&*lower) || is_listed(&lower) || ascii.is_ok_and(|it| is_listed(&it))
}

/// The signs of addresses however they are drawn.
fn plain(text: &str) -> Vec<char> {
    text.nfkc()
        .filter(|c| !is_unseen(*c))
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
    let plain = plain.to_lowercase();
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
            "Anna B.Berg",
            "J.R.R.Tolkien",
            "St.Olof",
            "Fr.Anna-Karin Ek",
            "М.Горький",
            "Johan 3",
            "Anna 2",
            "Carl XVI Gustaf",
            "Klass 7B",
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
            "Anna b.com",
            "B.Berg:80",
            "Anna\u{202e}Berg",
            "Anna\u{ad}Berg",
            "Anna\u{200b}",
            "Anna\0",
            "<b>Anna</b>",
        ] {
            assert_eq!(read(name), Err(NotAName::Unusable), "{name:?}");
            assert_eq!(fit_for_messages(name), "");
        }
        for name in [
            "Evil.Example",
            "Anna B.Info",
            "B.Se.Berg",
            "B.Se-Karin",
            "B.Berg/login",
            "Bo.Se",
            "Kurt.Berg",
            "М.Рф",
            "B.Local",
            "Ｅｖｉｌ．Ｃｏｍ",
        ] {
            assert_eq!(read(name), Err(NotAName::Joined), "{name:?}");
            assert_eq!(fit_for_messages(name), "");
            let cured = name.nfkc().collect::<String>().replace('.', ". ");
            assert_eq!(read(&cured), Ok(cured));
        }
        for name in [
            "Ring 08-123 456 78",
            "070-1740605",
            "774 993 är din kod",
            "7 7 4 9 9 3",
            "７７４９９３",
            "٧٧٤٩٩٣",
            "①②③④⑤",
            "Kod 12-345",
        ] {
            assert_eq!(read(name), Err(NotAName::Digits), "{name:?}");
            assert_eq!(fit_for_messages(name), "");
        }
        assert_eq!(read(" \u{a0}"), Err(NotAName::Empty));
        assert_eq!(read(&"å".repeat(101)), Err(NotAName::TooLong));
        assert!(read(&"å".repeat(100)).is_ok());
    }
}
