//! What the server functions do: each reads its arguments, calls one use-case, and hands the outcome to the reply.

use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use zeroize::Zeroizing;

use super::account::{PASSWORD, SECURITY, asks_first, form_token};
use super::cookies::Name;
use super::factor::{FACTOR, SET_UP};
use super::pages::{ACCOUNT, SIGN_IN};
use super::reply::Action;
use super::said::Said;
use super::sign_in_pages;
use super::state::Known;
use crate::rules::advice::Advice;
use crate::rules::channel::Channel;
use crate::rules::page::{Answer, Notice, Refusal, Typed};
use crate::rules::password::nfc;
use crate::rules::problem::Problem;
use crate::rules::steps::Step;
use crate::server::account::password::{self as change_password, Changed, Proposal as Proposed};
use crate::server::account::sign_in::{self, Given, SignIn};
use crate::server::failure::Failure;
use crate::server::keys::same;
use crate::server::reset::advise::{Proposal, advise};
use crate::server::reset::begin::{Begin, begin};
use crate::server::reset::choose::{self, Choice};
use crate::server::reset::choose_by_link::{ByLink, choose_by_link};
use crate::server::reset::link::{self, Opened};
use crate::server::reset::resend::resend;
use crate::server::reset::verify::verify;
use crate::server::store::sessions::Stage;

fn typed_password(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(nfc(typed))
}

/// The post could not be read. Called where the arguments are taken apart, before any use-case.
pub fn malformed() {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.set_status(StatusCode::BAD_REQUEST);
    }
}

/// The identify step.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn identify(
    form: &str,
    identifier: &str,
    channel: &str,
    postal_code: &str,
    robot: &str,
    robot_proof: &str,
) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let visitor = &action.visitor;
    let channel = Channel::parse(channel);
    let given = Begin {
        typed: identifier,
        channel,
        postal_code,
        form,
        is_ticked: !robot.is_empty(),
        robot_proof,
        language: visitor.language,
        client: visitor.client,
    };
    match begin(&action.ctx, given).await {
        Ok(begun) => action.begun(&begun).await,
        Err(failure) => {
            action
                .refuse(
                    failure,
                    Step::Identify.path(),
                    Typed {
                        identifier: Some(identifier.to_owned()),
                        postal_code: Some(postal_code.to_owned()),
                        channel,
                        account: None,
                        robot: !robot.is_empty(),
                    },
                )
                .await
        }
    }
}

/// The code step.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn prove(token: &str, code: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    match verify(&action.ctx, action.held(token), code, action.visitor.client).await {
        Ok((flow, cookie)) => {
            action.cookie(Name::Flow, &cookie);
            action.forget(Name::Link);
            let known = action.known(Some(&flow));
            // Where the account has a second factor, that comes first.
            let next = Step::parse(&flow.step).unwrap_or(Step::New);
            action.done(next.path(), known, None).await
        }
        Err(failure) => action.refuse_code(failure).await,
    }
}

/// The request for a new code.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn send_again(token: &str, channel: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let held = action.held(token);
    let channel = Channel::parse(channel);
    match resend(&action.ctx, held, channel, action.visitor.client).await {
        Ok(flow) => {
            let known = action.known(Some(&flow));
            action
                .done(Step::Code.path(), known, Some(Notice::Resent))
                .await
        }
        Err(failure) => action.refuse_code(failure).await,
    }
}

/// The new password.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn new_password(
    token: &str,
    account: &str,
    password: &str,
    confirm: &str,
) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let picked = Typed {
        account: Some(account.to_owned()),
        ..Typed::default()
    };
    let choice = Choice {
        by: action.held(token),
        account,
        password: typed_password(password),
        confirm: typed_password(confirm),
        browser: action.visitor.browser,
        device: &action.visitor.device,
        client: action.visitor.client,
        session: action.visitor.session(),
        known: action.visitor.known(),
    };
    if let Some(opened) = action
        .visitor
        .link(&action.ctx)
        .filter(|opened| opened.has_form(&action.ctx, token))
    {
        return new_password_by_link(&action, &opened, choice).await;
    }
    match choose::choose(&action.ctx, choice).await {
        Ok(chosen) => {
            if let Some(session) = &chosen.session {
                action.cookie(Name::Session, session);
            }
            if let Some(known) = &chosen.known {
                action.cookie(Name::Device, known);
            }
            if !action.visitor.wants_page {
                action.note_shown(&chosen.flow).await;
            }
            let session = chosen.session.as_deref().or(action.visitor.session());
            action
                .done(
                    Step::Done.path(),
                    Known {
                        session,
                        ..action.known(Some(&chosen.flow))
                    },
                    None,
                )
                .await
        }
        Err(failure) => action.refuse(failure, Step::New.path(), picked).await,
    }
}

