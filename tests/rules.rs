//! Properties of the rules that hold for any input.

#![cfg(feature = "ssr")]

use proptest::prelude::*;
use proptest::sample::select;
use rekey::rules::code::Code;
use rekey::rules::identifier::{self, Kind};
use rekey::rules::password::{self, Characters, Mark, Policy, nfc};
use rekey::rules::problem::{FieldProblem, Problem};
use rekey::rules::reference;
use rekey::rules::steps::{Event, Step, Visit, advance, visit};
use rekey::server::identifiers::{read_to_look_up, without_unseen};
use unicode_normalization::UnicodeNormalization as _;

const FILLERS: [&str; 6] = ["", " ", "-", "\u{a0}", "\u{2013}", "\u{200b}"];

/// Text of any characters, with those that cause trouble more often than chance would have it.
fn text() -> impl Strategy<Value = String> {
    let troublesome = "[aAkKiI1@. \u{130}\u{131}\u{212a}\u{df}\u{3a3}\u{30a}\u{307}\u{37e}\u{ad}\u{ff20}\u{3002}\u{1f426}]{0,12}";
    prop_oneof![any::<String>(), troublesome]
}

fn policy() -> impl Strategy<Value = Policy> {
    let characters = select(vec![
        Characters::Unicode,
        Characters::Ascii,
        Characters::LettersAndDigits,
    ]);
    let forbidden = select(vec!["", "\u{e5}", "\u{e5} @-]"]);
    (1..20_u16, 20..40_u16, characters, forbidden).prop_map(
        |(min_length, max_length, characters, forbidden)| Policy {
            min_length,
            max_length,
            characters,
            forbidden: forbidden.to_owned(),
            history: 0,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_checked_identifier_is_clean(typed in text()) {
        if let Ok(checked) = identifier::check(&typed) {
            prop_assert!(typed.contains(checked));
            prop_assert_eq!(identifier::check(checked), Ok(checked));
            prop_assert!(checked.chars().count() <= identifier::MAX_CODE_POINTS);
            prop_assert!(!checked.chars().any(char::is_control));
            let padded = format!("\u{a0} {typed}\t");
            prop_assert_eq!(identifier::check(&padded), Ok(checked));
        }
    }

    #[test]
    fn a_canonical_spelling_is_its_own(typed in text()) {
        let once = read_to_look_up(&typed);
        let again = read_to_look_up(&once.text);
        prop_assert_eq!(again.kind, once.kind);
        prop_assert_eq!(again.text, once.text);
        prop_assert_eq!(again.phone, once.phone);
    }

    #[test]
    fn nothing_becomes_ascii_that_was_not(typed in text(), domain in "[a-z]{1,8}") {
        let seen: String = without_unseen(&typed).chars().filter(|c| !c.is_whitespace()).collect();
        let bare = read_to_look_up(&typed);
        if bare.kind == Kind::UserName && seen.chars().any(char::is_alphabetic) {
            prop_assert_eq!(bare.text.is_ascii(), seen.is_ascii());
        }
        let spelled = read_to_look_up(&format!("anna@{typed}.{domain}"));
        if spelled.text.is_ascii() && !spelled.text.contains("xn--") {
            prop_assert!(seen.is_ascii());
        }
    }

    #[test]
    fn case_and_composition_make_no_other_account(
        local in "[a-zåäöéü.+-]{1,20}",
        domain in "[a-zåäö]{1,20}",
    ) {
        let typed = format!("{local}@{domain}.example");
        let decomposed: String = typed.to_uppercase().nfd().collect();
        prop_assert_eq!(read_to_look_up(&typed).text, read_to_look_up(&decomposed).text);
    }

    #[test]
    fn a_code_is_read_with_anything_between_its_digits(
        digits in "[0-9]{6}",
        fillers in proptest::collection::vec(select(&FILLERS), 6),
    ) {
        let pieces = fillers.into_iter().zip(digits.split_terminator("").skip(1));
        let typed: String = pieces.flat_map(|(filler, digit)| [filler, digit]).collect();
        let read = Code::parse(&typed).unwrap();
        prop_assert_eq!(read.as_str(), digits);
    }

    #[test]
    fn a_drawn_code_is_read_back(bits: u32, rounds in 0..4_294_u32) {
        if let Some(code) = Code::from_random(bits) {
            prop_assert_eq!(code.as_str(), format!("{:06}", bits % 1_000_000));
            let read = Code::parse(code.as_str()).unwrap();
            prop_assert_eq!(read.as_str(), code.as_str());
            // Every code is reached from each whole round of a million.
            let other = Code::from_random(rounds * 1_000_000 + bits % 1_000_000).unwrap();
            prop_assert_eq!(other.as_str(), code.as_str());
        } else {
            prop_assert!(bits >= 4_294_000_000);
        }
    }

    #[test]
    fn any_code_typed_is_a_code_or_a_problem_of_its_field(typed in text()) {
        if let Err(problem) = Code::parse(&typed) {
            prop_assert_eq!(problem.field().unwrap().as_str(), "code");
        }
    }

    #[test]
    fn a_reference_is_read_back_and_says_29_bits(bytes: [u8; 6], others: [u8; 6]) {
        let written = reference::from_random(bytes);
        let spoken = written.replace('-', " ").to_lowercase();
        prop_assert_eq!(reference::parse(&spoken), Some(written.clone()));
        let bits = |[a, b, c, d, ..]: [u8; 6]| u32::from_be_bytes([a, b, c, d]) >> 3;
        let same = bits(bytes) == bits(others);
        prop_assert_eq!(reference::from_random(others) == written, same);
    }

    #[test]
    fn marks_and_problems_agree(
        policy in policy(),
        typed in text(),
        personal in proptest::collection::vec(text(), 0..3),
        common: Option<bool>,
    ) {
        let typed = nfc(&typed);
        let marks = password::marks(&policy, &typed, &personal, common);
        let unmet = marks.iter().any(|(_, mark)| *mark == Mark::Unmet);
        let control = typed.chars().any(char::is_control);
        let found = password::problems(&policy, &typed, &personal, common);
        prop_assert_eq!(found.is_some(), unmet || control);
        for (rule, mark) in marks {
            let offending = password::offending(rule, &policy, &typed);
            prop_assert!(offending.is_empty() || mark == Mark::Unmet, "{:?}", rule);
        }
        if let Some(problem) = found {
            prop_assert_eq!(problem.field().unwrap().as_str(), "new_password");
        }
    }

    #[test]
    fn a_generated_password_is_accepted(typed in "[ -~]{13,126}") {
        // What the `passwordrules` attribute asks a password manager for.
        for characters in [Characters::Unicode, Characters::Ascii, Characters::LettersAndDigits] {
            let policy = Policy { characters, ..Policy::default() };
            let typed = format!("{typed}a1");
            prop_assert_eq!(password::problems(&policy, &typed, &[], Some(false)), None);
        }
    }

    #[test]
    fn a_name_in_disguise_is_refused(
        word in "[a-zåäö]{4,12}",
        before in "[0-9 .!-]{0,6}",
        between in "[0-9 .!-]{0,4}",
        repeats in 1..4_usize,
        shout: bool,
    ) {
        let dressed = vec![word.clone(); repeats].join(&between);
        let mut typed = format!("{before}{dressed}{before}");
        if shout {
            typed = typed.to_uppercase().replace('A', "4").replace('E', "3").replace('S', "$");
        }
        let policy = Policy { min_length: 1, ..Policy::default() };
        let found = password::problems(&policy, &typed, &[word], None);
        prop_assert_eq!(found, Some(Problem::PasswordPersonal));
    }

    #[test]
    fn a_name_among_other_letters_is_accepted(word in "[a-m]{4,12}", other in "[n-z]{4,12}", first: bool) {
        let typed = if first { format!("{word} {other}") } else { format!("{other}{word}") };
        let policy = Policy { min_length: 1, ..Policy::default() };
        prop_assert_eq!(password::problems(&policy, &typed, &[word], None), None);
    }

    #[test]
    fn nobody_is_done_without_every_proof(
        events in proptest::collection::vec(select(vec![Event::CodeProved, Event::FactorProved, Event::PasswordChosen]), 0..8),
        has_factor: bool,
    ) {
        let mut at = Step::Code;
        let mut happened = Vec::new();
        for event in events {
            if let Ok(next) = advance(at, event, has_factor) {
                prop_assert!(next > at);
                prop_assert_eq!(visit(next, at), Visit::Passed);
                prop_assert_eq!(visit(at, next), Visit::Ahead(at));
                at = next;
                happened.push(event);
            }
        }
        if at == Step::Done {
            prop_assert!(happened.contains(&Event::CodeProved));
            prop_assert_eq!(happened.contains(&Event::FactorProved), has_factor);
            prop_assert_eq!(happened.last(), Some(&Event::PasswordChosen));
        }
    }

    #[test]
    fn a_problem_survives_the_cookie(left: u8, seconds: u16, min: u16, count: u16) {
        for problem in [
            Problem::CodeWrong { left },
            Problem::ResendTooEarly { seconds },
            Problem::PasswordTooShort { min, count },
            Problem::FlowExpired,
        ] {
            let whole = FieldProblem::from(problem);
            let text = serde_json::to_string(&whole).unwrap();
            prop_assert!(text.len() < 100);
            prop_assert_eq!(serde_json::from_str::<FieldProblem>(&text).unwrap(), whole);
        }
    }
}
