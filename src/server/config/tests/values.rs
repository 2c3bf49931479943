//! Types, ranges, unknown keys, places.

use super::{Config, Given, Mode, Outcome, complaint};
use crate::server::config::{After, RequireFactor};
use crate::texts::Language;

#[test]
fn nothing_said_means_the_built_in_values() -> Outcome {
    let config = Given::toml("")?.load()?;
    assert_eq!(
        format!("{config:?}"),
        format!("{:?}", Config::built_in(Mode::Production))
    );
    assert_eq!(config.reset.code_lifetime_mail, 30);
    assert_eq!(config.password.policy().min_length, 15);
    Ok(())
}

#[test]
fn values_are_taken() -> Outcome {
    let config = Given::toml(
        r#"
        [site]
        listen = "[::1]:0"
        public_url = "https://Rekey.Example.org/"
        name = " Glömt? "
        trusted_proxies = ["10.1.2.3", "192.168.7.9/16", "fd00::/8"]
        [reset]
        identifiers = ["user_name"]
        code_lifetime_mail = 60
        after = "signed_in"
        [sessions]
        absolute = 7
        [languages]
        offered = ["en", "nb"]
        default = "nb"
        [accounts]
        portal_url = "https://portal.example.org/start?from=rekey"
        require_factor = "everybody"
        "#,
    )?
    .load()?;
    let bound = "127.0.0.1:4711".parse()?;
    assert_eq!(config.site.origin(bound), "https://rekey.example.org");
    assert_eq!(config.site.name, "Glömt?".into());
    assert!(config.site.trusts("10.1.2.3".parse()?));
    assert!(config.site.trusts("::ffff:10.1.2.3".parse()?));
    assert!(config.site.trusts("192.168.1.1".parse()?));
    assert!(!config.site.trusts("10.1.2.4".parse()?));
    assert_eq!(config.reset.code_lifetime_mail, 60);
    assert_eq!(config.reset.after, After::SignedIn);
    assert_eq!(config.sessions.absolute, 7);
    assert_eq!(config.accounts.require_factor, RequireFactor::Everybody);
    assert_eq!(config.languages.offered, [Language::En, Language::Nb]);
    Ok(())
}

#[test]
fn an_unknown_key_is_named_with_file_line_and_its_neighbours() -> Outcome {
    assert_eq!(
        complaint("[site]\nname = \"A\"\n\nlistn = \"x\"\n")?,
        "Leptos.toml:4: `site.listn` is not a key of [site], which has: listen, public_url, name, logo, colours, time_zone, trusted_proxies, hsts_subdomains"
    );
    let section = complaint("[hashing]\n[fax]\n")?;
    assert!(section.starts_with("Leptos.toml:2: `fax` is not a section; there are: site, keys"));
    assert!(complaint("[package.metadata.other]\n")?.contains("`package.metadata.other`"));
    assert_eq!(complaint("[package.metadata.leptos]\nany = 1\n")?, "");
    Ok(())
}

#[test]
fn a_download_that_is_to_be_searched_must_be_named() -> Outcome {
    let said = complaint("[password]\nbreached = \"file\"\n")?;
    assert!(
        said.contains("`password.breached_file` must be given"),
        "{said}"
    );
    let both = "[password]\nbreached = \"file\"\nbreached_file = \"pwned.txt\"\n";
    assert_eq!(complaint(both)?, "");
    Ok(())
}

