//! The page on which people see what has happened to their account.
use axum::response::Response;

use crate::server::account::activity::newest;
use crate::server::audit::Event;
use crate::server::base::local_time;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::screen::{Block, Fact, Screen};
use crate::server::http::signed_in::{SignedInRequest, back_to_security};
use crate::texts::MailText;

const HERE: &str = "/account/security/activity";

/// As many as fit a page that one looks through.
const SHOWN: i64 = 50;

const fn words(event: Event) -> MailText {
    match event {
        Event::SignedIn => MailText::AccountEventSignedIn,
        Event::SignedOut => MailText::AccountEventSignedOut,
        Event::SignInFailed => MailText::AccountEventSignInFailed,
        Event::PasswordChanged => MailText::AccountEventPasswordChanged,
        Event::NameChanged => MailText::AccountEventNameChanged,
        Event::ContactChanged => MailText::AccountEventContactChanged,
        Event::ChangeStopped => MailText::AccountEventChangeStopped,
        Event::SessionsEnded => MailText::AccountEventSessionsEnded,
        Event::SessionsEndedByOperator => MailText::AccountEventSessionsEndedForYou,
        Event::Confirmed => MailText::AccountEventConfirmed,
        Event::ConfirmFailed => MailText::AccountEventConfirmFailed,
        Event::AccountAdded => MailText::AccountEventAccountAdded,
        Event::FactorEnrolled => MailText::AccountEventFactorOn,
        Event::FactorRemoved => MailText::AccountEventFactorOff,
        Event::FactorWrong => MailText::AccountEventFactorWrong,
        Event::RecoveryCodeUsed => MailText::AccountEventCodeUsed,
        Event::RecoveryCodesRenewed => MailText::AccountEventNewCodes,
        _ => MailText::AccountEventCodeSent,
    }
}

/// `GET /account/security/activity`.
pub async fn show(here: SignedInRequest) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mut connection = ctx.store.read().await?;
    let facts = newest(&mut connection, &here.who.account.id, SHOWN).await?;
    drop(connection);
    let zone = &ctx.config.site.time_zone;
    let text = sentences.mail(MailText::AccountActivityText);
    let mut blocks = vec![Block::Words(text.to_owned())];
    blocks.extend(facts.into_iter().map(|(event, fact)| {
        let at = local_time::date_and_time(zone, fact.at, here.visitor.language);
        // The only detail that is written for people is the device.
        let device =
            Some(fact.detail).filter(|detail| event == Event::SignedIn && !detail.is_empty());
        let note = device.map_or_else(|| at.clone(), |device| format!("{at}, {device}"));
        Block::Fact(Fact {
            words: sentences.mail(words(event)).to_owned(),
            notes: vec![note],
            ..Fact::default()
        })
    }));
    let screen = Screen {
        title: sentences.mail(MailText::AccountActivityHeading).to_owned(),
        back: Some(back_to_security(sentences)),
        blocks,
        ..Screen::default()
    };
    Ok(here.draw(HERE, "", screen))
}
