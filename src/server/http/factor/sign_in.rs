//! `/sign-in/factor`: the password was right, the second factor is still to be shown.
use axum::Form;
use axum::extract::{Extension, State};
use axum::response::Response;

use super::problem::{Problem, back};
use super::{Posted, answer, at_stage, by, came_in, goes_on, has_form};
use crate::server::account::factor::{Done, show};
use crate::server::base::failure::Failure;
use crate::server::http::drawn::flash::session_over;
use crate::server::http::forms::form_token;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::{ACCOUNT, FACTOR};
use crate::server::http::web_state::WebState;
use crate::server::reset::factor::View;
use crate::server::store::sessions::Stage;

/// The page.
pub(super) async fn page(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let made = async {
        let person = match at_stage(&web.ctx, &visitor, Stage::Factor).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let view = View {
            token: form_token(&web.ctx, &person),
            reference: String::new(),
            user_name: person.account.user_name,
            accounts: Vec::new(),
            is_forced: false,
        };
        Ok(super::ask::ask(&web, &visitor, FACTOR, &view))
    };
    answer(made.await)
}

/// Takes the code.
pub(super) async fn take(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    Form(posted): Form<Posted>,
) -> Response {
    answer(taken(&web, &visitor, &posted).await)
}

async fn taken(web: &WebState, visitor: &Visitor, posted: &Posted) -> Result<Response, Failure> {
    let ctx = &web.ctx;
    let person = match at_stage(ctx, visitor, Stage::Factor).await? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !has_form(ctx, &person, &posted.token) {
        return Ok(back(ctx, visitor, FACTOR, Problem::Stale));
    }
    Ok(match show(ctx, by(visitor, &person), &posted.totp).await? {
        Done::Yes(came) => {
            let mut response = goes_on(ctx, visitor, ACCOUNT);
            came_in(ctx, &mut response, &came);
            response
        }
        Done::Refused(refusal) => back(ctx, visitor, FACTOR, posted.problem(refusal)),
        Done::Over => session_over(ctx),
    })
}
