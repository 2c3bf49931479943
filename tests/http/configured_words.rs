//! No sentence names what a service does not have: a channel, an identifier, a proof, a provider. Every page and message of every ready
//! journey is read in every language, and of one more service where nobody writes an address.

mod reader;

use rekey::texts::Language;

use crate::help_reading::journey;
use crate::support::sms::Sms;
use crate::support::{Engine, PUBLIC_HOST, Setup, Smtp, on_sqlite};

use reader::{Reader, password};

on_sqlite!(
    kwick_speaks_of_what_it_has,
    zoom_speaks_of_what_it_has,
    visma_speaks_of_what_it_has,
    amazon_speaks_of_what_it_has,
    orebro_speaks_of_what_it_has,
    a_service_of_user_names_and_numbers_speaks_of_what_it_has
);

/// What a service may lack, with the words that name it in Swedish, Norwegian and English, at the start of a word.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Thing {
    /// Text messages, and so mobile numbers.
    Texts,
    /// A code in a reset.
    Codes,
    /// A link in a reset.
    Links,
    UserNames,
    /// E-mail addresses to say who one is.
    Addresses,
    PostalCodes,
    Providers,
}

use Thing::{Addresses, Codes, Links, PostalCodes, Providers, Texts, UserNames};

impl Thing {
    fn words(self, language: Language) -> &'static [&'static str] {
        match (self, language) {
            (Texts, Language::Sv) => &["sms", "mobilnummer", "telefonnummer"],
            (Texts, Language::Nb) => &["sms", "tekstmelding", "mobilnummer", "telefonnummer"],
            (Texts, Language::En) => &["sms", "text message", "mobile number", "phone number"],
            (Codes, Language::Sv) => &["säkerhetskod", "verifieringskod", "engångslösenord"],
            (Codes, Language::Nb) => &["engangskode", "bekreftelseskode", "engangspassord"],
            (Codes, Language::En) => &["security code", "verification code", "one-time"],
            (Links, Language::Sv) => &["länk", "mejlade länk"],
            (Links, Language::Nb) => &["lenke"],
            (Links, Language::En) => &["link"],
            (UserNames, Language::Sv) => &["användarnamn"],
            (UserNames, Language::Nb) => &["brukernavn"],
            (UserNames, Language::En) => &["user name", "username"],
            (Addresses, Language::Sv) => &["användarnamn eller e-post", "e-postadress eller"],
            (Addresses, Language::Nb) => &["brukernavn eller e-post", "e-postadresse eller"],
            (Addresses, Language::En) => &["user name or e-mail", "e-mail address or"],
            (PostalCodes, Language::Sv | Language::Nb) => &["postnummer"],
            (PostalCodes, Language::En) => &["postal code", "postcode"],
            (Providers, _) => &["google", "apple", "microsoft", "facebook"],
        }
    }
}

/// What people write of themselves.
#[derive(Clone, Copy)]
enum Written {
    UserName,
    Mail,
    Number,
}

use Written::{Mail, Number, UserName};

/// A service: what it does not have, and what people write to be told with what.
struct Service {
    config: String,
    lacks: &'static [Thing],
    has_texts: bool,
    /// Each way: what is written, and whether the proof comes by text message.
    ways: &'static [(Written, bool)],
}

async fn kwick_speaks_of_what_it_has(engine: Engine) {
    let service = Service {
        config: journey("kwick"),
        lacks: &[Texts, Codes, PostalCodes, Providers],
        has_texts: false,
        ways: &[(UserName, false), (Mail, false)],
    };
    check(engine, service).await;
}

async fn zoom_speaks_of_what_it_has(engine: Engine) {
    let service = Service {
        config: journey("zoom"),
        lacks: &[UserNames, PostalCodes],
        has_texts: true,
        ways: &[(Mail, false), (Number, true)],
    };
    check(engine, service).await;
}

async fn visma_speaks_of_what_it_has(engine: Engine) {
    let service = Service {
        config: journey("visma"),
        lacks: &[Texts, Codes, UserNames, PostalCodes, Providers],
        has_texts: false,
        ways: &[(Mail, false)],
    };
    check(engine, service).await;
}

