//! The other accounts with the password of this one, where one was chosen for all that share an address: sign-in with the address opens one
//! of them, and here the person picks another. Nobody is let in by that: it signs out, and sign-in asks for the password of the one that
//! was picked.

use axum::Form;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use serde::Deserialize;

use crate::rules::page::Typed;
use crate::server::account::rejection::Rejection;
use crate::server::account::sign_in;
use crate::server::base::failure::Failure;
use crate::server::config::LinkedAccounts;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::flash::{self, FlashMessage};
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{ACCOUNT, SIGN_IN};
use crate::server::http::signed_in::{SignedInRequest, WayBack};

/// Their user names.
pub(super) async fn user_names(request: &SignedInRequest) -> Result<Vec<String>, sqlx::Error> {
    let ctx = request.ctx();
    if ctx.config.reset.linked_accounts != LinkedAccounts::All {
        return Ok(Vec::new());
    }
    let mut connection = ctx.store.read().await?;
    let id = &request.who.account.id;
    let same = ctx
        .directory
        .same_password(&mut connection, id, ctx.now())
        .await?;
    Ok(same.into_iter().map(|account| account.user_name).collect())
}

/// What the form carries.
#[derive(Deserialize)]
pub struct OtherForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    user_name: String,
}

/// `POST /account/other`.
pub async fn post(request: SignedInRequest, Form(form): Form<OtherForm>) -> PageResult {
    let picked = user_names(&request).await?;
    let picked = picked.into_iter().find(|name| *name == form.user_name);
    let leave = async {
        // None of them any more: another password was chosen meanwhile.
        let picked = picked.ok_or(Rejection::FormStale)?;
        let (token, client) = (request.visitor.session(), request.visitor.client);
        sign_in::sign_out(request.ctx(), token.unwrap_or_default(), client)
            .await
            .map_err(|failure| failure.map_rejection(|_| Rejection::FormStale))?;
        Ok::<_, Failure<Rejection>>(picked)
    };
    request
        .post(&form.token, leave, WayBack::to(ACCOUNT), |picked| {
            to_sign_in(&request, picked)
        })
        .await
}

/// To sign-in, which holds the user name. What an explicit sign-out takes away goes here too.
fn to_sign_in(request: &SignedInRequest, user_name: String) -> Response {
    let ctx = request.ctx();
    let message = FlashMessage {
        at: SIGN_IN.to_owned(),
        typed: Typed {
            identifier: Some(user_name),
            ..Typed::default()
        },
        ..FlashMessage::default()
    };
    let mut response = flash::to_page(ctx, SIGN_IN, &message);
    let written = cookies::WRITTEN
        .into_iter()
        .filter(|name| *name != Name::Flash && request.visitor.has_written(*name));
    for name in written.chain([Name::Session, Name::Flow, Name::Link]) {
        append(&mut response, cookies::remove(ctx, name));
    }
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
}
