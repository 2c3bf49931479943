//! What the server functions of sign-in, sign-out and a signed-in person's password do.
use axum::http::{HeaderValue, header};

use super::typed_password;
use crate::rules::page::{Answer, Notice, RejectedPost, Typed};
use crate::rules::problem::Problem;
use crate::rules::steps::Step;
use crate::server::account::password::{self as change_password, Changed, Proposal as Proposed};
use crate::server::account::sign_in::{self, Given, SignIn};
use crate::server::base::failure::Failure;
use crate::server::base::keys::same;
use crate::server::http::cookies::{self, Name};
use crate::server::http::drawn::flash::FlashMessage;
use crate::server::http::places::{
    ACCOUNT, FACTOR, PASSWORD, SECURITY, SET_UP, SIGN_IN, asks_first,
};
use crate::server::http::session::form_token;
use crate::server::http::wizard::reply::Action;
use crate::server::http::wizard::sign_in_pages;
use crate::server::http::wizard::state::PageInputs;
use crate::server::store::sessions::Stage;

/// A signed-in person's new password.
///
/// # Errors
/// [`RejectedPost`] with the page that says why.
pub async fn change_password(
    token: &str,
    present: &str,
    password: &str,
    confirm: &str,
) -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
    let over = || Failure::rejected(Problem::SessionOver);
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
        let failure = Failure::rejected(Problem::FormStale);
        return action.refuse(failure, PASSWORD, Typed::default()).await;
    }
    let proposal = Proposed {
        present: typed_password(present),
        password: typed_password(password),
        confirm: typed_password(confirm),
        browser: action.visitor.browser(),
        device: &action.visitor.device,
        client: action.visitor.client,
        device_cookie: action.visitor.device_cookie(),
    };
    match change_password::change(&action.ctx, &who, proposal).await {
        // More has to be shown first, and then the page comes again.
        Ok(None) => {
            let inputs = action.page_inputs(None);
            action.done(&asks_first(PASSWORD), inputs, None).await
        }
        Ok(Some(Changed {
            session,
            device_cookie,
        })) => {
            action.cookie(Name::Device, &device_cookie);
            let at = if let Some(session) = &session {
                action.cookie(Name::Session, session);
                SECURITY
            } else {
                action.forget(Name::Session);
                SIGN_IN
            };
            // The page that says so may be none of the app's.
            action.flash(&FlashMessage {
                at: at.to_owned(),
                notice: Some(Notice::PasswordChanged),
                ..FlashMessage::default()
            });
            let state = PageInputs {
                session: session.as_deref(),
                ..PageInputs::default()
            };
            action.done(at, state, None).await
        }
        Err(failure) => action.refuse(failure, PASSWORD, Typed::default()).await,
    }
}

/// Sign-in; with `next` only its first page, where it is on two.
///
/// # Errors
/// [`RejectedPost`] with the page that says why.
pub async fn open_session(
    identifier: &str,
    password: &str,
    next: &str,
) -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
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
        device_cookie: action.visitor.device_cookie(),
    };
    match sign_in::sign_in(&action.ctx, given, typed_password(password)).await {
        Ok(SignIn::RequiredChange(begun)) => {
            action.flow_cookie(&begun.flow, &begun.cookie);
            sign_in_pages::are_over(&action);
            let inputs = action.page_inputs(Some(&begun.flow));
            let at = Step::parse(&begun.flow.step).unwrap_or(Step::New);
            action.done(at.path(), inputs, None).await
        }
        Ok(SignIn::Opened(opened)) => {
            action.cookie(Name::Session, &opened.token);
            if let Some(cookie) = &opened.device_cookie {
                action.cookie(Name::Device, cookie);
            }
            sign_in_pages::are_over(&action);
            action.forget(Name::Flow);
            let at = match opened.stage {
                Stage::Full => sign_in_pages::leads_to(&action),
                Stage::Factor => FACTOR.to_owned(),
                Stage::Enrol => SET_UP.to_owned(),
            };
            action
                .done(
                    &at,
                    PageInputs {
                        session: Some(&opened.token),
                        ..PageInputs::default()
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
/// [`RejectedPost`] with the page that says why.
pub async fn close_session() -> Result<Answer, RejectedPost> {
    let action = Action::of_request()?;
    for name in cookies::WRITTEN {
        if action.visitor.has_written(name) {
            action.forget(name);
        }
    }
    let Some(session) = action.visitor.session().map(str::to_owned) else {
        return action.done(SIGN_IN, PageInputs::default(), None).await;
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
        .done(SIGN_IN, PageInputs::default(), Some(Notice::SignedOut))
        .await
}
