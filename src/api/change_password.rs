//! Changes the password of somebody who is signed in.

use leptos::prelude::*;

use super::Secret;
use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Changes the password of somebody who is signed in and knows it.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "account/password")]
pub async fn change_password(
    #[server(default)] token: String,
    #[server(default)] password: Secret,
    #[server(default)] new_password: Secret,
    #[server(default)] confirm_password: Secret,
) -> Result<Answer, RejectedPost> {
    actions::change_password(
        &token,
        password.typed(),
        new_password.typed(),
        confirm_password.typed(),
    )
    .await
}
