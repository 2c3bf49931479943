//! Begins a reset for what the person wrote.

use leptos::prelude::*;

use crate::rules::page::{Answer, RejectedPost};

#[cfg(feature = "ssr")]
use crate::server::http::wizard::actions;

/// Begins a reset for what the person wrote.
///
/// # Errors
/// [`RejectedPost`]: the page to be at, saying why.
#[server(prefix = "/api", endpoint = "forgot-password/identify")]
pub async fn identify(
    #[server(default)] form: String,
    #[server(default)] identifier: String,
    #[server(default)] channel: String,
    #[server(default)] postal_code: String,
    #[server(default)] robot: String,
    #[server(default)] robot_proof: String,
) -> Result<Answer, RejectedPost> {
    actions::identify(
        &form,
        &identifier,
        &channel,
        &postal_code,
        &robot,
        &robot_proof,
    )
    .await
}
