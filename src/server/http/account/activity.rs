//! The page on which people see what has happened to their account.

use askama::Template;

use crate::rules::channel::Channel;
use crate::server::account::activity::newest;
use crate::server::audit::Event;
use crate::server::base::local_time;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Breakable;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{PASSWORD, SECURITY};
use crate::server::http::signed_in::SignedInRequest;
use crate::server::identifiers::masked;
use crate::server::store;
use crate::server::store::contact_changes::ChangedContact;
use crate::texts::ServerText;

/// As many as fit a page that one looks through.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage<'a> {
    frame: Frame<'a>,
    days: Vec<Day>,
}

/// What has happened on a day, newest first.
struct Day {
    heading: String,
    events: Vec<Happened>,
}

/// An event, as the page shows it.
struct Happened {
    time: String,
    words: ServerText,
    /// The device, or the address or number.
    notes: Vec<Breakable>,
    /// Somebody tried, and did not succeed.
    is_failed: bool,
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

/// Those in which somebody did not succeed.
const FAILURES: [Event; 3] = [
    Event::SignInFailed,
    Event::ConfirmFailed,
    Event::FactorWrong,
];

/// What the page says of an event.
fn words(shown: Event) -> Option<ServerText> {
    let found = SENTENCES.iter().find(|(event, _)| *event == shown);
    found.map(|(_, words)| *words)
}

/// What a change did and the address or number that it was about, as far as that is still known: masked, for whoever reads along. A
/// replacement shows both.
fn contact(changed: &[ChangedContact], detail: &str) -> Option<(ServerText, String)> {
    let id = detail.split(' ').nth(2)?;
    let change = changed.iter().find(|change| change.id == id)?;
    let shown = |(by, stored): (Channel, &str)| masked(by, stored);
    Some(match (change.ended(), change.added()) {
        (None, Some(added)) => (ServerText::AccountEventContactAdded, shown(added)),
        (Some(ended), None) => (ServerText::AccountEventContactRemoved, shown(ended)),
        (Some(ended), Some(added)) => {
            let both = format!("{} → {}", shown(ended), shown(added));
            (ServerText::AccountEventContactReplaced, both)
        }
        (None, None) => return None,
    })
}

/// `GET /account/security/activity`.
pub async fn get(request: SignedInRequest) -> PageResult {
    let (ctx, sentences) = (request.ctx(), request.sentences());
    let mut connection = ctx.store.read().await?;
    let id = &request.who.account.id;
    let shown = SENTENCES.map(|(event, _)| event);
    let newest = newest(&mut connection, id, &shown, SHOWN).await?;
    let changed = store::contact_changes::changed_contacts(&mut connection, id).await?;
    drop(connection);
    let (zone, now) = (&ctx.config.site.time_zone, ctx.now());
    let language = request.visitor.language;
    let mut days: Vec<Day> = Vec::new();
    for (event, recorded) in newest {
        let Some(words) = words(event) else { continue };
        // The only detail that is written for people is the device.
        let (words, note) = match event {
            Event::SignedIn => {
                let device = Some(recorded.detail).filter(|device| !device.is_empty());
                (words, device)
            }
            Event::ContactChanged => match contact(&changed, &recorded.detail) {
                Some((more, contact)) => (more, Some(contact)),
                None => (words, None),
            },
            _ => (words, None),
        };
        let heading = heading(&local_time::day_on_page(zone, now, recorded.at, language));
        let happened = Happened {
            time: local_time::time_on_page(zone, recorded.at, language),
            words,
            notes: note.into_iter().map(Breakable::from).collect(),
            is_failed: FAILURES.contains(&event),
        };
        match days.last_mut().filter(|day| day.heading == heading) {
            Some(day) => day.events.push(happened),
            None => days.push(Day {
                heading,
                events: vec![happened],
            }),
        }
    }
    Ok(request.draw(&ActivityPage {
        frame: request
            .frame(sentences.server(ServerText::AccountActivityHeading))
            .back_to(SECURITY, ServerText::AccountBack),
        days,
    }))
}

/// With a capital letter.
fn heading(day: &str) -> String {
    let mut rest = day.chars();
    let first: String = rest
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + rest.as_str()
}