/// Section, line, and what is said about it.
const NOT_ALLOWED: &[(&str, &str, &str)] = &[
    (
        "password",
        "min_length = 7",
        "must be a whole number from 8 to 64",
    ),
    (
        "password",
        "min_length = \"15\"",
        "must be a whole number from 8 to 64",
    ),
    (
        "password",
        "min_length = 15.0",
        "must be a whole number from 8 to 64",
    ),
    (
        "password",
        "max_length = 63",
        "must be a whole number from 64 to 1024",
    ),
    (
        "password",
        "characters = \"latin\"",
        "must be \"unicode\", \"ascii\" or",
    ),
    (
        "password",
        "forbid_characters = \"åÅ\"",
        "must be characters to refuse",
    ),
    (
        "password",
        "forbid_characters = \"åa\"",
        "must be characters to refuse",
    ),
    (
        "password",
        "breached = \"on\"",
        "must be \"off\", \"file\" or \"range\"",
    ),
    (
        "password",
        "breached_url = \"http://pwned.example.org\"",
        "must be an https address",
    ),
    (
        "password",
        "breached_failing = true",
        "must be \"open\" or \"closed\"",
    ),
    ("password", "forbid = [\"\"]", "must be a list of words"),
    ("password", "forbid = \"word\"", "must be a list of words"),
    (
        "reset",
        "code_lifetime_mail = 0",
        "must be a whole number of minutes from 1 to 1440",
    ),
    ("reset", "identifiers = []", "each once, at least one"),
    (
        "reset",
        "prove_by = [\"carrier_pigeon\"]",
        "\"mail_code\", \"mail_link\" and \"sms_code\"",
    ),
    ("reset", "prove_by = []", "at least one"),
    ("reset", "link_lifetime = 1441", "from 5 to 1440"),
    ("reset", "identifiers = [\"mail\", \"mail\"]", "each once"),
    (
        "reset",
        "after = true",
        "must be \"sign_in\" or \"signed_in\"",
    ),
    (
        "site",
        "listen = \"localhost\"",
        "must be an address and a port",
    ),
    (
        "site",
        "listen = \"127.0.0.1:70000\"",
        "must be an address and a port",
    ),
    (
        "site",
        "public_url = \"https://a.example/path\"",
        "must be an address without path",
    ),
    (
        "site",
        "public_url = \"https://u:p@a.example\"",
        "must be an address without path",
    ),
    (
        "site",
        "public_url = \"ftp://a.example\"",
        "must be an address without path",
    ),
    (
        "site",
        "public_url = \"a.example\"",
        "must be an address without path",
    ),
    (
        "site",
        "name = \"two\\nlines\"",
        "must be one line of 1 to 60 characters",
    ),
    (
        "site",
        "trusted_proxies = [\"0.0.0.0/0\"]",
        "smaller than the whole internet",
    ),
    (
        "site",
        "trusted_proxies = [\"proxy\"]",
        "must be a list of addresses or networks",
    ),
    ("limits", "wrong_codes_per_day = 101", "from 1 to 100"),
    (
        "limits",
        "messages_burst = 99999999999999999999",
        "from 1 to 100",
    ),
    (
        "database",
        "url = \"mysql://a\"",
        "must be \"sqlite://PATH\" or \"postgres://",
    ),
    (
        "accounts",
        "portal_url = \"javascript:alert(1)\"",
        "must be an address that starts",
    ),
    (
        "languages",
        "offered = [\"no\"]",
        "must be a list of \"sv\", \"nb\" or \"en\"",
    ),
    (
        "mail",
        "sender = \"Rekey\"",
        "must be \"Name <address>\" or an address",
    ),
];

#[test]
fn what_is_not_allowed_is_said_with_what_is() -> Outcome {
    for (section, line, demand) in NOT_ALLOWED {
        let key = line.split(' ').next().unwrap_or_default();
        let said = complaint(&format!("\n[{section}]\n{line}\n"))?;
        let start = format!("Leptos.toml:3: `{section}.{key}` must be ");
        assert!(said.starts_with(&start), "{line}: {said}");
        assert!(said.contains(demand), "{line}: {said}");
        assert!(!said.contains('\n'), "{line}: {said}");
    }
    assert_eq!(
        complaint("site = 1\n")?,
        "Leptos.toml:1: `site` must be a section, written [site]"
    );
    Ok(())
}

#[test]
fn everything_wrong_is_listed_from_the_top() -> Outcome {
    let said = complaint("[reset]\ntries = 0\nwrong = 1\n[database]\nurl = 1\n[reset.deeper]\n")?;
    let lines: Vec<_> = said
        .lines()
        .filter_map(|line| line.split(": ").next())
        .collect();
    let numbers = [
        "Leptos.toml:2",
        "Leptos.toml:3",
        "Leptos.toml:5",
        "Leptos.toml:6",
    ];
    assert_eq!(lines, numbers);
    Ok(())
}

#[test]
fn what_is_not_toml_has_its_line() -> Outcome {
    let said = complaint("[site]\r\nname = \r\n")?;
    assert!(
        said.starts_with("Leptos.toml:2: this is not TOML: "),
        "{said}"
    );
    let said = complaint("[site]\nname = \"A\"\nname = \"B\"\n")?;
    assert!(
        said.starts_with("Leptos.toml:3: this is not TOML: "),
        "{said}"
    );
    Ok(())
}

#[test]
fn the_default_language_must_be_offered() -> Outcome {
    assert_eq!(
        complaint("[languages]\noffered = [\"en\"]\n")?,
        "all sources together: `languages.default` is \"sv\", which is not among languages.offered: set both"
    );
    Ok(())
}

#[test]
fn sentences_are_rewritten_in_both_spellings_and_checked() -> Outcome {
    let given = Given::toml(
        "[texts.sv]\n\"code.title\" = \"Koden\"\n[texts.en]\ncode.title = \"The code\"\n",
    )?;
    let texts = given.load()?.texts;
    let title = |language| {
        let sentences = texts.get(&language)?;
        sentences.get("code.title").map(String::as_str)
    };
    assert_eq!(title(Language::Sv), Some("Koden"));
    assert_eq!(title(Language::En), Some("The code"));
    let said = complaint("[texts.sv]\n\n\"code.titel\" = \"Koden\"\n")?;
    assert!(
        said.starts_with("Leptos.toml:3: `texts.sv.code.titel` is refused: "),
        "{said}"
    );
    let said = complaint("[texts.no]\n")?;
    assert!(
        said.starts_with("Leptos.toml:1: `texts.no` must be [texts.sv], "),
        "{said}"
    );
    let said = complaint("[texts.nb]\n\"code.title\" = 1\n")?;
    assert_eq!(
        said,
        "Leptos.toml:2: `texts.nb.code.title` must be a sentence in quotation marks"
    );
    Ok(())
}
