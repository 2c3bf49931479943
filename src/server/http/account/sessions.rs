//! The page on which people see where they are signed in, and end it.

use axum::extract::{Extension, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::error_pages::ErrorPages;
use super::super::visitor::Visitor;
use super::screen::{Block, Fact, Form, Screen, draw};
use super::security::device;
use super::{
    back, broken, check_form, done, forget_said, form_token, heard, notice, signed_in, to_say,
};
use crate::rules::page::Notice;
use crate::server::account::own_sessions::{Which, end};
use crate::server::local_time;
use crate::server::sessions::SignedIn;
use crate::server::store;
use crate::server::store::sessions::Session;
use crate::texts::{Catalogue, MailText};

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
pub async fn show(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    match signed_in(&pages, &visitor).await {
        Ok(who) => page(&pages, &visitor, &who, None).await,
        Err(elsewhere) => elsewhere.answer(),
    }
}

/// `POST /account/security/sessions`.
pub async fn take(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let which = match posted.session.as_str() {
        "" => Which::Others,
        id => Which::One(id),
    };
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => end(ctx, &who, which, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(()) => done(ctx, HERE, Notice::SessionsEnded),
        Err(undone) => match to_say(ctx.sentences(visitor.language), HERE, undone) {
            Ok(problem) => page(&pages, &visitor, &who, Some(problem)).await,
            Err(elsewhere) => elsewhere.answer(),
        },
    }
}

async fn page(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    problem: Option<(&'static str, String)>,
) -> Response {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let found = async {
        let mut connection = ctx.store.read().await?;
        store::sessions::of_account(&mut connection, &who.account.id, ctx.now()).await
    };
    let all = match found.await {
        Ok(all) => all,
        Err(error) => return broken(&error.into()).answer(),
    };
    let token = form_token(ctx, who);
    let mut blocks = vec![Block::Words(mail(MailText::AccountSessionsText))];
    for session in &all {
        let is_here = session.id == who.session.id;
        let mut fact = fact(pages, visitor, sentences, session);
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
    let said = heard(ctx, visitor, HERE);
    let screen = Screen {
        title: mail(MailText::AccountSessionsHeading),
        problem,
        notice: notice(sentences, said.as_ref()),
        back: Some(back(sentences)),
        blocks,
    };
    forget_said(
        ctx,
        said.as_ref(),
        draw(pages, visitor, Some(who), "", screen),
    )
}

fn fact(pages: &ErrorPages, visitor: &Visitor, sentences: &Catalogue, session: &Session) -> Fact {
    let zone = &pages.ctx.config.site.time_zone;
    let written = |at| local_time::date_and_time(zone, at, visitor.language);
    let (since, seen) = (written(session.created_at), written(session.seen_at));
    let values = [("since", since.as_str()), ("seen", seen.as_str())];
    Fact {
        words: device(sentences, &session.device),
        notes: vec![sentences.fill_mail(MailText::AccountSessionSince, &values)],
        ..Fact::default()
    }
}