/// Advice on a password that is being typed. It never says why there is none.
///
/// # Errors
/// [`Refusal`] when the request cannot be looked at.
pub async fn password_advice(token: &str, password: &str) -> Result<Advice, Refusal> {
    let action = Action::here()?;
    let visitor = &action.visitor;
    if visitor.wants_page {
        // No form of ours posts here.
        action.redirect(Step::New.path());
        return Ok(Advice::Nothing);
    }
    let opened = visitor.link(&action.ctx);
    let proposal = Proposal {
        by: action.held(token),
        opened: opened
            .as_ref()
            .filter(|opened| opened.has_form(&action.ctx, token)),
        password: typed_password(password),
        client: visitor.client,
    };
    Ok(advise(&action.ctx, proposal).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "no advice on a password");
        Advice::Nothing
    }))
}

async fn new_password_by_link(
    action: &Action,
    opened: &Opened,
    choice: Choice<'_>,
) -> Result<Answer, Refusal> {
    let session = match choose_by_link(&action.ctx, opened, choice).await {
        Ok(ByLink::Done { session, known }) => {
            action.cookie(Name::Device, &known);
            session
        }
        Ok(ByLink::Factor) => {
            return action
                .done(Step::Factor.path(), action.known(None), None)
                .await;
        }
        Ok(ByLink::Over) => {
            // Its page says how it ended.
            let known = Known {
                link: Some(opened),
                ..action.known(None)
            };
            return action.done(Step::New.path(), known, None).await;
        }
        Err(failure) => {
            let under = Some(opened);
            return action
                .refuse_under(failure, Step::New.path(), Typed::default(), under)
                .await;
        }
    };
    if let Some(session) = &session {
        action.cookie(Name::Session, session);
    }
    let done = opened.done(&action.ctx, session.is_some());
    // The browser's half draws the last page from this answer, so the answer is its showing.
    let kept = done.shown().filter(|_| !action.visitor.wants_page);
    match kept.as_ref().unwrap_or(&done).seal(&action.ctx) {
        Ok(value) => action.cookie(Name::Link, &value),
        Err(error) => tracing::warn!(%error, "the last page will not be shown"),
    }
    let known = Known {
        link: Some(&done),
        session: session.as_deref().or(action.visitor.session()),
        flow: None,
        client: None,
        return_to: action.visitor.return_to(),
        is_change: false,
    };
    action.done(Step::Done.path(), known, None).await
}

/// "Send a new link", under an old one.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn renew_link() -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let visitor = &action.visitor;
    let Some(opened) = visitor.link(&action.ctx) else {
        let failure = Failure::said(Problem::FlowMissing);
        return action
            .refuse(failure, Step::Identify.path(), Typed::default())
            .await;
    };
    match link::renew(&action.ctx, &opened, visitor.language, visitor.client).await {
        Ok(begun) => action.begun(&begun).await,
        Err(failure) => {
            let under = Some(&opened);
            action
                .refuse_under(failure, Step::New.path(), Typed::default(), under)
                .await
        }
    }
}

