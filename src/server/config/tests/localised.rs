//! Names, contacts and sentences in one language or in several.

use super::{Config, Given, Outcome, complaint};
use crate::server::config::{Localised, Reason};
use crate::texts::Language;

/// What readers of Swedish, Norwegian and English are shown, each with its language where it is known to be another.
fn shown(config: &Config, words: &Localised) -> String {
    Language::ALL
        .map(|language| {
            let wording = words.in_language(language, &config.languages);
            match wording.lang() {
                Some(lang) => format!("{}:{lang}", wording.words),
                None => wording.words.to_owned(),
            }
        })
        .join(" ")
}

fn name(given: &Given) -> Result<String, Box<dyn std::error::Error>> {
    let config = given.load()?;
    Ok(shown(&config, &config.site.name))
}

#[test]
fn a_string_is_for_all_languages_and_a_table_for_its_own() -> Outcome {
    for (toml, expected) in [
        ("", "Rekey Rekey Rekey"),
        ("[site]\nname = \"A\"\n", "A A A"),
        (
            "[site]\nname = { sv = \"A\", nb = \"B\", en = \"C\" }\n",
            "A B C",
        ),
        // In the default language, where there is one.
        ("[site]\nname = { sv = \"A\", en = \"C\" }\n", "A A:sv C"),
        (
            "[site]\nname = { nb = \"B\", en = \"C\" }\n[languages]\ndefault = \"en\"\n",
            "C:en B C",
        ),
        // Then in those that are offered, in their order.
        (
            "[site.name]\nnb = \"B\"\nen = \"C\"\n[languages]\noffered = [\"en\", \"sv\", \"nb\"]\n",
            "C:en B C",
        ),
        // One language says which it is in, and is shown in all.
        ("[site]\nname.nb = \"B\"\n", "B:nb B B:nb"),
    ] {
        assert_eq!(name(&Given::toml(toml)?)?, expected, "{toml}");
    }
    Ok(())
}

#[test]
fn a_later_string_replaces_and_a_later_table_adds() -> Outcome {
    let table = "[site]\nname = { sv = \"A\", nb = \"B\" }\n";
    let string = "[site]\nname = \"S\"\n";
    for (first, second, expected) in [
        (table, string, "S S S"),
        (string, table, "A B S"),
        (
            table,
            "[site]\nname = { nb = \"N\", en = \"C\" }\n",
            "A N C",
        ),
    ] {
        let mut given = Given::toml(first)?;
        let own = given.file("own.toml", second)?;
        given.sources.files.push(own);
        assert_eq!(name(&given)?, expected, "{first} {second}");
    }
    Ok(())
}

#[test]
fn variables_name_the_language_at_their_end() -> Outcome {
    let table = "[site]\nname = { sv = \"A\", nb = \"B\" }\n";
    let given = Given::toml(table)?.variable("REKEY__SITE__NAME__EN", " C ");
    assert_eq!(name(&given)?, "A B C");
    let given = Given::toml("[site]\nname = \"A\"\n")?
        .variable("REKEY__SITE__NAME__EN", "C")
        .variable("REKEY__SITE__NAME__NB", "");
    assert_eq!(name(&given)?, "A A C");
    // Whatever their order, the one for all languages comes first.
    let given = Given::toml(table)?
        .variable("REKEY__SITE__NAME__EN", "C")
        .variable("REKEY__SITE__NAME", "S");
    assert_eq!(name(&given)?, "S S C");
    let given = Given::toml("")?.variable("REKEY__HELP__DATA_PROTECTION_OFFICER__SV", "Ombud");
    let config = given.load()?;
    let officer = config.help.law.data_protection_officer.as_ref();
    let officer = officer.ok_or("no officer")?;
    assert_eq!(shown(&config, officer), "Ombud Ombud:sv Ombud:sv");
    Ok(())
}

#[test]
fn everything_that_people_read_can_have_languages() -> Outcome {
    let text = "[accounts]\nportal_name = { sv = \"A\", en = \"C\" }\n\
        [[accounts.federated]]\nid = \"sso\"\nname = { sv = \"A\", en = \"C\" }\nreset_url = \"https://sso.example\"\n\
        [support]\ncontact.sv = \"A\"\ncontact.en = \"C\"\nunknown_address = { sv = \"A\", en = \"C\" }\n\
        no_password = { sv = \"A\", en = \"C\" }\nno_phone = { sv = \"A\", en = \"C\" }\n\
        mail_blocked = { sv = \"A\", en = \"C\" }\nlost_everything = { sv = \"A\", en = \"C\" }\n\
        [help]\ncontroller = { sv = \"A\", en = \"C\" }\naccessibility_contact = { sv = \"A\", en = \"C\" }\n\
        accessibility_assessor = { sv = \"A\", en = \"C\" }\nprivacy_contact = { sv = \"A\", en = \"C\" }\n\
        data_protection_officer = { sv = \"A\", en = \"C\" }\n\
        accessibility_shortcomings = [\"S\", { sv = \"A\", en = \"C\" }]\nrecipients = [{ sv = \"A\", en = \"C\" }]\n";
    let config = Given::toml(text)?.load()?;
    let (accounts, support, help) = (&config.accounts, &config.support, &config.help);
    let law = &help.law;
    for words in [
        accounts.portal_name.as_ref(),
        accounts.federated.first().map(|service| &service.name),
        support.contact.as_ref(),
        support.unknown_address.as_ref(),
        support.no_password.as_ref(),
        support.no_phone.as_ref(),
        support.mail_blocked.as_ref(),
        support.lost_everything.as_ref(),
        help.controller.as_ref(),
        law.accessibility_contact.as_ref(),
        law.accessibility_assessor.as_ref(),
        law.privacy_contact.as_ref(),
        law.data_protection_officer.as_ref(),
        law.accessibility_shortcomings.get(1),
        law.recipients.first(),
    ] {
        assert_eq!(shown(&config, words.ok_or("not read")?), "A A:sv C");
    }
    assert_eq!(law.accessibility_shortcomings.first(), Some(&"S".into()));
    let given = Given::toml("")?.variable("REKEY__HELP__RECIPIENTS", "the host, the relay");
    let recipients = given.load()?.help.law.recipients;
    assert_eq!(recipients, ["the host".into(), "the relay".into()]);
    Ok(())
}

