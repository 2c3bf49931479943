//! Asks for a new code.

use leptos::prelude::*;

use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Asks for a new code, on another way where people choose.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "forgot-password/resend")]
pub async fn resend(
    #[server(default)] token: String,
    #[server(default)] channel: String,
) -> Result<Answer, RejectedPost> {
    actions::send_again(&token, &channel).await
}
