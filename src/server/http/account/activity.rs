//! The page on which people see what has happened to their account.

use askama::Template;

use crate::server::account::activity::newest;
use crate::server::audit::Event;
use crate::server::base::local_time;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Card;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::SECURITY;
use crate::server::http::signed_in::SignedInRequest;
use crate::texts::MailText;

/// As many as fit a page that one looks through.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage<'a> {
    frame: Frame<'a>,
    events: Vec<Card>,
}

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
pub async fn get(request: SignedInRequest) -> PageResult {
    let (ctx, sentences) = (request.ctx(), request.sentences());
    let mut connection = ctx.store.read().await?;
    let newest = newest(&mut connection, &request.who.account.id, SHOWN).await?;
    drop(connection);
    let zone = &ctx.config.site.time_zone;
    let events = newest.into_iter().map(|(event, fact)| {
        let at = local_time::date_and_time(zone, fact.at, request.visitor.language);
        // The only detail that is written for people is the device.
        let device =
            Some(fact.detail).filter(|detail| event == Event::SignedIn && !detail.is_empty());
        Card {
            words: sentences.mail(words(event)).to_owned(),
            notes: vec![device.map_or_else(|| at.clone(), |device| format!("{at}, {device}"))],
            ..Card::default()
        }
    });
    Ok(request.draw(&ActivityPage {
        frame: request
            .frame(sentences.mail(MailText::AccountActivityHeading))
            .back_to(SECURITY, MailText::AccountBack),
        events: events.collect(),
    }))
}