#[test]
fn what_cannot_be_shown_is_refused_with_its_place() -> Outcome {
    const LINE: &str = "must be one line of 1 to 60 characters";
    const EITHER: &str = "must be one line of 1 to 60 characters, or a table with one for each language, such as { sv = \"…\", en = \"…\" }";
    let long = "å".repeat(61);
    for (value, said) in [
        (
            "{ sv = \"A\", de = \"D\" }",
            "`site.name.de` is not a language; there are: sv, nb, en".to_owned(),
        ),
        (
            "{ no = \"B\" }",
            "`site.name.no` is not a language; there are: sv, nb, en".to_owned(),
        ),
        (
            "{}",
            "`site.name` must have at least one language; there are: sv, nb, en".to_owned(),
        ),
        ("\" \"", format!("`site.name` {EITHER}")),
        ("7", format!("`site.name` {EITHER}")),
        ("[\"A\"]", format!("`site.name` {EITHER}")),
        ("{ en = \"\" }", format!("`site.name.en` {LINE}")),
        ("{ en = true }", format!("`site.name.en` {LINE}")),
        ("{ en = { sv = \"A\" } }", format!("`site.name.en` {LINE}")),
        (
            &format!("{{ en = \"{long}\" }}"),
            format!("`site.name.en` {LINE}"),
        ),
    ] {
        let complaint = complaint(&format!("[site]\nname = {value}\n"))?;
        assert_eq!(complaint, format!("Leptos.toml:2: {said}"), "{value}");
    }
    for (name, value, said) in [
        (
            "REKEY__SITE__NAME__DE",
            "D",
            "`site.name.de` is not a language; there are: sv, nb, en",
        ),
        (
            "REKEY__SITE__NAME__DE",
            "",
            "`site.name.de` is not a language; there are: sv, nb, en",
        ),
        (
            "REKEY__SITE__NAME__EN",
            long.as_str(),
            "`site.name.en` must be one line of 1 to 60 characters",
        ),
        (
            "REKEY__SITE__LISTEN__EN",
            "x",
            "`site.listen__en` is not a key of [site], which has: listen, public_url, name, logo, colours, time_zone, trusted_proxies, hsts_subdomains",
        ),
    ] {
        let complaint = Given::toml("")?.variable(name, value).complaint();
        assert_eq!(complaint, format!("{name}: {said}"));
    }
    for (value, said) in [
        (
            "\"A\"",
            "`help.recipients` must be a list of which each is one line of 1 to 200 characters, or a table with one for each language, such as { sv = \"…\", en = \"…\" }",
        ),
        (
            "[\"A\", { de = \"D\" }]",
            "`help.recipients.de` is not a language; there are: sv, nb, en",
        ),
        (
            "[\"A\", \"A\"]",
            "`help.recipients` must have each line once",
        ),
    ] {
        let complaint = complaint(&format!("[help]\nrecipients = {value}\n"))?;
        assert_eq!(complaint, format!("Leptos.toml:2: {said}"), "{value}");
    }
    let in_a_file = complaint("[site]\nname__en = \"C\"\n")?;
    assert!(
        in_a_file.contains("`site.name__en` is not a key of [site]"),
        "{in_a_file}"
    );
    Ok(())
}

/// Nobody reads of a ready journey in another language than their own (rows Z5 and V2 of the walk).
#[test]
fn the_ready_journeys_say_everything_in_every_language() -> Outcome {
    for journey in ["amazon", "kwick", "orebro", "visma", "zoom"] {
        let mut given = Given::toml("")?;
        given.sources.journey = Some(journey.to_owned());
        let config = given.load()?;
        let (accounts, support, help) = (&config.accounts, &config.support, &config.help);
        let contacts = Reason::ALL.map(|reason| support.own(reason));
        let all = [Some(&config.site.name), accounts.portal_name.as_ref()]
            .into_iter()
            .chain([support.contact.as_ref(), help.controller.as_ref()])
            .chain(contacts)
            .flatten()
            .chain(accounts.federated.iter().map(|service| &service.name));
        let said: Vec<String> = all.map(|words| shown(&config, words)).collect();
        for words in &said {
            assert!(!words.contains(":sv") && !words.contains(":nb"), "{words}");
        }
        let asked = match journey {
            "zoom" => Some("Till Zoom-portalen Til Zoom-portalen Go to the Zoom portal"),
            "visma" => Some(
                "Fråga den som ansvarar för löner på ditt företag. Spør den som har ansvar for lønn i firmaet ditt. Ask whoever is in charge of payroll at your company.",
            ),
            _ => None,
        };
        assert!(
            asked.is_none_or(|asked| said.iter().any(|words| words == asked)),
            "{said:?}"
        );
    }
    Ok(())
}
