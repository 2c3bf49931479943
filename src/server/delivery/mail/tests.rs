//! The mailer against relays that answer as they are told, on port 0.

use std::time::Duration;

use super::*;
use crate::server::config::{self, Config, Mode, Security};
use crate::server::delivery::dev_mailbox::{DevMail, DevMailbox};
use crate::server::delivery::messages::{Addressing, Look, MessageContent, Recourse, render};
use crate::texts::{Catalogue, Language};

mod composing;
mod fake;
mod opening;
mod relaying;

use fake::{FakeRelay, Manners};

const AT: i64 = 1_795_352_700_000_000;

fn outgoing(to: &str, to_name: &str) -> Outgoing {
    let about = Addressing {
        site_name: "Rekey på skolan".into(),
        site_url: "https://rekey.example",
        contact: None,
        name: to_name,
        recourse: &Recourse::Reset,
        look: &Look::of(&Config::built_in(Mode::Dev), "https://rekey.example"),
    };
    let content = MessageContent::Code {
        code: "012345".into(),
        minutes: 30,
        until: "kl. 14.05".into(),
        user_name: "anna".into(),
        reference: "K7Q-M2D".into(),
        link: None,
        link_until: None,
        others: Vec::new(),
        together: false,
    };
    Outgoing {
        message_id: "j0b@rekey.example".into(),
        to: to.into(),
        to_name: to_name.into(),
        rendered: render(&content, &Catalogue::built_in(Language::Sv), &about).unwrap(),
        date_us: AT,
    }
}

fn anna() -> Outgoing {
    outgoing("anna.berg@demo.example", "Anna Bergström")
}

fn settings(relays: &[&FakeRelay]) -> config::Mail {
    config::Mail {
        sender: Some("Rekey för alla <rekey@rekey.example>".parse().unwrap()),
        reply_to: Some("Service desk <help@rekey.example>".parse().unwrap()),
        hello_name: Some("rekey.example".into()),
        logo: None,
        relays: relays.iter().map(|relay| plain(relay.port())).collect(),
    }
}

fn plain(port: u16) -> config::Relay {
    config::Relay {
        port,
        security: Security::None,
        timeout: Duration::from_secs(1),
        ..config::Relay::at("127.0.0.1".into())
    }
}

fn mailer(relays: &[&FakeRelay]) -> Mailer {
    Mailer::from_config(&settings(relays), None).unwrap()
}

fn why(error: &SendError) -> &str {
    match error {
        SendError::Retry(relays) => &relays.last().unwrap().why,
        _ => panic!("refused: {error}"),
    }
}