/// A signed-in person's new password.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn change_password(
    token: &str,
    present: &str,
    password: &str,
    confirm: &str,
) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let over = || Failure::said(Problem::SessionOver);
    let who = match action.signed_in().await {
        Ok(Some(who)) => who,
        Ok(None) => return action.refuse(over(), SIGN_IN, Typed::default()).await,
        Err(error) => {
            return action
                .refuse(error.into(), PASSWORD, Typed::default())
                .await;
        }
    };
    if !same(&form_token(&action.ctx, &who), token) {
        // Made in an earlier session of this browser: the page as it is now takes its place.
        let failure = Failure::said(Problem::FormStale);
        return action.refuse(failure, PASSWORD, Typed::default()).await;
    }
    let proposal = Proposed {
        present: typed_password(present),
        password: typed_password(password),
        confirm: typed_password(confirm),
        browser: action.visitor.browser,
        device: &action.visitor.device,
        client: action.visitor.client,
        known: action.visitor.known(),
    };
    match change_password::change(&action.ctx, &who, proposal).await {
        // More has to be shown first, and then the page comes again.
        Ok(None) => {
            let known = action.known(None);
            action.done(&asks_first(PASSWORD), known, None).await
        }
        Ok(Some(Changed { session, known })) => {
            action.cookie(Name::Device, &known);
            let at = if let Some(session) = &session {
                action.cookie(Name::Session, session);
                SECURITY
            } else {
                action.forget(Name::Session);
                SIGN_IN
            };
            // The page that says so may be none of the app's.
            action.say(&Said {
                at: at.to_owned(),
                notice: Some(Notice::PasswordChanged),
                ..Said::default()
            });
            let state = Known {
                session: session.as_deref(),
                ..Known::default()
            };
            action.done(at, state, None).await
        }
        Err(failure) => action.refuse(failure, PASSWORD, Typed::default()).await,
    }
}

/// Sign-in; with `next` only its first page, where it is on two.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn open_session(identifier: &str, password: &str, next: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    if !next.is_empty() && sign_in_pages::are_two(&action.ctx) {
        return sign_in_pages::go_on(&action, identifier).await;
    }
    let typed = Typed {
        identifier: Some(identifier.to_owned()),
        ..Typed::default()
    };
    let given = Given {
        typed: identifier,
        client: action.visitor.client,
        session: action.visitor.session(),
        language: action.visitor.language,
        device: &action.visitor.device,
        known: action.visitor.known(),
    };
    match sign_in::sign_in(&action.ctx, given, typed_password(password)).await {
        Ok(SignIn::Forced(begun)) => {
            action.cookie(Name::Flow, &begun.cookie);
            action.forget(Name::Link);
            sign_in_pages::are_over(&action);
            let known = action.known(Some(&begun.flow));
            let at = Step::parse(&begun.flow.step).unwrap_or(Step::New);
            action.done(at.path(), known, None).await
        }
        Ok(SignIn::Opened(opened)) => {
            action.cookie(Name::Session, &opened.token);
            if let Some(known) = &opened.known {
                action.cookie(Name::Device, known);
            }
            sign_in_pages::are_over(&action);
            action.forget(Name::Flow);
            action.forget(Name::Link);
            let at = match opened.stage {
                Stage::Full => sign_in_pages::leads_to(&action),
                Stage::Factor => FACTOR.to_owned(),
                Stage::Enrol => SET_UP.to_owned(),
            };
            action
                .done(
                    &at,
                    Known {
                        session: Some(&opened.token),
                        ..Known::default()
                    },
                    None,
                )
                .await
        }
        Err(failure) => {
            let at = sign_in_pages::refused_at(&action.ctx, &failure);
            action.refuse(failure, at, typed).await
        }
    }
}

/// Sign-out: the session ends on the server, and the browser is told to forget what it kept. The page's token is not looked at: the
/// post is known to come from our own page, and whoever presses "sign out" in an old tab means it.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn close_session() -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let Some(session) = action.visitor.session().map(str::to_owned) else {
        return action.done(SIGN_IN, Known::default(), None).await;
    };
    if let Err(failure) = sign_in::sign_out(&action.ctx, &session, action.visitor.client).await {
        return action.refuse(failure, ACCOUNT, Typed::default()).await;
    }
    action.forget(Name::Session);
    action.forget(Name::Flow);
    action.forget(Name::Link);
    // Without "cookies", which would take those of the whole registered domain, other services' too
    // (docs/decisions/0006-sign-out-leaves-other-services-cookies-alone.md).
    action.options.insert_header(
        header::HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    action
        .done(SIGN_IN, Known::default(), Some(Notice::SignedOut))
        .await
}
