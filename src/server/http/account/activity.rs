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
use crate::texts::ServerText;

/// As many as fit a page that one looks through.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage<'a> {
    frame: Frame<'a>,
    events: Vec<Card>,
}

/// The events that an owner is shown, and what the page says of each.
const SENTENCES: [(Event, ServerText); 18] = [
    (Event::SignedIn, ServerText::AccountEventSignedIn),
    (Event::SignedOut, ServerText::AccountEventSignedOut),
    (Event::SignInFailed, ServerText::AccountEventSignInFailed),
    (
        Event::PasswordChanged,
        ServerText::AccountEventPasswordChanged,
    ),
    (Event::CodeSent, ServerText::AccountEventCodeSent),
    (Event::NameChanged, ServerText::AccountEventNameChanged),
    (
        Event::ContactChanged,
        ServerText::AccountEventContactChanged,
    ),
    (Event::ChangeReverted, ServerText::AccountEventChangeStopped),
    (Event::SessionsEnded, ServerText::AccountEventSessionsEnded),
    (
        Event::SessionsEndedByOperator,
        ServerText::AccountEventSessionsEndedForYou,
    ),
    (Event::Confirmed, ServerText::AccountEventConfirmed),
    (Event::ConfirmFailed, ServerText::AccountEventConfirmFailed),
    (Event::AccountAdded, ServerText::AccountEventAccountAdded),
    (Event::FactorEnrolled, ServerText::AccountEventFactorOn),
    (Event::FactorRemoved, ServerText::AccountEventFactorOff),
    (Event::FactorWrong, ServerText::AccountEventFactorWrong),
    (Event::RecoveryCodeUsed, ServerText::AccountEventCodeUsed),
    (
        Event::RecoveryCodesRenewed,
        ServerText::AccountEventNewCodes,
    ),
];

/// What the page says of an event.
fn words(shown: Event) -> Option<ServerText> {
    let found = SENTENCES.iter().find(|(event, _)| *event == shown);
    found.map(|(_, words)| *words)
}

/// `GET /account/security/activity`.
pub async fn get(request: SignedInRequest) -> PageResult {
    let (ctx, sentences) = (request.ctx(), request.sentences());
    let mut connection = ctx.store.read().await?;
    let id = &request.who.account.id;
    let shown = SENTENCES.map(|(event, _)| event);
    let newest = newest(&mut connection, id, &shown, SHOWN).await?;
    drop(connection);
    let zone = &ctx.config.site.time_zone;
    let events = newest.into_iter().filter_map(|(event, recorded)| {
        let at = local_time::date_and_time(zone, recorded.at, request.visitor.language);
        // The only detail that is written for people is the device.
        let device =
            Some(recorded.detail).filter(|detail| event == Event::SignedIn && !detail.is_empty());
        Some(Card {
            words: sentences.server(words(event)?).into(),
            notes: vec![
                device
                    .map_or_else(|| at.clone(), |device| format!("{at}, {device}"))
                    .into(),
            ],
            ..Card::default()
        })
    });
    Ok(request.draw(&ActivityPage {
        frame: request
            .frame(sentences.server(ServerText::AccountActivityHeading))
            .back_to(SECURITY, ServerText::AccountBack),
        events: events.collect(),
    }))
}
