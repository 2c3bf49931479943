//! Tests of the password rules. Lengths, the second field and the attribute are in `tests/vectors/rules.json`.

use super::*;

fn refused(typed: &str) -> Option<Problem> {
    problems(&Policy::default(), &nfc(typed), &[], None)
}

#[test]
fn takes_everything_that_can_be_seen() {
    assert_eq!(refused("kråkan  sitter på räcket 🐦"), None);
    assert_eq!(refused(" space at the ends "), None);
    assert_eq!(refused("fifteenlettersx"), None);
    assert_eq!(refused(""), Some(Problem::PasswordEmpty));
    for c in ['\0', '\t', '\n', '\u{7f}', '\u{85}'] {
        let typed = format!("long enough to be{c}one");
        assert_eq!(refused(&typed), Some(Problem::PasswordControl));
    }
}

#[test]
fn composes_but_does_not_fold() {
    assert_eq!(nfc("a\u{30a}"), "å");
    assert_ne!(nfc("²"), nfc("2"));
    assert_ne!(nfc("A"), nfc("a"));
}

#[test]
fn asks_for_characters_only_where_the_policy_does() {
    let of = |characters| Policy {
        characters,
        ..Policy::default()
    };
    let shown = |policy: &Policy| rules(policy).collect::<Vec<_>>();
    let characters = [Rule::Letter, Rule::Digit, Rule::Forbidden, Rule::Ascii];
    let asked = |policy: &Policy| {
        let shown = shown(policy);
        characters.map(|rule| shown.contains(&rule))
    };
    assert_eq!(asked(&Policy::default()), [false, false, false, false]);
    assert_eq!(asked(&of(Characters::Ascii)), [false, false, false, true]);
    let mut narrow = of(Characters::LettersAndDigits);
    assert_eq!(asked(&narrow), [true, true, false, true]);
    "åäö".clone_into(&mut narrow.forbidden);
    assert_eq!(asked(&narrow), [true, true, true, true]);
    // The reason for å is the one that was given for it.
    assert_eq!(
        problems(&narrow, "4 sånna där ord till", &[], None),
        Some(Problem::PasswordForbidden { character: 'å' })
    );
}

#[test]
fn marks_an_empty_field_calmly() {
    let policy = Policy {
        characters: Characters::LettersAndDigits,
        forbidden: "å".to_owned(),
        ..Policy::default()
    };
    let expected = [
        (Rule::MinLength, Mark::Unmet),
        (Rule::MaxLength, Mark::Met),
        (Rule::Letter, Mark::Unmet),
        (Rule::Digit, Mark::Unmet),
        (Rule::Forbidden, Mark::Unmet),
        (Rule::Ascii, Mark::Unmet),
        (Rule::NotPersonal, Mark::Unmet),
        (Rule::NotCommon, Mark::Later),
    ];
    assert_eq!(marks(&policy, "", &[], None), expected);
    assert_eq!(marks(&policy, "", &[], Some(true)), expected);
}

#[test]
fn says_common_only_when_it_is_known() {
    let policy = Policy::default();
    let last = |common| marks(&policy, "a long common one", &[], common).pop();
    assert_eq!(last(None), Some((Rule::NotCommon, Mark::Later)));
    assert_eq!(last(Some(false)), Some((Rule::NotCommon, Mark::Met)));
    assert_eq!(last(Some(true)), Some((Rule::NotCommon, Mark::Unmet)));
    assert_eq!(
        problems(&policy, "a long common one", &[], Some(true)),
        Some(Problem::PasswordCommon)
    );
}
