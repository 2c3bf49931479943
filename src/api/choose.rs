//! Sets the new password.

use leptos::prelude::*;

use super::Secret;
use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Sets the new password.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "forgot-password/new")]
pub async fn choose(
    #[server(default)] token: String,
    #[server(default)] account: String,
    #[server(default)] new_password: Secret,
    #[server(default)] confirm_password: Secret,
) -> Result<Answer, RejectedPost> {
    let (password, confirm) = (new_password.typed(), confirm_password.typed());
    actions::new_password(&token, &account, password, confirm).await
}
