//! Every line of `tests/vectors/identifiers.json`, and what holds of all identifiers.

use serde::Deserialize;

use super::*;
use crate::rules::channel::Channel;
use crate::rules::identifier::{Kind, check};
use crate::server::config::CallingCode;

/// What is typed, and how it is read: an address, a number, a user name, or nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    typed: String,
    kind: Option<String>,
    /// As it is compared.
    canonical: Option<String>,
    /// Where messages go.
    goes_to: Option<String>,
    shown: Option<String>,
    #[serde(default)]
    refused: bool,
    #[serde(default, rename = "why")]
    _why: String,
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("../../../tests/vectors/identifiers.json");
    serde_json::from_str(text).unwrap()
}

#[test]
fn are_read_as_the_table_says() {
    let vectors = vectors();
    assert!(vectors.len() >= 80, "{}", vectors.len());
    for vector in vectors {
        let typed = &vector.typed;
        let checked = check(typed).unwrap_or_else(|why| panic!("{typed:?}: {why:?}"));
        let found = read(checked);
        if vector.refused {
            assert_eq!(found, Err(NotAnAddress), "{typed:?}");
            assert!(address::read(checked).is_err(), "{typed:?}");
            continue;
        }
        let found = found.unwrap_or_else(|_| panic!("{typed:?}"));
        let kind = match found.kind {
            Kind::Mail => "mail",
            Kind::Phone => "phone",
            Kind::UserName => "user_name",
        };
        assert_eq!(Some(kind), vector.kind.as_deref(), "{typed:?}");
        let (canonical, goes_to) = match found.kind {
            Kind::Mail => {
                let address = address::read(checked).unwrap();
                (address.compared(), Some(address.as_str().to_owned()))
            }
            Kind::Phone => (found.phone.clone().unwrap(), found.phone.clone()),
            Kind::UserName => (found.text.clone(), None),
        };
        assert_eq!(Some(canonical), vector.canonical, "{typed:?}");
        assert_eq!(goes_to, vector.goes_to, "{typed:?}");
        let shown = goes_to.map(|to| match found.kind {
            Kind::Phone => shown(&CallingCode::SWEDEN, Channel::Sms, &to),
            _ => shown(&CallingCode::SWEDEN, Channel::Mail, &to),
        });
        assert_eq!(shown, vector.shown, "{typed:?}");
    }
}

#[test]
fn are_read_the_same_once_stored_or_shown() {
    for vector in vectors() {
        let Some(to) = &vector.goes_to else { continue };
        for again in [to, vector.shown.as_ref().unwrap()] {
            match vector.kind.as_deref() {
                Some("mail") => assert_eq!(address::read(again).unwrap().as_str(), to),
                _ => assert_eq!(number::read(again).as_ref(), Some(to)),
            }
        }
    }
}

#[test]
fn what_only_looks_like_ascii_stays_apart() {
    for (typed, victim) in [
        ("mıke", "mike"),
        ("mİke", "mike"),
        ("mi\u{212a}e", "mike"),
        ("a\u{37e}b", "a;b"),
        ("fuß", "fuss"),
        ("ｍｉｋｅ", "mike"),
    ] {
        assert_ne!(user_name(typed), user_name(victim), "{typed}");
    }
    assert_eq!(user_name("MI\u{212a}E"), "mi\u{212a}e");
    assert_eq!(user_name("A\u{30a}SA"), "åsa");
    assert_eq!(user_name("J\u{30c}an"), "\u{1f0}an");
    assert_eq!(user_name("an\u{200b}na\u{2069}"), "anna");
    assert_eq!(user_name("anna\u{a0}berg"), "anna berg");
    assert_eq!(user_name("19701225\u{2212}1234"), "19701225-1234");
}

#[test]
fn one_mailbox_is_counted_once() {
    for (one, other) in [
        ("anna+a@demo.example", "anna+b@demo.example"),
        ("anna+a@demo.example", "anna@demo.example"),
        ("an.na@gmail.com", "anna+x@googlemail.com"),
    ] {
        assert_eq!(counted(Channel::Mail, one), counted(Channel::Mail, other));
    }
    assert_ne!(
        counted(Channel::Mail, "an.na@demo.example"),
        counted(Channel::Mail, "anna@demo.example")
    );
    assert_eq!(counted(Channel::Mail, "+a@demo.example"), "+a@demo.example");
}

#[test]
fn an_operator_sees_enough_and_no_more() {
    assert_eq!(masked(Channel::Mail, "anna@demo.example"), "a…@d….example");
    assert_eq!(masked(Channel::Mail, "anna@localhost"), "a…@l….");
    assert_eq!(masked(Channel::Sms, "+46701740605"), "…05");
}

#[test]
fn user_names_that_look_like_another_are_told() {
    for name in [
        "\u{ff41}nna",
        "\u{430}nna",
        "ann\u{3b1}",
        "o\u{fb03}ce",
        "anna\u{b2}",
        "\u{1d41a}nna",
        "\u{212a}ari",
        "an\u{2024}na",
    ] {
        assert!(looks_like_another(name), "{name:?}");
    }
    for name in [
        "anna",
        "Åsa.Öberg-2",
        "A\u{30a}sa",
        "anna_berg",
        "19701225-1234",
        "анна",
        "анна.1",
        "Ελένη",
        "田中さん",
        "tanaka田中",
        "محمد",
        "김철수",
    ] {
        assert!(!looks_like_another(name), "{name:?}");
    }
}
