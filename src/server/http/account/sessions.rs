//! The page on which people see where they are signed in, and end it.

use std::collections::HashMap;

use askama::Template;
use axum::Form;
use serde::Deserialize;

use crate::rules::page::Notice;
use crate::server::account::own_sessions::{Which, end};
use crate::server::base::local_time;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{SECURITY, SESSIONS};
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::server::http::words;
use crate::server::store;
use crate::server::store::sessions::Session;
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage<'a> {
    frame: Frame<'a>,
    token: String,
    sessions: Vec<SessionCard>,
}

/// A session, as the page shows it.
struct SessionCard {
    device: String,
    /// Whether it is this one, and since when.
    notes: Vec<String>,
    /// Its id and the name of the button that ends it; none for the session of the page itself.
    end: Option<(String, String)>,
}

/// `GET /account/security/sessions`.
pub async fn get(request: SignedInRequest) -> PageResult {
    let ctx = request.ctx();
    let mut connection = ctx.store.read().await?;
    let account = &request.who.account.id;
    let all = store::sessions::of_account(&mut connection, account, ctx.now()).await?;
    drop(connection);
    Ok(request.draw(&SessionsPage {
        frame: request
            .frame(request.sentence(ServerText::AccountSessionsHeading))
            .back_to(SECURITY, ServerText::AccountBack),
        token: request.form_token(),
        sessions: told_apart(all.iter().map(|each| card(&request, each)).collect()),
    }))
}

fn card(request: &SignedInRequest, session: &Session) -> SessionCard {
    let sentences = request.sentences();
    let zone = &request.ctx().config.site.time_zone;
    let now = request.ctx().now();
    let written = |at| local_time::on_page(zone, now, at, request.visitor.language);
    let (begun, seen) = (written(session.created_at), written(session.seen_at));
    let values = [("since", begun.as_str()), ("seen", seen.as_str())];
    let is_own = session.id == request.who.session.id;
    let own = is_own.then(|| request.sentence(ServerText::AccountSessionHere));
    let since = sentences.fill_server(ServerText::AccountSessionSince, &values);
    let device = words::device(sentences, &session.device);
    let end = (!is_own).then(|| {
        let what = [("what", device.as_str()), ("since", begun.as_str())];
        let name = sentences.fill_server(ServerText::AccountSessionEndWhat, &what);
        (session.id.clone(), name)
    });
    SessionCard {
        device,
        notes: own.into_iter().chain([since]).collect(),
        end,
    }
}

/// The same, with a number behind what two buttons would both be called: devices that are alike, begun in the same minute.
fn told_apart(mut sessions: Vec<SessionCard>) -> Vec<SessionCard> {
    let mut names = HashMap::new();
    for (_, name) in sessions.iter_mut().filter_map(|each| each.end.as_mut()) {
        let times: &mut u32 = names.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            *name = format!("{name} ({times})");
        }
    }
    sessions
}

/// What the forms carry.
#[derive(Deserialize)]
pub struct SessionsForm {
    #[serde(default)]
    token: String,
    /// The session that ends; none means all others.
    #[serde(default)]
    session: String,
}

/// `POST /account/security/sessions`.
pub async fn post(request: SignedInRequest, Form(form): Form<SessionsForm>) -> PageResult {
    let ctx = request.ctx();
    let which = match form.session.as_str() {
        "" => Which::Others,
        id => Which::One(id),
    };
    let end = end(ctx, &request.who, which, request.visitor.client);
    request
        .post(&form.token, end, WayBack::to(SESSIONS), |()| {
            done(ctx, SESSIONS, Notice::SessionsEnded)
        })
        .await
}
