//! The gateway for text messages.

use secrecy::ExposeSecret;

use super::{Given, Outcome, complaint};
use crate::server::config::{CallingCode, Format, Gateway, is_e164};

const ELKS: &str =
    "[sms]\ngateway = \"46elks\"\nsender = \"Rekey\"\nuser = \"u1\"\npassword = \"p770077\"\n";
const ACCOUNT: &str = "AC0123456789abcdef0123456789ABCDEF";

#[test]
fn a_gateway_is_configured() -> Outcome {
    let sms = Given::toml("")?.load()?.sms;
    assert_eq!(sms.gateway, None);
    assert_eq!(sms.countries, [CallingCode::SWEDEN, CallingCode::NORWAY]);
    assert_eq!(sms.budget_per_hour, 200);

    let sms = Given::toml(ELKS)?.load()?.sms;
    assert_eq!(sms.gateway.map(Gateway::name), Some("46elks"));
    assert_eq!(sms.password.map(|p| p.expose_secret().len()), Some(7));

    let sms = Given::toml("[sms]\ngateway = \"http\"\nurl = \"http://127.0.0.1:1/x\"\n")?
        .variable("REKEY__SMS__FORMAT", "json")
        .variable("REKEY__SMS__FIELD_TO", "recipient")
        .variable("REKEY__SMS__COUNTRIES", "DK,1242")
        .load()?
        .sms;
    assert_eq!(sms.format, Format::Json);
    assert_eq!(sms.field_to, "recipient");
    let seen = [
        "+4512345678",
        "+12421234567",
        "+46701740605",
        "+12341234567",
    ]
    .map(|number| sms.countries.iter().any(|code| code.is_of(number)));
    assert_eq!(seen, [true, true, false, false]);
    Ok(())
}

#[test]
fn each_value_is_checked_at_its_line() -> Outcome {
    for (line, said) in [
        (
            "gateway = \"elks\"",
            "gateway` must be \"46elks\", \"twilio\"",
        ),
        (
            "url = \"http://sms.example\"",
            "url` must be an https address",
        ),
        (
            "url = \"https://u:770077@sms.example\"",
            "url` must be an https",
        ),
        ("sender = \"Re key\"", "sender` must be 3 to 11 letters"),
        ("sender = \"Re\"", "sender` must be 3 to 11 letters"),
        ("sender = \"1Rekey\"", "sender` must be 3 to 11 letters"),
        ("sender = \"Räddning\"", "sender` must be 3 to 11 letters"),
        (
            "sender = \"Raddningstjanst\"",
            "sender` must be 3 to 11 letters",
        ),
        ("sender = \"0701740605\"", "sender` must be 3 to 11 letters"),
        ("account = \"SK12\"", "account` must be \"AC\" and 32"),
        ("format = \"xml\"", "format` must be \"form\" or \"json\""),
        ("field_text = \"\"", "field_text` must be one line"),
        ("countries = []", "countries` must be a list of countries"),
        (
            "countries = [\"SE\", \"+46\"]",
            "countries` must be a list of",
        ),
        ("countries = [\"4\"]", "countries` must be a list of"),
        (
            "timeout_seconds = 0",
            "timeout_seconds` must be a whole number",
        ),
        ("budget_per_hour = 0", "budget_per_hour` must be a whole"),
        (
            "password_file = \"/nowhere\"",
            "password_file` must name a file",
        ),
        (
            "number = 1",
            "number` is not a key of [sms], which has: gateway",
        ),
    ] {
        let complaint = complaint(&format!("[sms]\n{line}\n"))?;
        let place = format!("Leptos.toml:2: `sms.{said}");
        assert!(complaint.starts_with(&place), "{line}: {complaint}");
        assert!(!complaint.contains("7007"), "{complaint}");
    }
    Ok(())
}

#[test]
fn what_a_gateway_needs_is_named() -> Outcome {
    for (lines, missing) in [
        ("gateway = \"46elks\"", &["sender", "user", "password"][..]),
        (
            "gateway = \"twilio\"\nsender = \"Rekey\"\nuser = \"SK1\"\npassword = \"p\"",
            &["account"],
        ),
        ("gateway = \"http\"", &["url"]),
        (
            "gateway = \"http\"\nurl = \"https://sms.example\"\nuser = \"u\"",
            &["password"],
        ),
        ("user = \"u\"\npassword = \"p\"", &["gateway"]),
    ] {
        let complaint = complaint(&format!("[sms]\n{lines}\n"))?;
        let said: Vec<_> = complaint
            .lines()
            .filter_map(|line| line.strip_prefix("all sources together: `sms."))
            .filter_map(|line| line.split('`').next())
            .collect();
        assert_eq!(said, missing, "{lines}: {complaint}");
    }
    let twilio = "[sms]\ngateway = \"twilio\"\nsender = \"+46701740605\"\npassword = \"p\"\n";
    for rest in [
        format!("user = \"{ACCOUNT}\"\n"),
        format!("user = \"SK1\"\naccount = \"{ACCOUNT}\"\n"),
    ] {
        assert_eq!(complaint(&format!("{twilio}{rest}"))?, "");
    }
    Ok(())
}

#[test]
fn the_password_can_lie_in_a_file_that_a_variable_names() -> Outcome {
    let given = Given::toml(ELKS)?;
    let secret = given.file("secret", "from the file\n")?;
    let given = given.variable("REKEY__SMS__PASSWORD_FILE", &secret.display().to_string());
    let password = given.load()?.sms.password;
    let password = password.as_ref().map(ExposeSecret::expose_secret);
    assert_eq!(password, Some("from the file"), "the later source wins");
    let both = format!("{ELKS}password_file = '{}'\n", secret.display());
    assert!(complaint(&both)?.contains("cannot stand beside password"));
    Ok(())
}

#[test]
fn debug_shows_neither_password_nor_address() -> Outcome {
    let config = Given::toml(ELKS)?
        .variable("REKEY__SMS__URL", "https://sms.example/send?key=880088")
        .load()?;
    let shown = format!("{config:?}");
    assert!(
        !shown.contains("7007") && !shown.contains("8800"),
        "{shown}"
    );
    Ok(())
}

#[test]
fn a_dearer_budget_is_named() -> Outcome {
    let weak = Given::toml("[sms]\nbudget_per_hour = 201\n")?
        .load()?
        .weaker_than_default();
    assert_eq!(
        weak,
        ["sms.budget_per_hour is 201, above 200 (a stranger can run up a bill)"]
    );
    Ok(())
}

#[test]
fn numbers_have_a_calling_code() {
    assert!(is_e164("+46701740605") && is_e164("+4712345678"));
    for text in [
        "46701740605",
        "+0701740605",
        "+46 70",
        "+46701740605000000",
        "+46x01740605",
        "+",
    ] {
        assert!(!is_e164(text), "{text}");
    }
}
