//! Mobile numbers, in every way that Swedes and Norwegians write them, as the one spelling that is stored and looked up: E.164.
//!
//! Numbering plans come from libphonenumber's tables. A number that is no mobile can get no text message and is none here.

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use super::{marks, pasted};
use crate::server::config::CallingCode;

/// The longest text that is looked at, in code points: fifteen digits with punctuation between all of them.
const MAX_CODE_POINTS: usize = 40;

/// Whose national way of writing is understood. Swedish mobiles have nine digits without the leading zero and Norwegian ones eight, so no
/// text means one of each.
const REGIONS: [Region; 2] = [Region::SE, Region::NO];

/// What stands before a number in a link (RFC 3966, RFC 5724).
const SCHEMES: [&str; 3] = ["tel", "sms", "callto"];

/// The number in E.164, such as `+46701740605`; `None` for what is no mobile number.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let seen = marks::without_unseen(typed);
    let bare = without_note(pasted::bare(&seen));
    let text = match pasted::after_scheme(bare, &SCHEMES) {
        Some(link) => without_parameters(&link)?,
        None => bare.to_owned(),
    };
    let text = plain(&text);
    if !looks_like_one(&text) {
        return None;
    }
    REGIONS.into_iter().find_map(|region| {
        let number = PHONE_NUMBER_UTIL.parse(&text, Some(region)).ok()?;
        let is_mobile = matches!(
            number.get_type(),
            PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile
        );
        let whole = number.extension.is_none() && is_mobile && number.is_valid();
        whole.then(|| number.format_as(PhoneNumberFormat::E164).into_owned())
    })
}

/// The number without a note in brackets behind it, such as `(jobb)`. One with a digit in it stays, and is refused: it may be an extension.
fn without_note(text: &str) -> &str {
    let parts = text
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('));
    let Some((number, note)) = parts else {
        return text;
    };
    let is_word = |c: char| c.is_alphabetic() || c.is_whitespace() || c == '.';
    if note.contains(char::is_alphabetic) && note.chars().all(is_word) {
        number.trim_end()
    } else {
        text
    }
}

/// A stored number as pages show it: at home in national form, such as `070-174 06 05`, any other in international form, such as
/// `+47 40 61 23 45`. What is shown in national form is read as the same number again, at every door.
pub(super) fn shown(home: &CallingCode, stored: &str) -> String {
    let Ok(number) = PHONE_NUMBER_UTIL.parse(stored, None) else {
        return stored.to_owned();
    };
    let is_of_home = home.is_of(stored)
        && number
            .get_region_code()
            .is_some_and(|region| REGIONS.contains(&region));
    let national = number.format_as(PhoneNumberFormat::National).into_owned();
    if is_of_home && read(&national).as_deref() == Some(stored) {
        national
    } else {
        number
            .format_as(PhoneNumberFormat::International)
            .into_owned()
    }
}

/// The number of a link alone, after the calling code that it names beside it; `None` where it names an extension.
fn without_parameters(link: &str) -> Option<String> {
    // What follows a question mark is a message.
    let link = link.split_once('?').map_or(link, |(number, _)| number);
    let mut parts = link.split(';');
    let number = pasted::bare(parts.next()?).to_owned();
    let mut code = None;
    for part in parts {
        match part.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("phone-context") => code = Some(value),
            Some((name, _)) if name.eq_ignore_ascii_case("ext") => return None,
            _ => {}
        }
    }
    Some(match code.filter(|code| code.starts_with('+')) {
        Some(code) if !number.starts_with('+') => {
            format!("{code}{}", number.trim_start_matches('0'))
        }
        _ => number,
    })
}

/// The digits and signs of keyboards in place of full-width ones and of the many dashes, and the calling code without brackets.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| match c {
            c if marks::is_dash(c) => '-',
            '\u{ff08}' => '(',
            '\u{ff09}' => ')',
            '\u{ff0b}' | '\u{fe62}' => '+',
            '\u{ff0e}' => '.',
            '\u{ff0f}' => '/',
            c if c.is_whitespace() && !c.is_control() => ' ',
            c => full_width_digit(c).unwrap_or(c),
        })
        .collect();
    match text
        .strip_prefix("(+")
        .and_then(|rest| rest.split_once(')'))
    {
        Some((code, rest)) => format!("+{code}{rest}"),
        None => text,
    }
}

