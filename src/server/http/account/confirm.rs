//! The pages that ask somebody who is signed in to show that it is them: with the password, or with a code.

use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::codes;
use crate::rules::page::Notice;
use crate::rules::password::nfc;
use crate::rules::steps::Step;
use crate::server::account::confirm;
use crate::server::account::rejection::Rejection;
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::screen::{Block, Complaint, Field, Form, Link, Screen};
use crate::server::http::layers::visitor::query_value;
use crate::server::http::places::{CONFIRM, SECURITY, asks_first, is_below};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, back_to_security};
use crate::server::store::contacts::ContactKind;
use crate::server::{factor, identifiers, store};
use crate::texts::MailText;

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
pub async fn show(here: SignedInRequest, uri: Uri) -> Result<Response, EarlyResponse> {
    let asked = query_value(&uri, "next");
    let next = next_place(asked.as_deref());
    let only_code = query_value(&uri, "by").as_deref() == Some("code");
    let problem = here.complaint(CONFIRM);
    let blocks = blocks(&here, (next, only_code), problem.as_ref()).await?;
    let screen = Screen {
        title: here.mail(MailText::AccountConfirmTitle),
        problem,
        back: Some(back_to_security(here.sentences())),
        blocks,
        ..Screen::default()
    };
    Ok(here.draw(CONFIRM, &query(next), screen))
}

/// `POST /account/confirm`: the password.
pub async fn take(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let next = next_place(Some(&posted.next));
    let typed = Zeroizing::new(posted.password);
    let password = Zeroizing::new(nfc(&typed));
    let result = async {
        here.check_form(&posted.token)?;
        confirm::by_password(ctx, &here.who, password, &posted.totp, here.visitor.client).await
    }
    .await;
    match result {
        Ok(token) => Ok(with_session(ctx, &token, go_on(ctx, next))),
        Err(undone) => here.refuse(&asks_first(next), undone, None),
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
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let next = next_place(Some(&posted.next));
    let result = async {
        here.check_form(&posted.token)?;
        confirm::send_code(ctx, &here.who, &posted.contact, here.visitor.client).await
    }
    .await;
    match result {
        Ok(()) => Ok(see_other(&code_page(next))),
        Err(undone) => here.refuse(&asks_first(next), undone, None),
    }
}

fn query(next: &str) -> String {
    let page = asks_first(next);
    page.split_once('?')
        .map(|(_, query)| format!("{query}&"))
        .unwrap_or_default()
}

/// Nothing that could be asked for here would show who it is: only a reset does.
fn held(here: &SignedInRequest) -> Vec<Block> {
    let reset = Link::new(Step::Identify.path(), here.mail(MailText::HelpStart));
    vec![
        Block::Words(here.mail(MailText::AccountHeld)),
        Block::Button(reset),
    ]
}

async fn blocks(
    here: &SignedInRequest,
    (next, only_code): (&str, bool),
    problem: Option<&Complaint>,
) -> Result<Vec<Block>, sqlx::Error> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mail = |text| here.mail(text);
    let mut connection = ctx.store.read().await?;
    let channels = confirm::channels(ctx, &mut connection, &here.who.account.id).await?;
    let has_factor = factor::is_set_up(&mut connection, &here.who.account.id).await?;
    let is_held = store::passwords::is_held(&mut connection, &here.who.account.id).await?;
    drop(connection);
    if is_held {
        return Ok(held(here));
    }
    let hidden = vec![("token", here.form_token()), ("next", next.to_owned())];
    let by_password =
        (channels.is_empty() || !only_code) && confirm::takes_password(ctx, &channels);
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
            user_name: Some(here.who.account.user_name.clone()),
            fields,
            submit: mail(MailText::AccountConfirmSubmit),
            ..Form::default()
        }));
        if !channels.is_empty() {
            blocks.push(Block::Heading(mail(MailText::AccountConfirmCodeHeading)));
        }
    }
    for contact in &channels {
        let text = match contact.kind()? {
            ContactKind::Mail => MailText::AccountConfirmMail,
            ContactKind::Phone => MailText::AccountConfirmPhone,
        };
        let mut hidden = hidden.clone();
        hidden.push(("contact", contact.id.clone()));
        blocks.push(Block::Form(Form {
            action: "/account/confirm/send".to_owned(),
            hidden,
            submit: sentences.fill_mail(text, &[("address", &identifiers::shown_contact(contact))]),
            is_quiet: by_password,
            ..Form::default()
        }));
    }
    Ok(blocks)
}

/// `GET /account/confirm/code`.
pub async fn show_code(here: SignedInRequest, uri: Uri) -> Result<Response, EarlyResponse> {
    let asked = query_value(&uri, "next");
    let next = next_place(asked.as_deref());
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mut connection = ctx.store.read().await?;
    let sent = confirm::sent(ctx, &mut connection, &here.who).await?;
    let has_factor = factor::is_set_up(&mut connection, &here.who.account.id).await?;
    drop(connection);
    let Some(sent) = sent else {
        return Ok(see_other(&asks_first(next)));
    };
    let asked = codes::Asked {
        action: CODE,
        token: here.form_token(),
        next: Some(next.to_owned()),
        has_factor,
        other: (asks_first(next), MailText::AccountCodeOtherWay),
    };
    let screen = Screen {
        back: Some(back_to_security(sentences)),
        ..codes::screen(sentences, &sent, asked, here.complaint(CODE))
    };
    Ok(here.draw(CODE, &query(next), screen))
}

/// `POST /account/confirm/code`.
pub async fn take_code(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let next = next_place(Some(&posted.next));
    let result = async {
        here.check_form(&posted.token)?;
        confirm::by_code(
            ctx,
            &here.who,
            &posted.code,
            &posted.totp,
            here.visitor.client,
        )
        .await
    }
    .await;
    match result {
        Ok(token) => Ok(with_session(ctx, &token, go_on(ctx, next))),
        // Given in another tab, or pressed twice: the page that was wanted knows.
        Err(Failure::Rejected(Rejection::NoCode)) => Ok(see_other(next)),
        Err(undone) => here.refuse(&code_page(next), undone, None),
    }
}

/// `POST /account/confirm/code/again`.
pub async fn send_again(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let next = next_place(Some(&posted.next));
    let result = async {
        here.check_form(&posted.token)?;
        confirm::send_again(ctx, &here.who, here.visitor.client).await
    }
    .await;
    match result {
        Ok(()) => Ok(done(ctx, &code_page(next), Notice::Resent)),
        Err(Failure::Rejected(Rejection::NoCode)) => Ok(see_other(&asks_first(next))),
        Err(undone) => here.refuse(&code_page(next), undone, None),
    }
}

/// A place that a page may lead to: one of our own about the account's security, whatever the address says.
fn next_place(asked: Option<&str>) -> &str {
    asked
        .filter(|place| is_below(place, SECURITY))
        .unwrap_or(SECURITY)
}

/// The session goes on under another token.
fn with_session(ctx: &Context, token: &str, mut response: Response) -> Response {
    append(&mut response, cookies::set(ctx, Name::Session, token));
    response
}
