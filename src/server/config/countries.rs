//! Which countries text messages may go to. Numbers abroad are how others' gateways are made to earn money (SMS pumping, ATTACKS A39).

use std::borrow::Cow;

/// A calling code (ITU-T E.164), perhaps with digits of an area behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallingCode(Cow<'static, str>);

/// Countries of Europe (ISO 3166-1) that have a calling code of their own. Finland's and Norway's islands, and those around Great Britain,
/// share the code of their neighbour; others, above all those that share 1 and 7, are named by their digits, so that nobody opens more than
/// they wrote.
const COUNTRIES: [(&str, &str); 36] = [
    ("AT", "43"),
    ("BE", "32"),
    ("BG", "359"),
    ("CH", "41"),
    ("CY", "357"),
    ("CZ", "420"),
    ("DE", "49"),
    ("DK", "45"),
    ("EE", "372"),
    ("ES", "34"),
    ("FI", "358"),
    ("FO", "298"),
    ("FR", "33"),
    ("GB", "44"),
    ("GL", "299"),
    ("GR", "30"),
    ("HR", "385"),
    ("HU", "36"),
    ("IE", "353"),
    ("IS", "354"),
    ("IT", "39"),
    ("LI", "423"),
    ("LT", "370"),
    ("LU", "352"),
    ("LV", "371"),
    ("MC", "377"),
    ("MT", "356"),
    ("NL", "31"),
    ("NO", "47"),
    ("PL", "48"),
    ("PT", "351"),
    ("RO", "40"),
    ("SE", "46"),
    ("SI", "386"),
    ("SK", "421"),
    ("UA", "380"),
];

impl CallingCode {
    /// +46.
    pub const SWEDEN: Self = Self(Cow::Borrowed("46"));
    /// +47.
    pub const NORWAY: Self = Self(Cow::Borrowed("47"));

    /// Reads `SE`, `46` or `+46`, or a longer beginning such as `1242`. Half a calling code would open several countries and is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((_, code)) = COUNTRIES.iter().find(|(country, _)| *country == text) {
            return Some(Self(Cow::Borrowed(code)));
        }
        let digits = text.strip_prefix('+').unwrap_or(text);
        let is_number = digits.len() <= 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && digits.len() >= length(digits)?).then(|| Self(digits.to_owned().into()))
    }

    /// Whether a number in the form of E.164, with its plus, begins with it.
    #[must_use]
    pub fn is_of(&self, number: &str) -> bool {
        number
            .strip_prefix('+')
            .is_some_and(|digits| digits.starts_with(&*self.0))
    }
}

/// How many digits the calling code has that these digits begin with: one for 1 and 7, two for those that ITU-T has given two
/// (E.164, list of assigned country codes), three for all others.
fn length(digits: &str) -> Option<usize> {
    let mut bytes = digits.bytes();
    let first = bytes.next()?;
    let second = bytes.next();
    Some(match (first, second) {
        (b'0', _) => return None,
        (b'1' | b'7', _) => 1,
        (b'2', Some(b'0' | b'7'))
        | (b'3', Some(b'0'..=b'4' | b'6' | b'9'))
        | (b'4', Some(b'0' | b'1' | b'3'..=b'9'))
        | (b'5', Some(b'1'..=b'8'))
        | (b'6', Some(b'0'..=b'6'))
        | (b'8', Some(b'1' | b'2' | b'4' | b'6'))
        | (b'9', Some(b'0'..=b'5' | b'8')) => 2,
        _ => 3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_whole_code() {
        for (country, code) in COUNTRIES {
            assert_eq!(Some(code.len()), length(code), "{country}");
            assert_eq!(CallingCode::parse(country), CallingCode::parse(code));
        }
        assert_eq!(CallingCode::parse("SE"), Some(CallingCode::SWEDEN));
        assert_eq!(CallingCode::parse("+47"), Some(CallingCode::NORWAY));
    }

    #[test]
    fn half_a_code_opens_nothing() {
        for text in [
            "", "+", "4", "35", "0", "0046", "se", "XX", "US", "46x", "++46", "12345678",
        ] {
            assert_eq!(CallingCode::parse(text), None, "{text}");
        }
        for text in ["1", "1242", "7", "46", "4670", "358", "20"] {
            assert!(CallingCode::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_number_belongs_by_its_first_digits() {
        assert!(CallingCode::SWEDEN.is_of("+46701740605"));
        assert!(!CallingCode::SWEDEN.is_of("+4701740605"));
        assert!(!CallingCode::SWEDEN.is_of("46701740605"));
        assert!(!CallingCode::SWEDEN.is_of("+1246"));
    }
}
