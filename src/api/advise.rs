//! Advice on a password while it is being typed.

use leptos::prelude::*;

use super::Secret;
use crate::rules::advice::Advice;
use crate::rules::page::RejectedPost;

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Advice on a password while it is being typed. It changes nothing; it is a POST so that the password stands in no address.
///
/// # Errors
/// [`RejectedPost`] when it cannot be asked for.
#[server(prefix = "/api", endpoint = "password-advice")]
pub async fn advise(
    #[server(default)] token: String,
    #[server(default)] new_password: Secret,
) -> Result<Advice, RejectedPost> {
    actions::password_advice(&token, new_password.typed()).await
}
