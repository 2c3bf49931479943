//! Folding case for comparing.

use super::marks;
use crate::rules::password::nfc;

/// NFC and lower case, where a character outside ASCII stays outside.
pub(super) fn lower(text: &str) -> String {
    let mut lowered = String::with_capacity(text.len());
    let mut rest = text;
    // NFC itself turns three characters into ASCII (the Kelvin sign into K, for one): those are kept as they are
    // and only what lies between them is folded.
    while let Some(at) = rest.find(marks::becomes_ascii) {
        let (before, from) = rest.split_at(at);
        lowered.push_str(&fold(before));
        let mut characters = from.chars();
        lowered.extend(characters.next());
        rest = characters.as_str();
    }
    lowered.push_str(&fold(rest));
    lowered
}

fn fold(text: &str) -> String {
    let lowered: String = nfc(text).chars().flat_map(lower_character).collect();
    // Lower case can compose where upper case could not: J and a caron, for one.
    nfc(&lowered)
}

fn lower_character(c: char) -> impl Iterator<Item = char> {
    let keep = !c.is_ascii() && c.to_lowercase().any(|lower| lower.is_ascii());
    c.to_lowercase()
        .filter(move |_| !keep)
        .chain(keep.then_some(c))
}
