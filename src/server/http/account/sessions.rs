//! The page on which people see where they are signed in, and end it.
use axum::response::Response;
use serde::Deserialize;

use super::security::device;
use crate::rules::page::Notice;
use crate::server::account::own_sessions::{Which, end};
use crate::server::base::local_time;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::screen::{Block, Fact, Form, Screen};
use crate::server::http::signed_in::{SignedInRequest, back_to_security};
use crate::server::store;
use crate::server::store::sessions::Session;
use crate::texts::MailText;

const HERE: &str = "/account/security/sessions";

/// What the forms carry.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    token: String,
    /// The session that ends; none means all others.
    #[serde(default)]
    session: String,
}

/// `GET /account/security/sessions`.
pub async fn show(here: SignedInRequest) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mail = |text| here.mail(text);
    let mut connection = ctx.store.read().await?;
    let account = &here.who.account.id;
    let all = store::sessions::of_account(&mut connection, account, ctx.now()).await?;
    drop(connection);
    let token = here.form_token();
    let mut blocks = vec![Block::Words(mail(MailText::AccountSessionsText))];
    for session in &all {
        let is_here = session.id == here.who.session.id;
        let mut fact = fact(&here, session);
        if is_here {
            fact.notes.insert(0, mail(MailText::AccountSessionHere));
        } else {
            let what = [("what", fact.words.as_str())];
            fact.form = Some(Form {
                action: HERE.to_owned(),
                hidden: vec![("token", token.clone()), ("session", session.id.clone())],
                submit: mail(MailText::AccountSessionEnd),
                name: Some(sentences.fill_mail(MailText::AccountSessionEndWhat, &what)),
                is_quiet: true,
                ..Form::default()
            });
        }
        blocks.push(Block::Fact(fact));
    }
    if all.len() > 1 {
        blocks.push(Block::Form(Form {
            action: HERE.to_owned(),
            hidden: vec![("token", token)],
            submit: mail(MailText::AccountSessionsEndOthers),
            ..Form::default()
        }));
    }
    let screen = Screen {
        title: mail(MailText::AccountSessionsHeading),
        problem: here.complaint(HERE),
        back: Some(back_to_security(sentences)),
        blocks,
        ..Screen::default()
    };
    Ok(here.draw(HERE, "", screen))
}

/// `POST /account/security/sessions`.
pub async fn take(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let which = match posted.session.as_str() {
        "" => Which::Others,
        id => Which::One(id),
    };
    let result = async {
        here.check_form(&posted.token)?;
        end(ctx, &here.who, which, here.visitor.client).await
    }
    .await;
    match result {
        Ok(()) => Ok(done(ctx, HERE, Notice::SessionsEnded)),
        Err(undone) => here.refuse(HERE, undone, None),
    }
}

fn fact(here: &SignedInRequest, session: &Session) -> Fact {
    let sentences = here.sentences();
    let zone = &here.ctx().config.site.time_zone;
    let written = |at| local_time::date_and_time(zone, at, here.visitor.language);
    let (since, seen) = (written(session.created_at), written(session.seen_at));
    let values = [("since", since.as_str()), ("seen", seen.as_str())];
    Fact {
        words: device(sentences, &session.device),
        notes: vec![sentences.fill_mail(MailText::AccountSessionSince, &values)],
        ..Fact::default()
    }
}
