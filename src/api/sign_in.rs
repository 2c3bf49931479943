//! Signs in.

use leptos::prelude::*;

use super::Secret;
use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Signs in.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] identifier: String,
    #[server(default)] password: Secret,
    #[server(default)] next: String,
) -> Result<Answer, RejectedPost> {
    actions::open_session(&identifier, password.typed(), &next).await
}
