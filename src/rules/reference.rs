//! The public reference of a flow, say `K7Q-M2D`: what a person reads out to the help desk. It opens nothing.

use super::is_filler;

/// Thirty capitals and digits that are told apart in every typeface and on the telephone: no I, L, O, U, 0 or 1.
const ALPHABET: [char; 30] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W',
    'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7', '8', '9',
];

/// How many characters a reference has, the hyphen not counted.
const CHARACTERS: usize = 6;

/// Makes a reference of random bytes.
///
/// 29 of the bits are written in base thirty: two to the power of 29 is the largest power of two that six such
/// characters hold, so all 536 870 912 references are equally likely and no draw has to be thrown away. That is few
/// enough to meet twice: whoever stores one does so under a unique key and draws again.
#[must_use]
pub fn from_random(bytes: [u8; 6]) -> String {
    let [a, b, c, d, ..] = bytes;
    let mut rest = u32::from_be_bytes([a, b, c, d]) >> 3;
    let mut characters = ['A'; CHARACTERS];
    for place in &mut characters {
        // Thirty fits everywhere; there is just no infallible conversion from u32 to usize.
        let digit = usize::try_from(rest % 30).unwrap_or_default();
        *place = ALPHABET[digit];
        rest /= 30;
    }
    grouped(&characters)
}

/// Reads a reference as somebody wrote it or heard it: in any case, with or without hyphen and spaces. `None` when it
/// cannot be one.
#[must_use]
pub fn parse(typed: &str) -> Option<String> {
    let mut written = typed.chars().filter(|c| !is_filler(*c));
    let mut characters = ['A'; CHARACTERS];
    for place in &mut characters {
        let c = written.next()?.to_ascii_uppercase();
        *place = ALPHABET.contains(&c).then_some(c)?;
    }
    written.next().is_none().then(|| grouped(&characters))
}

fn grouped(characters: &[char; CHARACTERS]) -> String {
    let (first, last) = characters.split_at(CHARACTERS / 2);
    first.iter().chain(&['-']).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_no_look_alikes() {
        assert!(!ALPHABET.iter().any(|c| "ILOU01".contains(*c)));
        assert_eq!(from_random([0; 6]), "AAA-AAA");
        assert_eq!(from_random([0, 0, 0, 8, 0, 0]), "BAA-AAA");
        assert_eq!(from_random([255; 6]).len(), 7);
    }

    #[test]
    fn is_read_leniently() {
        for typed in ["K7Q-M2D", "k7qm2d", " K7Q M2D ", "k7q\u{2013}m2d"] {
            assert_eq!(parse(typed).as_deref(), Some("K7Q-M2D"), "{typed}");
        }
        for typed in ["", "K7Q-M2", "K7Q-M2DD", "K7Q-M20", "K7Q-M2Å", "K7Q/M2D"] {
            assert_eq!(parse(typed), None, "{typed}");
        }
    }
}
