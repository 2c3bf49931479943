//! Signs out.

use leptos::prelude::*;

use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Signs out.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "sign-out")]
pub async fn sign_out() -> Result<Answer, RejectedPost> {
    actions::close_session().await
}