fn full_width_digit(c: char) -> Option<char> {
    let digit = u32::from(c).checked_sub(0xff10)?;
    char::from_digit(digit, 10)
}

/// Digits with the punctuation of numbers, a plus sign only in front. Anything else is a user name or an address: the library would drop
/// letters before a number and turn others into digits.
pub(super) fn looks_like_one(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let is_short = text.chars().nth(MAX_CODE_POINTS).is_none();
    is_short
        && rest.chars().any(marks::is_digit)
        && rest.chars().all(|c| {
            marks::is_digit(c)
                || c.is_whitespace()
                || matches!(c, '-' | '(' | ')' | '.' | '·' | '/')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Catalogue, Language, ServerText};

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
            "070\u{2212}174 06 05",
            "\u{202d}+46 70 174 06 05\u{202c}",
            "(+46) 70 174 06 05",
            "＋４６ ７０ １７４ ０６ ０５",
            "tel:+46-70-174-06-05",
            "TEL:0701740605;phone-context=+46",
            "sms:+46701740605?body=hej",
            "tel:%2B46%2070%20174%2006%2005",
            "\"070-174 06 05\",",
            "070-174 06 05 (jobb)",
            "+46 (0)70 174 06 05 (priv. mobil)",
        ] {
            assert_eq!(read(typed).as_deref(), Some("+46701740605"), "{typed}");
        }
        for typed in [
            "40 61 23 45",
            "406 12 345",
            "40612345",
            "+47 406 12 345",
            "0047 40612345",
        ] {
            assert_eq!(read(typed).as_deref(), Some("+4740612345"), "{typed}");
        }
    }

    #[test]
    fn is_shown_in_national_form_at_home_only() {
        let countries = ["SE", "NO", "SK", "4670"].map(|code| CallingCode::parse(code).unwrap());
        let [sweden, norway, slovakia, some] = &countries;
        for (home, stored, expected) in [
            (sweden, "+46701740605", "070-174 06 05"),
            (some, "+46701740605", "070-174 06 05"),
            (some, "+46721740605", "+46 72 174 06 05"),
            (norway, "+46701740605", "+46 70 174 06 05"),
            (norway, "+4740612345", "40 61 23 45"),
            (sweden, "+4740612345", "+47 40 61 23 45"),
            // Nobody here reads 0905 123 456 as a number of Slovakia, so it is not written so.
            (slovakia, "+421905123456", "+421 905 123 456"),
            (sweden, "+421905123456", "+421 905 123 456"),
            (sweden, "no number", "no number"),
        ] {
            let shown = shown(home, stored);
            assert_eq!(shown, expected);
            let again = read(&shown);
            assert!(again.is_none_or(|again| again == stored), "{shown}");
        }
    }

    #[test]
    fn the_example_of_each_language_is_one() {
        for language in Language::ALL {
            let catalogue = Catalogue::built_in(language);
            let sentence = catalogue.server(ServerText::AccountWrongPhoneUnusable);
            let at = sentence.find(|c: char| c == '+' || c.is_ascii_digit());
            assert!(read(&sentence[at.unwrap()..]).is_some(), "{sentence}");
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
            "0701740605 (ankn 12)",
            "0701740605 (12)",
            "0701740605 jobb",
            "(jobb)",
            "19701225-1234",
            "701225-1234",
            "08-465 004 00",
            "020-12 34 56",
            "112",
            "12345678",
            "0701740605,0701740606",
            "0701740605\n0701740606",
            "tel:+46701740605;ext=3",
            "０７０１７４０６０５ｘ３",
            "070174060",
            "07017406055",
            "+46+701740605",
            "0701740605²",
            &"0".repeat(300),
        ] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
    }
}
