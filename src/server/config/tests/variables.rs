//! The order of the sources; journeys; variables.

use secrecy::ExposeSecret;

use super::{ConfigError, Given, Mode, Outcome};

#[test]
fn later_sources_win_and_leave_the_rest_alone() -> Outcome {
    let mut given = Given::toml(
        "[site]\nname = \"one\"\n[reset]\ntries = 1\nresends = 1\n[limits]\nmessages_burst = 1\nmessages_per_hour = 1\n",
    )?;
    let two = given.file(
        "two.toml",
        "[reset]\ntries = 2\nresends = 2\n[limits]\nmessages_burst = 2\nmessages_per_hour = 2\n",
    )?;
    let three = given.file(
        "three.toml",
        "[reset]\nresends = 3\n[limits]\nmessages_burst = 3\nmessages_per_hour = 3\n",
    )?;
    given.file(
        "config/journeys/four.toml",
        "[limits]\nmessages_burst = 4\nmessages_per_hour = 4\n",
    )?;
    given.sources.files = vec![two, three];
    given.sources.journey = Some("four".to_owned());
    let config = given
        .variable("REKEY__LIMITS__MESSAGES_PER_HOUR", "5")
        .load()?;
    assert_eq!(config.site.name, "one".into());
    assert_eq!((config.reset.tries, config.reset.resends), (2, 3));
    assert_eq!(
        (
            config.limits.messages_burst,
            config.limits.messages_per_hour
        ),
        (4, 5)
    );
    Ok(())
}

#[test]
fn every_file_is_checked_even_where_a_later_one_wins() -> Outcome {
    let mut given = Given::toml("[reset]\ntries = 0\n")?;
    let own = given.file("own.toml", "[reset]\ntries = 3\nagain = 1\n")?;
    given.sources.files.push(own);
    let said = given.complaint();
    assert!(said.contains("Leptos.toml:2: `reset.tries`"), "{said}");
    assert!(said.contains("own.toml:3: `reset.again`"), "{said}");
    Ok(())
}

#[test]
fn an_unknown_journey_lists_what_exists() -> Outcome {
    let mut given = Given::toml("")?;
    given.sources.journey = Some("none".to_owned());
    assert_eq!(
        given.complaint(),
        "there is no journey `none`: there are amazon, kwick, orebro, visma, zoom; your own go into config/journeys"
    );
    given.file("config/journeys/bergen.toml", "")?;
    given.file("config/journeys/kwick.toml", "")?;
    given.file("config/journeys/README.md", "")?;
    assert_eq!(
        given.complaint(),
        "there is no journey `none`: there are amazon, bergen, kwick, orebro, visma, zoom; your own go into config/journeys"
    );
    let own = given.file("mine.toml", "[site]\nname = \"Mine\"\n")?;
    given.sources.journey = Some(own.display().to_string());
    assert_eq!(given.load()?.site.name, "Mine".into());
    Ok(())
}

