//! `/sign-in/factor`: the password was right, the second factor is still to be shown.

use axum::Form;
use axum::response::Response;

use super::ask::ask;
use super::form::FactorForm;
use super::sign_in_completed::{by, goes_on, signed_in};
use super::waiting::AwaitsFactor;
use crate::server::account::factor::{Done, show};
use crate::server::http::drawn::flash::session_over;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{ACCOUNT, FACTOR};
use crate::server::http::signed_in::WayBack;
use crate::server::reset::factor::View;

/// The page.
pub(super) async fn get(AwaitsFactor(request): AwaitsFactor) -> Response {
    let view = View {
        token: request.form_token(),
        reference: String::new(),
        user_name: request.who.account.user_name.clone(),
        accounts: Vec::new(),
        is_required_change: false,
    };
    ask(&request, FACTOR, &view)
}

/// The code.
pub(super) async fn post(
    AwaitsFactor(request): AwaitsFactor,
    Form(form): Form<FactorForm>,
) -> PageResult {
    let ctx = request.ctx();
    let show = async { Ok(show(ctx, by(&request), &form.totp).await?) };
    let answer = |done| match done {
        Done::Yes(came) => {
            let mut response = goes_on(ctx, &request.visitor, ACCOUNT);
            signed_in(ctx, &mut response, &came);
            response
        }
        Done::Refused(rejection) => {
            let error = form.problem(rejection).error(request.sentences());
            request.back_with(FACTOR, error)
        }
        Done::Over => session_over().answer(ctx),
    };
    request
        .post(&form.token, show, WayBack::to(FACTOR), answer)
        .await
}
