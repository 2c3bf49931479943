//! Tries a code.

use leptos::prelude::*;

use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Tries a code.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "forgot-password/code")]
pub async fn verify(
    #[server(default)] token: String,
    #[server(default)] code: String,
) -> Result<Answer, RejectedPost> {
    actions::prove(&token, &code).await
}