#[test]
fn a_ready_journey_is_there_without_its_file() -> Outcome {
    let mut given = Given::toml("")?;
    for name in ["kwick", "zoom", "visma", "amazon", "orebro"] {
        given.sources.journey = Some(name.to_owned());
        let embedded = format!("{:?}", given.load()?);
        let path = format!("{}/config/journeys/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        given.sources.journey = Some(path);
        assert_eq!(embedded, format!("{:?}", given.load()?), "{name}");
    }
    given.file("config/journeys/zoom.toml", "[site]\nname = \"Mine\"\n")?;
    given.sources.journey = Some("zoom".to_owned());
    assert_eq!(
        given.load()?.site.name,
        "Mine".into(),
        "a file of one's own goes first"
    );
    Ok(())
}

#[test]
fn a_missing_file_is_an_error_but_leptos_toml_may_be_absent() -> Outcome {
    let mut given = Given::toml("")?;
    std::fs::remove_file(given.dir.path().join("Leptos.toml"))?;
    assert!(given.load().is_ok());
    given.sources.files.push("/nowhere/at/all.toml".into());
    assert!(matches!(given.load(), Err(ConfigError::Unreadable { .. })));
    Ok(())
}

#[test]
fn variables_have_the_same_rules_as_files() -> Outcome {
    let config = Given::toml("")?
        .variable("REKEY__SITE__TRUSTED_PROXIES", "10.0.0.0/8, ::1,")
        .variable("REKEY__LANGUAGES__OFFERED", "en,sv")
        .variable("REKEY__PASSWORD__MIN_LENGTH", " 20 ")
        .variable("REKEY__SUPPORT__CONTACT", "")
        .variable("REKEY_OTHER", "passed over")
        .variable("PATH", "/bin")
        .load()?;
    assert_eq!(config.site.trusted_proxies.len(), 2);
    assert_eq!(config.languages.offered.len(), 2);
    assert_eq!(config.password.policy().min_length, 20);
    assert_eq!(config.support.contact, None);
    for (name, value, said) in [
        (
            "REKEY__PASSWORD__MIN_LENGTH",
            "7",
            "`password.min_length` must be a whole number from 8 to 64",
        ),
        (
            "REKEY__RESET__AFTER",
            "later",
            "`reset.after` must be \"sign_in\" or \"signed_in\"",
        ),
        (
            "REKEY__SITE__LISTN",
            "x",
            "`site.listn` is not a key of [site], which has: listen",
        ),
        (
            "REKEY__SITE__LISTN",
            "",
            "`site.listn` is not a key of [site], which has: listen",
        ),
        ("REKEY__FAX__URL", "x", "`fax` is not a section"),
        (
            "REKEY__MAIL__RELAY",
            "x",
            "`mail.relay` is not a key of [mail], which has: sender, reply_to, hello_name, logo, relays, relay_url",
        ),
        (
            "REKEY__MAIL__RELAYS",
            "x",
            "`mail.relays` must be written in a file",
        ),
        ("REKEY__TEXTS__SV", "x", "`texts.sv` cannot be a variable"),
        ("REKEY__SITE", "x", "unknown variable"),
        ("REKEY____SITE", "x", "unknown variable"),
        ("REKEY__site__name", "x", "unknown variable"),
    ] {
        let complaint = Given::toml("")?.variable(name, value).complaint();
        assert!(
            complaint.contains(&format!("{name}: {said}")),
            "{complaint}"
        );
        assert!(!complaint.contains('\n'), "{complaint}");
    }
    let file_has_no_such_key = super::complaint("[mail]\nrelay_url = \"smtp://a.example\"\n")?;
    assert!(
        file_has_no_such_key.contains("is not a key of [mail]"),
        "{file_has_no_such_key}"
    );
    Ok(())
}

#[test]
fn the_database_has_a_file_of_its_own_in_development_and_its_url_can_lie_in_one() -> Outcome {
    let mut given = Given::toml("")?;
    assert_eq!(
        given.load()?.database.url.expose_secret(),
        "sqlite://var/rekey.db"
    );
    given.sources.mode = Mode::Dev;
    assert_eq!(
        given.load()?.database.url.expose_secret(),
        "sqlite://var/dev.db"
    );
    let file = given
        .file("url", "postgres://u:770077@host/rekey\n")?
        .display()
        .to_string();
    let given = given
        .variable("REKEY__DATABASE__URL", "sqlite://other.db")
        .variable("REKEY__DATABASE__URL_FILE", &file);
    assert_eq!(
        given.load()?.database.url.expose_secret(),
        "postgres://u:770077@host/rekey"
    );
    given.file("url", "mysql://u:770077@host\n")?;
    let said = given.complaint();
    assert!(
        said.starts_with("REKEY__DATABASE__URL_FILE: `database.url_file` must name"),
        "{said}"
    );
    assert!(!said.contains("7007"), "{said}");
    Ok(())
}
