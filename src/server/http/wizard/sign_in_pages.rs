//! Around sign-in: its two pages, and where it leads. What was written on the first page waits for the second in a sealed cookie, so that no
//! address holds it. Nothing is looked up between the two, so the second page looks the same for everybody.
use url::Url;

use super::reply::Action;
use crate::rules::identifier;
use crate::rules::page::{Answer, PageState, RejectedPost, Typed};
use crate::rules::problem::{FieldName, FieldProblem};
use crate::server::base::failure::Failure;
use crate::server::base::keys::Purpose;
use crate::server::config::{SignInPages, is_on_web};
use crate::server::context::Context;
use crate::server::http::cookies::Name;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::{ACCOUNT, SIGN_IN, SIGN_IN_PASSWORD};

const PLACE: &str = "cookie sign-in";

/// Whether sign-in is on two pages.
pub fn are_two(ctx: &Context) -> bool {
    ctx.config.accounts.sign_in_pages == SignInPages::Two
}

/// The site that sent somebody here and gets them back.
fn back_to_web(visitor: &Visitor) -> Option<&str> {
    let is_web = |place: &&str| Url::parse(place).is_ok_and(|url| is_on_web(&url));
    visitor.return_to().filter(is_web)
}

/// Where somebody goes who is signed in now, and the cookies that are then over: back to the site that sent them here, or to the page of the
/// account that they asked for; `None` for the start page. An app on a phone is opened by a button of the start page instead: browsers do
/// not follow a redirection out of themselves, or ask in words of their own.
pub fn onward(visitor: &Visitor) -> Option<(&str, &'static [Name])> {
    if let Some(place) = back_to_web(visitor) {
        return Some((place, &[Name::Return, Name::Wanted]));
    }
    Some((visitor.wanted()?, &[Name::Wanted]))
}

/// The same for the answer to a post of the app.
pub fn leads_to(action: &Action) -> String {
    match onward(&action.visitor) {
        Some((place, over)) => {
            for name in over {
                action.forget(*name);
            }
            place.to_owned()
        }
        None => ACCOUNT.to_owned(),
    }
}

/// The value of the cookie; `None` when it cannot be made, and then the first page comes again.
fn seal(ctx: &Context, identifier: &str) -> Option<String> {
    let plain = identifier.as_bytes();
    ctx.keys.seal(Purpose::Cookie, PLACE, plain).ok()
}

/// What this browser has brought from the first page, if the cookie is ours.
pub fn typed(ctx: &Context, visitor: &Visitor) -> Option<String> {
    let value = visitor.signing_in()?;
    let plain = ctx.keys.open_sealed(Purpose::Cookie, PLACE, value).ok()?;
    String::from_utf8(plain.to_vec()).ok()
}

/// The password was right: what was written is needed no more.
pub fn are_over(action: &Action) {
    if typed(&action.ctx, &action.visitor).is_some() {
        action.forget(Name::SignIn);
    }
}

/// The page that says what was wrong: the one with the field.
pub fn refused_at(ctx: &Context, failure: &Failure) -> &'static str {
    let about_name = matches!(failure, Failure::Rejected(problems)
        if problems.iter().any(|FieldProblem { field, .. }| *field == Some(FieldName::Identifier)));
    if are_two(ctx) && !about_name {
        SIGN_IN_PASSWORD
    } else {
        SIGN_IN
    }
}

/// The first page was posted: the second one comes, unless nothing usable was written.
pub async fn go_on(action: &Action, typed: &str) -> Result<Answer, RejectedPost> {
    let kept = Typed {
        identifier: Some(typed.trim().to_owned()),
        ..Typed::default()
    };
    let sealed = match identifier::check(typed) {
        Ok(checked) => seal(&action.ctx, checked),
        Err(problem) => {
            let failure = Failure::rejected(problem);
            return action.refuse(failure, SIGN_IN, kept).await;
        }
    };
    if let Some(value) = sealed {
        action.cookie(Name::SignIn, &value);
    }
    let current = action.current_flow().await.unwrap_or_default();
    let inputs = action.page_inputs(current.as_ref());
    let answer = action.done(SIGN_IN_PASSWORD, inputs, None).await?;
    Ok(Answer {
        state: PageState {
            typed: kept,
            ..answer.state
        },
        ..answer
    })
}
