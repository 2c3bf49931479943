//! Mobile numbers, in every way that Swedes and Norwegians write them, as the one spelling that is stored and looked up: E.164.
//!
//! Numbering plans come from libphonenumber's tables. A number that is no mobile can get no text message and is none here.

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

/// The longest text that is looked at, in code points: fifteen digits with punctuation between all of them.
const MAX_CODE_POINTS: usize = 40;

/// Whose national way of writing is understood. Swedish mobiles have nine digits without the leading zero and Norwegian ones eight, so no
/// text means one of each.
const REGIONS: [Region; 2] = [Region::SE, Region::NO];

/// The number in E.164, such as `+46701740605`; `None` for what is no mobile number.
#[must_use]
pub fn canonical(typed: &str) -> Option<String> {
    let text = typed.trim();
    if !looks_like_one(text) {
        return None;
    }
    REGIONS.into_iter().find_map(|region| {
        let number = PHONE_NUMBER_UTIL.parse(text, Some(region)).ok()?;
        let is_mobile = matches!(
            number.get_type(),
            PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile
        );
        let whole = number.extension.is_none() && is_mobile && number.is_valid();
        whole.then(|| number.format_as(PhoneNumberFormat::E164).into_owned())
    })
}

/// Digits with the punctuation of numbers, a plus sign only in front. Anything else is a user name or an address: the library would drop
/// letters before a number and turn others into digits.
fn looks_like_one(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let is_short = text.chars().nth(MAX_CODE_POINTS).is_none();
    is_short
        && rest.chars().any(char::is_numeric)
        && rest.chars().all(|c| {
            c.is_numeric()
                || c.is_whitespace()
                || matches!(
                    c,
                    '-' | '\u{2010}'..='\u{2015}' | '(' | ')' | '.' | '·' | '/'
                )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_spelling_for_all_of_them() {
        for typed in [
            "070-174 06 05",
            "0701740605",
            "070 174 06 05",
            "+46 70 174 06 05",
            "+46701740605",
            "0046701740605",
            "00 46 70 174 06 05",
            "+46 (0)70 174 06 05",
            "070\u{2013}174\u{a0}06\u{a0}05",
            "070/174 06 05",
            "(070) 174 06 05",
            "070.174.06.05",
        ] {
            assert_eq!(canonical(typed).as_deref(), Some("+46701740605"), "{typed}");
        }
        for typed in [
            "40 61 23 45",
            "406 12 345",
            "40612345",
            "+47 406 12 345",
            "0047 40612345",
        ] {
            assert_eq!(canonical(typed).as_deref(), Some("+4740612345"), "{typed}");
        }
    }

    #[test]
    fn is_nothing_that_only_resembles_a_number() {
        for typed in [
            "",
            "+",
            "anna0701740605",
            "070-CALLNOW",
            "070174O605",
            "0701740605 ext 3",
            "0701740605x3",
            "0701740605#12",
            "19701225-1234",
            "701225-1234",
            "08-465 004 00",
            "020-12 34 56",
            "112",
            "12345678",
            "0701740605,0701740606",
            "0701740605\n0701740606",
            "070174060",
            "07017406055",
            "+46+701740605",
            &"0".repeat(300),
        ] {
            assert_eq!(canonical(typed), None, "{typed:?}");
        }
    }
}
