//! Relays, and secrets that no error and no `Debug` may show.

use secrecy::ExposeSecret;

use super::{Given, Outcome, complaint};
use crate::server::config::{Relay, Security};

fn password(relay: &Relay) -> Option<&str> {
    relay.password.as_ref().map(ExposeSecret::expose_secret)
}

#[test]
fn relays_keep_their_order_and_have_the_usual_ports() -> Outcome {
    let config = Given::toml(
        "[[mail.relays]]\nhost = \"a.example\"\n[[mail.relays]]\nhost = \"b.example\"\nsecurity = \"tls\"\ntimeout_seconds = 5\n[[mail.relays]]\nhost = \"::1\"\nsecurity = \"none\"\nport = 1025\n",
    )?
    .load()?;
    let seen: Vec<_> = config
        .mail
        .relays
        .iter()
        .map(|relay| {
            (
                relay.host.as_str(),
                relay.port,
                relay.security,
                relay.timeout.as_secs(),
            )
        })
        .collect();
    let meant = [
        ("a.example", 587, Security::Starttls, 10),
        ("b.example", 465, Security::Tls, 5),
        ("::1", 1025, Security::None, 10),
    ];
    assert_eq!(seen, meant);
    Ok(())
}

#[test]
fn a_relay_is_checked_at_its_own_lines() -> Outcome {
    for (lines, said) in [
        (
            "security = \"none\"\nhost = \"mail.example\"",
            "Leptos.toml:2: `mail.relays.security` may be \"none\" only for a relay on this machine",
        ),
        (
            "port = 25",
            "Leptos.toml:1: `mail.relays.host` must be given",
        ),
        (
            "host = \"a b\"",
            "Leptos.toml:2: `mail.relays.host` must be a host name",
        ),
        (
            "host = \"a.example:25\"",
            "Leptos.toml:2: `mail.relays.host` must be a host name",
        ),
        (
            "host = \"a.example\"\nport = 0",
            "Leptos.toml:3: `mail.relays.port` must be a whole number from 1 to 65535",
        ),
        (
            "host = \"a.example\"\nsecurity = \"ssl\"",
            "Leptos.toml:3: `mail.relays.security` must be \"starttls\"",
        ),
        (
            "host = \"a.example\"\nusername = \"a\"",
            "Leptos.toml:3: `mail.relays.username` is not a key of [mail.relays], which has: host",
        ),
        (
            "host = \"a.example\"\npassword_file = \"/nowhere/at/all\"",
            "Leptos.toml:3: `mail.relays.password_file` must name a file",
        ),
        (
            "host = \"a.example\"\nuser = \"a\"",
            "all sources together: `mail.relays a.example` has a user but no password",
        ),
        (
            "host = \"a.example\"\npassword = \"a\"",
            "all sources together: `mail.relays a.example` has a password but no user",
        ),
    ] {
        let complaint = complaint(&format!("[[mail.relays]]\n{lines}\n"))?;
        assert!(complaint.starts_with(said), "{lines}: {complaint}");
        assert!(!complaint.contains('\n'), "{lines}: {complaint}");
    }
    let table = complaint("[mail.relays]\nhost = \"a.example\"\n")?;
    assert!(
        table.contains("each relay under its own [[mail.relays]]"),
        "{table}"
    );
    Ok(())
}

#[test]
fn later_relays_replace_earlier_ones() -> Outcome {
    let mut given = Given::toml("[[mail.relays]]\nhost = \"old.example\"\n")?;
    let own = given.file("own.toml", "[[mail.relays]]\nhost = \"new.example\"\n")?;
    given.sources.files.push(own);
    let hosts: Vec<_> = given
        .load()?
        .mail
        .relays
        .into_iter()
        .map(|relay| relay.host)
        .collect();
    assert_eq!(hosts, ["new.example"]);
    Ok(())
}

#[test]
fn a_password_can_lie_in_a_file() -> Outcome {
    let mut given = Given::toml("")?;
    let secret = given.file("secret", "two words \r\n")?;
    let relay = format!(
        "[[mail.relays]]\nhost = \"a.example\"\nuser = \"u\"\npassword_file = '{}'\n",
        secret.display()
    );
    let own = given.file("own.toml", &relay)?;
    given.sources.files.push(own);
    let config = given.load()?;
    assert_eq!(
        config.mail.relays.first().and_then(password),
        Some("two words ")
    );
    given.file("own.toml", &format!("{relay}password = \"x\"\n"))?;
    assert!(
        given
            .complaint()
            .contains("`mail.relays.password_file` cannot stand beside password")
    );
    Ok(())
}

