//! Asks for a new code.

use leptos::prelude::*;

use crate::rules::page::{Answer, Refusal};
#[cfg(feature = "ssr")]
use crate::server::http::actions;

/// Asks for a new code.
///
/// # Errors
/// [`Refusal`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "forgot-password/resend")]
pub async fn resend(#[server(default)] token: String) -> Result<Answer, Refusal> {
    actions::send_again(&token).await
}
