//! The pages that ask somebody who is signed in to show that it is them: with the password, or with a code.

use axum::extract::{Extension, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::super::error_pages::ErrorPages;
use super::super::visitor::{Visitor, query_value};
use super::screen::{Block, Field, Form, Screen, draw};
use super::{
    CONFIRM, SECURITY, asks_first, back, broken, check_form, codes, done, forget_said, form_token,
    heard, next_place, notice, signed_in, to_say, with_session,
};
use crate::rules::page::Notice;
use crate::rules::password::nfc;
use crate::server::account::confirm;
use crate::server::account::wrong::{Undone, Wrong};
use crate::server::context::Context;
use crate::server::factor;
use crate::server::failure::Broken;
use crate::server::redirect::see_other;
use crate::server::sessions::SignedIn;
use crate::server::store::contacts::ContactKind;
use crate::texts::{Catalogue, MailText};

const CODE: &str = "/account/confirm/code";

/// What the forms carry.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    totp: String,
}

fn code_page(next: &str) -> String {
    asks_first(next).replacen(CONFIRM, CODE, 1)
}

/// `GET /account/confirm`.
pub async fn show(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    let asked = query_value(&uri, "next");
    let next = next_place(asked.as_deref());
    match signed_in(&pages, &visitor).await {
        Ok(who) => {
            let only_code = query_value(&uri, "by").as_deref() == Some("code");
            page(&pages, &visitor, &who, (next, only_code), None).await
        }
        Err(elsewhere) => elsewhere.answer(),
    }
}

/// `POST /account/confirm`: the password.
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
    let next = next_place(Some(&posted.next));
    let typed = Zeroizing::new(posted.password);
    let password = Zeroizing::new(nfc(&typed));
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => confirm::by_password(ctx, &who, password, &posted.totp, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(token) => with_session(ctx, &token, go_on(ctx, next)),
        Err(undone) => refused(&pages, &visitor, &who, next, undone).await,
    }
}

/// Whoever came from the security page itself is told there that it worked; any other page speaks for itself.
fn go_on(ctx: &Context, next: &str) -> Response {
    if next == SECURITY {
        done(ctx, SECURITY, Notice::Confirmed)
    } else {
        see_other(next)
    }
}

/// `POST /account/confirm/send`: a code is asked for.
pub async fn send(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let next = next_place(Some(&posted.next));
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => confirm::send_code(ctx, &who, &posted.contact, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(()) => see_other(&code_page(next)),
        Err(undone) => refused(&pages, &visitor, &who, next, undone).await,
    }
}

async fn refused(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    next: &str,
    undone: Undone,
) -> Response {
    match to_say(pages.ctx.sentences(visitor.language), next, undone) {
        Ok(problem) => page(pages, visitor, who, (next, false), Some(problem)).await,
        Err(elsewhere) => elsewhere.answer(),
    }
}

