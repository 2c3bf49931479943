//! Name, logo, colours, contacts, services to sign in through, and senders: what an organisation makes its own.

use super::{Given, Outcome, complaint};
use crate::server::config::Reason;

/// A logo that mails can carry.
pub(super) const PNG: &[u8] = include_bytes!("../../../../tests/fixtures/logo.png");

#[test]
fn colours_that_cannot_be_read_on_are_refused_with_their_ratio() -> Outcome {
    for (lines, said) in [
        (
            "accent = \"#8fd3de\"\naccent_dark = \"#74c6d3\"",
            "Leptos.toml:2: `site.colours.accent` has a contrast of 1.",
        ),
        (
            "accent = \"#0b5966\"\naccent_dark = \"#0b5966\"",
            "Leptos.toml:3: `site.colours.accent_dark` has a contrast of ",
        ),
        (
            "accent = \"teal\"",
            "Leptos.toml:2: `site.colours.accent` must be a colour of six hexadecimal digits",
        ),
        (
            "accent = \"#0b5966\"",
            "all sources together: `site.colours` needs both accent and accent_dark",
        ),
    ] {
        let complaint = complaint(&format!("[site.colours]\n{lines}\n"))?;
        assert!(complaint.starts_with(said), "{lines}: {complaint}");
        assert!(!complaint.contains('\n'), "{lines}: {complaint}");
    }
    let config =
        Given::toml("[site]\ncolours = { accent = \"#7a1f5c\", accent_dark = \"#f0a8d4\" }\n")?
            .load()?;
    let (sheet, _) = config.site.colours.style_sheet().ok_or("no sheet")?;
    let (light, dark) = sheet.split_once("@media").ok_or("no dark twin")?;
    assert!(light.contains("--accent: #7a1f5c;") && light.contains("--on-accent: #ffffff;"));
    assert!(dark.contains("--accent: #f0a8d4;"));
    Ok(())
}

#[test]
fn a_logo_is_a_small_picture() -> Outcome {
    let mut given = Given::toml("")?;
    for (name, content, said) in [
        ("logo.svg", "<svg xmlns='x'/>".to_owned(), ""),
        (
            "page.svg",
            "<html></html>".to_owned(),
            "must name a picture in SVG or PNG",
        ),
        (
            "big.svg",
            format!("<svg>{}</svg>", " ".repeat(64 * 1024)),
            "must name a file of at most 64 KiB",
        ),
    ] {
        let logo = given.file(name, &content)?;
        let text = format!("[site]\nlogo = '{}'\n", logo.display());
        let own = given.file("own.toml", &text)?;
        given.sources.files = vec![own];
        match said {
            "" => assert!(given.load()?.site.logo.is_some()),
            said => assert_eq!(given.complaint(), format!("own.toml:2: `site.logo` {said}")),
        }
    }
    let none = complaint("[site]\nlogo = '/nowhere/at/all.svg'\n")?;
    assert!(none.starts_with("Leptos.toml:2: `site.logo` must name a file that can be read"));
    Ok(())
}

#[test]
fn a_reason_without_a_contact_of_its_own_has_the_general_one() -> Outcome {
    let support = Given::toml("[support]\ncontact = \"everybody\"\nno_phone = \"the boss\"\n")?
        .load()?
        .support;
    assert_eq!(
        support.for_reason(Some(Reason::NoPhone)),
        Some(&"the boss".into())
    );
    assert_eq!(
        support.for_reason(Some(Reason::MailBlocked)),
        Some(&"everybody".into())
    );
    assert_eq!(support.own(Reason::MailBlocked), None);
    assert_eq!(support.for_reason(None), Some(&"everybody".into()));
    Ok(())
}

#[test]
fn mails_have_the_logo_that_they_can_carry() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, content: &[u8]| -> Result<String, Box<dyn std::error::Error>> {
        let path = folder.path().join(name);
        std::fs::write(&path, content)?;
        Ok(path.display().to_string())
    };
    let mut large = PNG.to_vec();
    // The width that its header tells: 513.
    large[16..20].copy_from_slice(&513_u32.to_be_bytes());
    let (svg, png) = (file("a.svg", b"<svg xmlns='x'/>")?, file("b.png", PNG)?);
    let (large, headless) = (file("c.png", &large)?, file("d.png", b"\x89PNG\r\n\x1a\n")?);
    let site = |logo: &str| format!("[site]\nlogo = '{logo}'\n");
    let mail = |logo: &str| format!("[mail]\nlogo = '{logo}'\n");
    for (text, has, why) in [
        (String::new(), false, None),
        (site(&png), true, None),
        (site(&svg), false, Some("is an SVG")),
        (site(&large), false, Some("has 513 x 160 pixels")),
        (site(&headless), false, Some("does not say how large it is")),
        (site(&svg) + &mail(&png), true, None),
        (mail(&png), true, None),
    ] {
        let config = Given::toml(&text)?.load()?;
        assert_eq!(config.mail_logo().is_some(), has, "{text}");
        let said = config.why_mails_lack_the_logo();
        let begin = why.map(|why| format!("site.logo {why}"));
        assert_eq!(said.is_some(), begin.is_some(), "{said:?}");
        let begins = |(said, begin): (String, String)| said.starts_with(&begin);
        assert!(said.zip(begin).is_none_or(begins), "{text}");
    }
    for (logo, said) in [
        (&svg, "is an SVG, which mail programs do not draw"),
        (
            &large,
            "has 513 x 160 pixels, and a mail takes at most 512 a side",
        ),
        (&file("e.gif", b"GIF89a")?, "must name a picture in PNG"),
    ] {
        let complaint = complaint(&mail(logo))?;
        assert_eq!(complaint, format!("Leptos.toml:2: `mail.logo` {said}"));
    }
    Ok(())
}

