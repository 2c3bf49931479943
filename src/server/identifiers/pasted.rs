//! What people copy along with an address or a number: brackets, quotation marks, punctuation, the beginning of a link.

/// Punctuation that follows what was copied out of a sentence or a list.
const AFTER: [char; 6] = ['.', ',', ';', ':', '!', '?'];

/// Brackets and quotation marks of many languages.
const PAIRS: [(char, char); 14] = [
    ('<', '>'),
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('”', '”'),
    ('„', '“'),
    ('‘', '’'),
    ('’', '’'),
    ('«', '»'),
    ('»', '«'),
];

/// The text without punctuation after it and pairs around it.
pub(super) fn bare(text: &str) -> &str {
    let mut bare = text.trim();
    loop {
        let before = bare;
        bare = bare.trim_end_matches(AFTER).trim();
        bare = bare.trim_start_matches([',', ';']).trim();
        for (open, close) in PAIRS {
            let inside = bare
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close));
            // Two in a row, such as `"a" "b"`, are not one pair around all.
            if let Some(inside) = inside.filter(|inside| !inside.contains([open, close])) {
                bare = inside.trim();
            }
        }
        if bare.len() == before.len() {
            return bare;
        }
    }
}

/// What follows one of these schemes, as links have it, with its escapes undone; `None` where no scheme stands in front.
pub(super) fn after_scheme(text: &str, schemes: &[&str]) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let is_one = schemes
        .iter()
        .any(|known| scheme.trim().eq_ignore_ascii_case(known));
    is_one.then(|| {
        let decoded = percent_encoding::percent_decode_str(rest.trim());
        // What is no text stays as it is, and is refused for its percent signs.
        decoded
            .decode_utf8()
            .map_or_else(|_| rest.to_owned(), std::borrow::Cow::into_owned)
    })
}