async fn amazon_speaks_of_what_it_has(engine: Engine) {
    let service = Service {
        config: journey("amazon"),
        lacks: &[Links, UserNames, Providers],
        has_texts: true,
        ways: &[(Mail, false), (Number, true)],
    };
    check(engine, service).await;
}

async fn orebro_speaks_of_what_it_has(engine: Engine) {
    let service = Service {
        config: journey("orebro"),
        lacks: &[Links, PostalCodes, Providers],
        has_texts: true,
        ways: &[(UserName, true)],
    };
    check(engine, service).await;
}

async fn a_service_of_user_names_and_numbers_speaks_of_what_it_has(engine: Engine) {
    let service = Service {
        config: "[reset]\nidentifiers = [\"user_name\", \"phone\"]\nprove_by = [\"sms_code\"]\n"
            .into(),
        lacks: &[Links, PostalCodes, Providers, Addresses],
        has_texts: true,
        ways: &[(UserName, true), (Number, true)],
    };
    check(engine, service).await;
}

/// Whether a sentence at a place may name what the service does not have.
fn may_name(thing: Thing, place: &str) -> bool {
    match thing {
        // New contacts are confirmed by a code wherever there is an account.
        Codes => place.starts_with("account: "),
        // Every account has a user name: its own pages show it, and it may be no part of the password.
        UserNames => {
            place.starts_with("account: /account")
                || ["/forgot-password/new", "/help/for-administrators"].contains(&place)
        }
        // Whoever is told of a change gets a link that stops it; its page says that there is no other. The standard has a requirement of
        // links.
        Links => [
            "/help/accessibility",
            "/help",
            "/help/link",
            "/help/privacy",
            "/help/for-mail-administrators",
        ]
        .contains(&place),
        Texts | Addresses | PostalCodes | Providers => false,
    }
}

/// Reads everything in every language, and says what names something that is not there.
async fn check(engine: Engine, service: Service) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    // The box for robots is of no matter here.
    let mut setup = if service.has_texts {
        Setup::stopped(engine).gateway(&sms)
    } else {
        // Developers have text messages without a gateway.
        Setup::new(engine)
            .in_production()
            .set("SITE__PUBLIC_URL", format!("https://{PUBLIC_HOST}"))
            .set("MAIL__SENDER", format!("rekey@{PUBLIC_HOST}"))
    };
    setup = setup.config(&service.config).relay(&smtp);
    let server = setup.set("RESET__ROBOT_CHECK", "off").start().await;
    let mut found = Vec::new();
    for (place, language) in Language::ALL.into_iter().enumerate() {
        let tag = language.tag();
        let user_name = format!("maria-{tag}");
        let mail = format!("{user_name}@home.example");
        let number = format!("+4670174061{place}");
        let mut more = vec!["--language", tag];
        if service.has_texts {
            more.extend(["--phone", &number]);
        }
        if !service.lacks.contains(&PostalCodes) {
            more.extend(["--postal-code", "70211"]);
        }
        server.add(&user_name, &mail, &more).await;
        let mut reader = Reader {
            server: &server,
            smtp: &mut smtp,
            sms: service.has_texts.then_some(&sms),
            tag,
            read: Vec::new(),
        };
        reader.helped(&mut server.browser().speaking(tag)).await;
        let mut last = (String::new(), String::new());
        for (written, by_text) in service.ways {
            let who = match written {
                UserName => &user_name,
                Mail => &mail,
                Number => &number,
            };
            let mut browser = server.browser().speaking(tag);
            reader.reset(&mut browser, who, *by_text).await;
            last = (who.clone(), password(tag, *by_text));
        }
        let mut browser = server.browser().speaking(tag);
        reader.account(&mut browser, &last.0, &last.1).await;
        reader.rest().await;
        assert!(reader.read.len() > 500, "{} sentences", reader.read.len());
        for (place, sentence) in reader.read {
            let lower = sentence.to_lowercase();
            for thing in service.lacks {
                let names = |word: &&&str| lower.contains(**word);
                if may_name(*thing, &place) {
                    continue;
                }
                if let Some(word) = thing.words(language).iter().find(names) {
                    found.push(format!("{tag} {place}: {word:?} in {sentence:?}"));
                }
            }
        }
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