#[test]
fn feedback_needs_somebody_who_answers_for_it() -> Outcome {
    let said = complaint("[help]\nfeedback = true\ncontroller = \"Kommunen\"\n")?;
    assert!(said.contains("`help.feedback` is true: set help.privacy_url"));
    let said = complaint("[help]\nfeedback = \"yes\"\n")?;
    assert_eq!(said, "Leptos.toml:2: `help.feedback` must be true or false");
    let help = Given::toml("[help]\nprivacy_url = \"https://example.org/p\"\n")?
        .variable("REKEY__HELP__FEEDBACK", "true")
        .variable("REKEY__HELP__CONTROLLER", "Kommunen")
        .variable("REKEY__HELP__UPDATED", "2026-11-30")
        .load()?
        .help;
    assert!(help.feedback);
    assert_eq!(
        help.updated.map(|date| date.to_string()).as_deref(),
        Some("2026-11-30")
    );
    Ok(())
}

#[test]
fn a_service_to_sign_in_through_has_an_id_a_name_and_an_address() -> Outcome {
    const GOOGLE: &str = "[[accounts.federated]]\nid = \"google\"\nname = \"Google\"\nreset_url = \"https://accounts.google.com/signin/recovery\"\n";
    let found = Given::toml(GOOGLE)?.load()?.accounts.federated;
    let ids: Vec<_> = found.iter().map(|each| (&*each.id, &each.name)).collect();
    assert_eq!(ids, [("google", &"Google".into())]);
    for (text, said) in [
        (
            GOOGLE.replace("id = \"google\"\n", ""),
            "Leptos.toml:1: `accounts.federated.id` must be given",
        ),
        (
            GOOGLE.replace("\"google\"", "\"Google!\""),
            "Leptos.toml:2: `accounts.federated.id` must be 1 to 30 lower-case letters",
        ),
        (
            GOOGLE.replace("https://", "javascript:"),
            "Leptos.toml:4: `accounts.federated.reset_url` must be an address",
        ),
        (
            GOOGLE.repeat(2),
            "Leptos.toml:5: `accounts.federated.id` must be another one for each service",
        ),
        (
            "[accounts]\nfederated = \"google\"\n".to_owned(),
            "Leptos.toml:2: `accounts.federated` must be written in a file",
        ),
    ] {
        let complaint = complaint(&text)?;
        assert!(complaint.starts_with(said), "{complaint}");
    }
    Ok(())
}

#[test]
fn each_relay_may_have_a_sender_of_its_own() -> Outcome {
    let two = |first: &str, second: &str| {
        format!(
            "[[mail.relays]]\nhost = \"a.example\"\n{first}\n[[mail.relays]]\nhost = \"b.example\"\n{second}\n"
        )
    };
    let common = "[mail]\nsender = \"A <a@example.org>\"\n";
    for (text, senders) in [
        (common.to_owned(), vec!["a@example.org"]),
        (common.to_owned() + &two("", ""), vec!["a@example.org"]),
        (
            common.to_owned() + &two("", "sender = \"B <b@example.net>\""),
            vec!["a@example.org", "b@example.net"],
        ),
        (
            common.to_owned()
                + &two(
                    "sender = \"c@example.org\"",
                    "sender = \"C <c@example.org>\"",
                ),
            vec!["c@example.org"],
        ),
    ] {
        let mail = Given::toml(&text)?.load()?.mail;
        let found: Vec<_> = mail.senders().iter().map(ToString::to_string).collect();
        assert_eq!(found, senders, "{text}");
    }
    let own = two("sender = \"a@example.org\"", "sender = \"b@example.org\"");
    let config = Given::toml(&format!(
        "[site]\npublic_url = \"https://rekey.test\"\n{own}"
    ))?
    .load()?;
    assert_eq!(
        config.check(crate::server::config::Mode::Production),
        Ok(())
    );
    let half = own.replacen("sender = \"a@example.org\"", "", 1);
    let config = Given::toml(&format!(
        "[site]\npublic_url = \"https://rekey.test\"\n{half}"
    ))?
    .load()?;
    let demands = config.check(crate::server::config::Mode::Production);
    assert!(demands.is_err_and(|all| all.len() == 1 && all[0].contains("sender")));
    Ok(())
}