#[test]
fn one_variable_makes_a_relay() -> Outcome {
    for (url, meant) in [
        (
            "smtp://u%40x:p%2Fq+r@mail.example:2525?security=tls",
            (
                "mail.example",
                2525,
                Security::Tls,
                Some("u@x"),
                Some("p/q+r"),
            ),
        ),
        (
            "smtp://mail.example",
            ("mail.example", 587, Security::Starttls, None, None),
        ),
        (
            "smtp://[::1]:1025?security=none",
            ("::1", 1025, Security::None, None, None),
        ),
        (
            "smtp://127.0.0.1/?security=none",
            ("127.0.0.1", 25, Security::None, None, None),
        ),
    ] {
        let config = Given::toml("")?
            .variable("REKEY__MAIL__RELAY_URL", url)
            .load()?;
        let seen: Vec<_> = config
            .mail
            .relays
            .iter()
            .map(|relay| {
                (
                    relay.host.as_str(),
                    relay.port,
                    relay.security,
                    relay.user.as_deref(),
                    password(relay),
                )
            })
            .collect();
        assert_eq!(seen, [meant], "{url}");
    }
    for url in [
        "smtp://u:hunter2@mail.example?security=none",
        "smtp://u:hunter2@mail.example?secure=tls",
        "smtp://u:hunter2@mail.example/path",
        "smtp://u:hunter2%zz@mail.example",
        "smtp://u:hunter2%2@mail.example",
        "smtps://u:hunter2@mail.example",
        "u:hunter2@mail.example",
        "smtp://u:hunter2@",
        "hunter2",
    ] {
        let said = Given::toml("")?
            .variable("REKEY__MAIL__RELAY_URL", url)
            .complaint();
        assert!(
            said.starts_with("REKEY__MAIL__RELAY_URL: `mail.relay_url` m"),
            "{url}: {said}"
        );
        assert!(!said.contains("hunter"), "{said}");
    }
    Ok(())
}

#[test]
fn a_password_file_can_be_named_by_a_variable() -> Outcome {
    let given = Given::toml("[[mail.relays]]\nhost = \"a.example\"\nuser = \"u\"\n")?;
    let secret = given.file("secret", "pass\n")?.display().to_string();
    let given = given.variable("REKEY__MAIL__RELAY_PASSWORD_FILE", &secret);
    assert_eq!(
        given.load()?.mail.relays.first().and_then(password),
        Some("pass")
    );
    let two = given.variable("REKEY__MAIL__RELAY_URL", "smtp://b.example");
    assert!(two.complaint().contains("needs exactly one relay"));
    let none = Given::toml("")?.variable("REKEY__MAIL__RELAY_PASSWORD_FILE", &secret);
    assert!(none.complaint().contains("needs exactly one relay"));
    Ok(())
}

#[test]
fn no_error_repeats_what_may_be_a_secret() -> Outcome {
    for text in [
        "[[mail.relays]]\nhost = \"a.example\"\npassword = 770077\n",
        "[[mail.relays]]\nhost = \"a.example\"\npassword = hunter770077\n",
        "[[mail.relays]]\nhost = \"a.example\"\npassword = \"hunter770077\nport = 1\n",
        "[[mail.relays]]\nhost = \"a.example\"\npassword = \"770077\"\n",
        "[[mail.relays]]\nhost = \"a.example\"\npassword = [\"770077\"]\n",
        "[[mail.relays]]\nhost = \"a.example\"\npassword = '770077\\u0000' x\n",
        "[[mail.relays]]\nhost = \"a.example\"\npassword = \"\\770077\"\n",
        "[[mail.relays]]\nhost = \"a.example\"\npassword = 770077e\n",
        "[database]\nurl = \"mariadb://u:770077@host\"\n",
    ] {
        let said = complaint(text)?;
        assert!(
            said.starts_with("Leptos.toml:") || said.starts_with("all "),
            "{text}: {said}"
        );
        assert!(!said.contains("7007"), "{said}");
        let error = Given::toml(text)?.load().err();
        assert!(!format!("{error:?}").contains("7007"), "{error:?}");
    }
    Ok(())
}

#[test]
fn debug_shows_no_secret() -> Outcome {
    let config = Given::toml("[database]\nurl = \"postgres://u:770077@host/rekey\"\n")?
        .variable("REKEY__MAIL__RELAY_URL", "smtp://u:880088@b.example")
        .load()?;
    let shown = format!("{config:?}");
    assert!(
        !shown.contains("7007") && !shown.contains("8008"),
        "{shown}"
    );
    Ok(())
}
