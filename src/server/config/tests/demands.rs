//! Demands at start; weak settings.

use super::{Config, Given, Mode, Outcome};
use crate::server::config::is_loopback;

#[test]
fn real_use_demands_https_a_sender_and_a_relay() -> Outcome {
    let demands = Given::toml("")?.load()?.check(Mode::Production);
    assert_eq!(demands.err().map(|all| all.len()), Some(3));
    let http = "[site]\npublic_url = \"http://localhost:3000\"\n[mail]\nsender = \"rekey@example.org\"\n[[mail.relays]]\nhost = \"localhost\"\n";
    let config = Given::toml(http)?.load()?;
    let demands = config.check(Mode::Production).err().unwrap_or_default();
    assert_eq!(demands.len(), 1, "{demands:?}");
    assert!(
        demands
            .iter()
            .all(|demand| demand.contains("https address"))
    );
    assert_eq!(config.check(Mode::Dev), Ok(()));
    let https = http.replace("http:", "https:");
    assert_eq!(Given::toml(&https)?.load()?.check(Mode::Production), Ok(()));
    Ok(())
}

#[test]
fn what_is_missing_is_told_beside_what_is_wrong() -> Outcome {
    let said = Given::toml(
        "[site]\npublic_url = \"http://rekey.example.org\"\n[reset]\ntries = 0\n[password]\nbreached = \"file\"\n",
    )?
    .told();
    for wanted in [
        "Leptos.toml:4: `reset.tries` must be",
        "`password.breached_file` must be given",
        "Set [site] public_url (REKEY__SITE__PUBLIC_URL) to an https address",
        "Set [mail] sender",
        "Set a relay that takes mail",
    ] {
        let lines = said.lines().filter(|line| line.contains(wanted));
        assert_eq!(lines.count(), 1, "{wanted}: {said}");
    }
    Ok(())
}

/// A value that was given and refused is not also said to be missing.
#[test]
fn nothing_is_called_missing_that_is_wrong() -> Outcome {
    let said = Given::toml(
        "[site]\npublic_url = \"nonsense\"\n[mail]\nsender = \"nobody\"\n[[mail.relays]]\nport = 25\n[help]\nfeedback = true\nprivacy_url = \"nonsense\"\n",
    )?
    .told();
    assert!(!said.contains("Set "), "{said}");
    assert!(!said.contains("help.feedback"), "{said}");
    assert_eq!(said.lines().count(), 4, "{said}");
    // Of a file that cannot be read at all nobody knows what it says.
    let said = Given::toml("[site]\npublic_url = https\n")?.told();
    assert_eq!(said.lines().count(), 1, "{said}");
    Ok(())
}

#[test]
fn development_stays_on_this_machine() -> Outcome {
    for (text, allowed) in [
        ("", true),
        ("[site]\npublic_url = \"http://127.0.0.1:8080\"\n", true),
        (
            "[site]\npublic_url = \"http://rekey.localhost\"\nlisten = \"0.0.0.0:3000\"\n",
            true,
        ),
        (
            "[site]\npublic_url = \"https://rekey.example.org\"\n",
            false,
        ),
        ("[site]\nlisten = \"0.0.0.0:3000\"\n", false),
    ] {
        let mut given = Given::toml(text)?;
        given.sources.mode = Mode::Dev;
        let config = given.load()?;
        assert_eq!(config.check(Mode::Dev).is_ok(), allowed, "{text}");
        assert!(config.mail.sender.is_some(), "{text}");
    }
    for (host, here) in [
        ("localhost", true),
        ("LOCALHOST.", true),
        ("127.8.9.1", true),
        ("[::1]", true),
        ("::ffff:127.0.0.1", true),
        ("localhost.example.org", false),
        ("notlocalhost", false),
        ("127.0.0.1.example.org", false),
        ("0.0.0.0", false),
        ("", false),
    ] {
        assert_eq!(is_loopback(host), here, "{host}");
    }
    Ok(())
}

#[test]
fn what_is_weaker_is_named() -> Outcome {
    assert!(
        Config::built_in(Mode::Production)
            .weaker_than_default()
            .is_empty()
    );
    let text = "[password]\nmin_length = 8\ncharacters = \"letters_and_digits\"\nforbid_characters = \"åäö\"\nmax_age_days = 90\n[reset]\ncode_lifetime_mail = 60\nafter = \"signed_in\"\n[sessions]\nabsolute = 31\n[accounts]\nrequire_factor = \"nobody\"\n[limits]\nmessages_burst = 1\n";
    let weak = Given::toml(text)?.load()?.weaker_than_default();
    let keys: Vec<_> = weak
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let named = [
        "password.min_length",
        "reset.code_lifetime_mail",
        "sessions.absolute",
        "password.characters",
        "password.forbid_characters",
        "password.max_age_days",
        "reset.after",
        "accounts.require_factor",
    ];
    assert_eq!(keys, named);
    assert!(
        weak.iter()
            .any(|line| line.contains("(days) is 31, above 30 ("))
    );
    assert!(
        weak.iter()
            .any(|line| line.contains("(minutes) is 60, above 30 ("))
    );
    Ok(())
}
