//! `/account/security/factor`: whether the second factor is on, another app, new recovery codes, turning it off.

use std::pin::Pin;

use askama::Template;
use axum::Form;

use super::form::FactorForm;
use super::sign_in_completed::by;
use super::{enrolment, handed};
use crate::server::account::factor::{remove, renew_codes};
use crate::server::account::rejection::Rejection;
use crate::server::base::failure::Failure;
use crate::server::base::local_time;
use crate::server::base::passage::Passage;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{ACCOUNT_FACTOR, ACCOUNT_FACTOR_APP, SECURITY};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::server::{factor, store};
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "factor/account.html")]
struct FactorPage<'a> {
    frame: Frame<'a>,
    token: String,
    /// Since when it is on, and how many recovery codes are left.
    texts: [String; 2],
    /// Why it cannot be turned off.
    demanded: Option<Passage>,
}

/// The page.
pub(super) async fn get(request: SignedInRequest) -> PageResult {
    let ctx = request.ctx();
    let account = &request.who.account;
    let mut connection = ctx.store.read().await?;
    let factors = store::factors::confirmed(&mut connection, &account.id).await?;
    let left = factor::codes_left(&mut connection, &account.id).await?;
    drop(connection);
    let since = factors.first().and_then(|factor| factor.confirmed_at);
    let Some(since) = since else {
        return get_set_up(&request, ACCOUNT_FACTOR).await;
    };
    let sentences = request.sentences();
    let zone = &ctx.config.site.time_zone;
    let date = local_time::day_on_page(zone, ctx.now(), since, request.visitor.language);
    let site = [("site", ctx.site_name(sentences))];
    let demanded = factor::is_demanded(ctx, account)
        .then(|| Passage::fill(sentences.server(ServerText::FactorAccountDemanded), &site));
    Ok(request.draw(&FactorPage {
        frame: request
            .frame(request.sentence(ServerText::FactorAccountTitle))
            .back_to(SECURITY, ServerText::AccountBack),
        token: request.form_token(),
        texts: [
            sentences.fill_server(ServerText::FactorAccountOn, &[("date", &date)]),
            sentences.fill_server(
                ServerText::FactorAccountLeft,
                &[("count", &left.to_string())],
            ),
        ],
        demanded,
    }))
}

/// The page of another app.
pub(super) async fn get_app(request: SignedInRequest) -> PageResult {
    get_set_up(&request, ACCOUNT_FACTOR_APP).await
}

/// The key of a new app is shown to nobody who has not just shown that it is them.
async fn get_set_up(request: &SignedInRequest, path: &'static str) -> PageResult {
    request.confirmed(path).await?;
    enrolment::page(request, path).await
}

/// What the page posts.
pub(super) async fn post(request: SignedInRequest, Form(form): Form<FactorForm>) -> PageResult {
    post_at(&request, &form, ACCOUNT_FACTOR).await
}

/// What the page of another app posts.
pub(super) async fn post_app(request: SignedInRequest, Form(form): Form<FactorForm>) -> PageResult {
    post_at(&request, &form, ACCOUNT_FACTOR_APP).await
}

async fn post_at(request: &SignedInRequest, form: &FactorForm, path: &'static str) -> PageResult {
    let ctx = request.ctx();
    let back = WayBack::to(path);
    match form.button.as_str() {
        "codes" => {
            let renew =
                after_confirming(request, async { Ok(renew_codes(ctx, by(request)).await?) });
            let account = &request.who.account.id;
            request
                .post(&form.token, renew, back, |codes| match codes {
                    Some(codes) => handed::handed_out(ctx, account, &codes),
                    None => see_other(ACCOUNT_FACTOR),
                })
                .await
        }
        "remove" => {
            let remove = after_confirming(request, async { Ok(remove(ctx, by(request)).await?) });
            request
                .post(&form.token, remove, back, |_| see_other(ACCOUNT_FACTOR))
                .await
        }
        _ => {
            let set_up = after_confirming(request, enrolment::posted(request, form));
            request
                .post(&form.token, set_up, back, |progress| {
                    enrolment::answer(request, path, progress)
                })
                .await
        }
    }
}

/// A use-case that only somebody comes to who has just re-authenticated.
fn after_confirming<'a, T>(
    request: &'a SignedInRequest,
    use_case: impl Future<Output = Result<T, Failure<Rejection>>> + Send + 'a,
) -> Pin<Box<dyn Future<Output = Result<T, Failure<Rejection>>> + Send + 'a>> {
    Box::pin(async {
        if request.has_confirmed().await? {
            use_case.await
        } else {
            Err(Rejection::Unconfirmed.into())
        }
    })
}