async fn page(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    (next, only_code): (&str, bool),
    problem: Option<(&'static str, String)>,
) -> Response {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let asked = (next, only_code);
    let blocks = match blocks(ctx, who, sentences, asked, problem.as_ref()).await {
        Ok(blocks) => blocks,
        Err(error) => return broken(&error).answer(),
    };
    let screen = Screen {
        title: sentences.mail(MailText::AccountConfirmTitle).to_owned(),
        problem,
        back: Some(back(sentences)),
        blocks,
        ..Screen::default()
    };
    draw(pages, visitor, Some(who), &query(next), screen)
}

fn query(next: &str) -> String {
    let page = asks_first(next);
    page.split_once('?')
        .map(|(_, query)| format!("{query}&"))
        .unwrap_or_default()
}

async fn blocks(
    ctx: &Context,
    who: &SignedIn,
    sentences: &Catalogue,
    (next, only_code): (&str, bool),
    problem: Option<&(&'static str, String)>,
) -> Result<Vec<Block>, Broken> {
    let mail = |text| sentences.mail(text).to_owned();
    let mut connection = ctx.store.read().await?;
    let ways = confirm::ways(ctx, &mut connection, &who.account.id).await?;
    let has_factor = factor::is_set_up(&mut connection, &who.account.id).await?;
    drop(connection);
    let hidden = vec![("token", form_token(ctx, who)), ("next", next.to_owned())];
    let by_password = (ways.is_empty() || !only_code) && confirm::takes_password(ctx, &ways);
    let mut blocks = vec![Block::Words(mail(if by_password {
        MailText::AccountConfirmText
    } else {
        MailText::AccountConfirmTextCode
    }))];
    if by_password {
        let field = Field {
            id: "password",
            kind: "password",
            label: mail(MailText::AccountConfirmPassword),
            autocomplete: "current-password",
            ..Field::default()
        };
        let mut fields = vec![field.with_error(problem)];
        if has_factor {
            fields.push(codes::factor_field(sentences).with_error(problem));
        }
        blocks.push(Block::Form(Form {
            action: CONFIRM.to_owned(),
            hidden: hidden.clone(),
            user_name: Some(who.account.user_name.clone()),
            fields,
            submit: mail(MailText::AccountConfirmSubmit),
            ..Form::default()
        }));
        if !ways.is_empty() {
            blocks.push(Block::Heading(mail(MailText::AccountConfirmCodeHeading)));
        }
    }
    for way in &ways {
        let text = match way.kind()? {
            ContactKind::Mail => MailText::AccountConfirmMail,
            ContactKind::Phone => MailText::AccountConfirmPhone,
        };
        let mut hidden = hidden.clone();
        hidden.push(("contact", way.id.clone()));
        blocks.push(Block::Form(Form {
            action: "/account/confirm/send".to_owned(),
            hidden,
            submit: sentences.fill_mail(text, &[("address", &way.address)]),
            is_quiet: by_password,
            ..Form::default()
        }));
    }
    Ok(blocks)
}

/// `GET /account/confirm/code`.
pub async fn show_code(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    let asked = query_value(&uri, "next");
    let next = next_place(asked.as_deref());
    match signed_in(&pages, &visitor).await {
        Ok(who) => ask_code(&pages, &visitor, &who, next, None).await,
        Err(elsewhere) => elsewhere.answer(),
    }
}

/// `POST /account/confirm/code`.
pub async fn take_code(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let next = next_place(Some(&posted.next));
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => confirm::by_code(ctx, &who, &posted.code, &posted.totp, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(token) => with_session(ctx, &token, go_on(ctx, next)),
        // Given in another tab, or pressed twice: the page that was wanted knows.
        Err(Undone::Wrong(Wrong::NoCode)) => see_other(next),
        Err(undone) => refused_code(&pages, &visitor, &who, next, undone).await,
    }
}

/// `POST /account/confirm/code/again`.
pub async fn send_again(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let next = next_place(Some(&posted.next));
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => confirm::send_again(ctx, &who, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(()) => done(ctx, &code_page(next), Notice::Resent),
        Err(Undone::Wrong(Wrong::NoCode)) => see_other(&asks_first(next)),
        Err(undone) => refused_code(&pages, &visitor, &who, next, undone).await,
    }
}

async fn refused_code(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    next: &str,
    undone: Undone,
) -> Response {
    match to_say(pages.ctx.sentences(visitor.language), next, undone) {
        Ok(problem) => ask_code(pages, visitor, who, next, Some(problem)).await,
        Err(elsewhere) => elsewhere.answer(),
    }
}

async fn ask_code(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    next: &str,
    problem: Option<(&'static str, String)>,
) -> Response {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let found = async {
        let mut connection = ctx.store.read().await?;
        let sent = confirm::sent(ctx, &mut connection, who).await?;
        let has_factor = factor::is_set_up(&mut connection, &who.account.id).await?;
        Ok::<_, sqlx::Error>(sent.map(|sent| (sent, has_factor)))
    };
    let (sent, has_factor) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return see_other(&asks_first(next)),
        Err(error) => return broken(&error.into()).answer(),
    };
    let said = heard(ctx, visitor, CODE);
    let asked = codes::Asked {
        action: CODE,
        token: form_token(ctx, who),
        next: Some(next.to_owned()),
        has_factor,
        other: (asks_first(next), MailText::AccountCodeOtherWay),
    };
    let screen = Screen {
        notice: notice(sentences, said.as_ref()),
        back: Some(back(sentences)),
        ..codes::screen(sentences, &sent, asked, problem)
    };
    let response = draw(pages, visitor, Some(who), &query(next), screen);
    forget_said(ctx, said.as_ref(), response)
}
