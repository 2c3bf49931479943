//! What of an answer may be shown: no address, no control character, not much.

/// A text of the other side without the words that hold addresses. A quoted local part may hold spaces.
pub(in super::super) fn without_addresses(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(end) = text.find("\"@") {
        let begin = text[..end].rfind('"').unwrap_or(end);
        text.replace_range(begin..=end, "");
    }
    let holds_one = |word: &str| {
        let marks = ["@", "=40", "%40", "://"];
        marks.iter().any(|mark| word.contains(mark))
    };
    let words = text.split_whitespace();
    let words = words.map(|word| if holds_one(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// The longest text of the other side that is passed on.
const LONGEST: usize = 200;

/// A text without addresses, fit for the log and for the help desk: without the recipient's part before the `@` either, on one line, without
/// characters that would act on a terminal, and not long.
pub(in super::super) fn quotable(text: &str, recipient: &str) -> String {
    let local = recipient.rsplit_once('@').map_or("", |(local, _)| local);
    let local = local.trim_matches('"').to_lowercase();
    let names_it = |word: &str| {
        let word = word.to_lowercase();
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        !local.is_empty() && (bare == local || local.len() > 2 && word.contains(&local))
    };
    let words = text.split_whitespace();
    let words = words.map(|word| if names_it(word) { "…" } else { word });
    let line = words.collect::<Vec<_>>().join(" ");
    let plain = |c: char| c == ' ' || c.is_alphanumeric() || c.is_ascii_graphic() || c == '…';
    let mut out: String = line
        .chars()
        .take(LONGEST)
        .map(|c| if plain(c) { c } else { '?' })
        .collect();
    if line.chars().count() > LONGEST {
        out.push('…');
    }
    out
}
