//! What the server functions do: each reads its arguments, calls one use-case, and hands the outcome to the reply.

mod account;

use axum::http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::reply::Action;
use super::state::PageInputs;
use crate::rules::advice::Advice;
use crate::rules::channel::Channel;
use crate::rules::page::{Answer, Notice, RejectedPost, Typed};
use crate::rules::password::nfc;
use crate::rules::problem::Problem;
use crate::rules::steps::Step;
use crate::server::base::failure::Failure;
use crate::server::directory::Password;
use crate::server::http::cookies::Name;
use crate::server::reset::advise::{Proposal, advise};
use crate::server::reset::begin::{Begin, begin};
use crate::server::reset::choose::{self, Choice};
use crate::server::reset::choose_by_link::{ByLink, choose_by_link};
use crate::server::reset::link::{self, Opened};
use crate::server::reset::resend::resend;
use crate::server::reset::verify::verify;

pub use account::{change_password, close_session, open_session};

fn typed_password(typed: &str) -> Password {
    Password::new(nfc(typed))
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
/// [`RejectedPost`] with the page that says why.
pub async fn identify(
    form: &str,
    identifier: &str,
    channel: &str,
    postal_code: &str,
    robot: &str,
    robot_proof: &str,
) -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
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
/// [`RejectedPost`] with the page that says why.
pub async fn prove(token: &str, code: &str) -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
    match verify(&action.ctx, action.held(token), code, action.visitor.client).await {
        Ok((flow, cookie)) => {
            action.flow_cookie(&flow, &cookie);
            let inputs = action.page_inputs(Some(&flow));
            // Where the account has a second factor, that comes first.
            let next = Step::parse(&flow.step).unwrap_or(Step::New);
            action.done(next.path(), inputs, None).await
        }
        Err(failure) => action.refuse_code(failure).await,
    }
}

/// The request for a new code.
///
/// # Errors
/// [`RejectedPost`] with the page that says why.
pub async fn send_again(token: &str, channel: &str) -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
    let held = action.held(token);
    let channel = Channel::parse(channel);
    match resend(&action.ctx, held, channel, action.visitor.client).await {
        Ok(flow) => {
            action.keep_flow_cookie(&flow);
            let inputs = action.page_inputs(Some(&flow));
            action
                .done(Step::Code.path(), inputs, Some(Notice::Resent))
                .await
        }
        Err(failure) => action.refuse_code(failure).await,
    }
}

/// The new password.
///
/// # Errors
/// [`RejectedPost`] with the page that says why.
pub async fn new_password(
    token: &str,
    account: &str,
    password: &str,
    confirm: &str,
) -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
    let picked = Typed {
        account: Some(account.to_owned()),
        ..Typed::default()
    };
    let choice = Choice {
        by: action.held(token),
        account,
        password: typed_password(password),
        confirm: typed_password(confirm),
        browser: action.visitor.browser(),
        device: &action.visitor.device,
        client: action.visitor.client,
        session: action.visitor.session(),
        device_cookie: action.visitor.device_cookie(),
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
            if let Some(cookie) = &chosen.device_cookie {
                action.cookie(Name::Device, cookie);
            }
            action.keep_flow_cookie(&chosen.flow);
            if !action.visitor.wants_page {
                action.note_shown(&chosen.flow).await;
            }
            let session = chosen.session.as_deref().or(action.visitor.session());
            action
                .done(
                    Step::Done.path(),
                    PageInputs {
                        session,
                        ..action.page_inputs(Some(&chosen.flow))
                    },
                    None,
                )
                .await
        }
        Err(failure) if is_from_elsewhere(&failure) => {
            // Its link is no longer the one that is open here: the page says which is.
            let Some(opened) = action.visitor.link(&action.ctx) else {
                return action.refuse(failure, Step::New.path(), picked).await;
            };
            let failure = Failure::rejected(Problem::LinkElsewhere);
            action
                .refuse_under(failure, Step::New.path(), picked, Some(&opened))
                .await
        }
        Err(failure) => action.refuse(failure, Step::New.path(), picked).await,
    }
}

/// Whether a form was made under neither the flow nor the link of this browser.
fn is_from_elsewhere(failure: &Failure) -> bool {
    matches!(failure, Failure::Rejected(problems) if problems.iter().any(|found| {
        matches!(found.problem, Problem::FlowMissing | Problem::FlowElsewhere)
    }))
}

/// Advice on a password that is being typed. It never says why there is none.
///
/// # Errors
/// [`RejectedPost`] when the request cannot be looked at.
pub async fn password_advice(token: &str, password: &str) -> Result<Advice, RejectedPost> {
    let action = Action::of_request()?;
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
) -> Result<Answer, RejectedPost> {
    let session = match choose_by_link(&action.ctx, opened, choice).await {
        Ok(ByLink::Done {
            session,
            device_cookie,
        }) => {
            if let Some(cookie) = &device_cookie {
                action.cookie(Name::Device, cookie);
            }
            session
        }
        Ok(ByLink::Factor) => {
            return action
                .done(Step::Factor.path(), action.page_inputs(None), None)
                .await;
        }
        Ok(ByLink::Over) => {
            // Its page says how it ended.
            let inputs = PageInputs {
                link: Some(opened),
                ..action.page_inputs(None)
            };
            return action.done(Step::New.path(), inputs, None).await;
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
    let inputs = PageInputs {
        link: Some(&done),
        session: session.as_deref().or(action.visitor.session()),
        flow: None,
        client: None,
        return_to: action.visitor.return_to(),
        is_change: false,
    };
    action.done(Step::Done.path(), inputs, None).await
}

/// "Send a new link", under an old one.
///
/// # Errors
/// [`RejectedPost`] with the page that says why.
pub async fn renew_link() -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
    let visitor = &action.visitor;
    let Some(opened) = visitor.link(&action.ctx) else {
        let failure = Failure::rejected(Problem::FlowMissing);
        return action
            .refuse(failure, Step::Identify.path(), Typed::default())
            .await;
    };
    match link::renew(&action.ctx, &opened, visitor.language, visitor.client).await {
        Ok(begun) => {
            action.forget(Name::Link);
            action.begun(&begun).await
        }
        Err(failure) => {
            let under = Some(&opened);
            action
                .refuse_under(failure, Step::New.path(), Typed::default(), under)
                .await
        }
    }
}
