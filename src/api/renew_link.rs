//! Asks for a new link in place of an old one.

use leptos::prelude::*;

use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Asks for a new link in place of the one that this browser has opened.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "forgot-password/link")]
pub async fn renew_link() -> Result<Answer, RejectedPost> {
    actions::renew_link().await
}
