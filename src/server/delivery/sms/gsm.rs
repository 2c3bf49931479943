//! How much of a text message a text fills: septets of the GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1; GSM 03.38), or UTF-16 units as
//! soon as one character is not in it.

/// The default alphabet in the order of its codes, without the escape: one septet each (3GPP TS 23.038 §6.2.1; the small ç that some tables
/// have at 0x09 is the capital Ç here, as 3GPP has it).
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The extension table: an escape and one more septet each (3GPP TS 23.038 §6.2.1.1).
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// What a text takes up on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Every character is in the GSM alphabet: so many septets.
    Septets(usize),
    /// One is not, so the whole text goes as UCS-2 (3GPP TS 23.038 §6.2.3).
    Units {
        /// UTF-16 units of the whole text.
        units: usize,
        /// The first character that is not in the GSM alphabet.
        because_of: char,
    },
}

impl Size {
    /// Measures a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut septets = 0;
        for character in text.chars() {
            septets += match character {
                _ if BASIC.contains(character) => 1,
                _ if EXTENSION.contains(character) => 2,
                because_of => {
                    let units = text.encode_utf16().count();
                    return Self::Units { units, because_of };
                }
            };
        }
        Self::Septets(septets)
    }

    /// Whether it goes as one message: 140 octets are 160 septets or 70 units (3GPP TS 23.040 §9.2.3.24.1). A longer one is cut up, costs
    /// several and can arrive in pieces.
    #[must_use]
    pub const fn fits_one(self) -> bool {
        match self {
            Self::Septets(septets) => septets <= 160,
            Self::Units { units, .. } => units <= 70,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_is_complete() {
        assert_eq!(BASIC.chars().count(), 127, "128 codes, one is the escape");
        let mut all: Vec<char> = BASIC.chars().chain(EXTENSION.chars()).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 127 + 10, "none twice");
        // Places that 3GPP TS 23.038 names.
        for (place, character) in [(0x00, '@'), (0x09, 'Ç'), (0x0a, '\n'), (0x1a, 'Ξ')] {
            assert_eq!(BASIC.chars().nth(place), Some(character));
        }
        // Behind the escape at 0x1b.
        for (place, character) in [(0x24, '¤'), (0x40, '¡'), (0x5b, 'Ä'), (0x7f, 'à')] {
            assert_eq!(BASIC.chars().nth(place - 1), Some(character));
        }
    }

    #[test]
    fn letters_of_the_north_cost_one_and_brackets_two() {
        assert_eq!(Size::of("åäöÅÄÖæøÆØéÉüÜ@#\n"), Size::Septets(17));
        assert_eq!(Size::of("[€]{~}"), Size::Septets(12));
        assert_eq!(Size::of(""), Size::Septets(0));
        let sentence = "123456 är din säkerhetskod för Örebro kommun. Lämna inte ut den.\n\n@reset.orebro.example #123456";
        assert_eq!(Size::of(sentence), Size::Septets(95));
    }

    #[test]
    fn one_other_character_turns_the_whole_text() {
        for because_of in ['–', '”', '’', '…', '\u{a0}', '\t', 'ç', 'č', '\u{308}'] {
            let size = Size::of(&format!("ab{because_of}č"));
            assert_eq!(
                size,
                Size::Units {
                    units: 4,
                    because_of
                }
            );
        }
        let emoji = Size::Units {
            units: 2,
            because_of: '😀',
        };
        assert_eq!(Size::of("😀"), emoji);
    }

    #[test]
    fn one_message_has_room_for_160_septets_or_70_units() {
        assert!(Size::of(&"å".repeat(160)).fits_one());
        assert!(!Size::of(&"å".repeat(161)).fits_one());
        assert!(!Size::of(&"€".repeat(81)).fits_one());
        assert!(Size::of(&"č".repeat(70)).fits_one());
        assert!(!Size::of(&"č".repeat(71)).fits_one());
    }
}
