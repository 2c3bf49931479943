//! The requests of somebody whose sign-in waits: for the second factor, or for one to be set up.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::signed_in::SignedInRequest;
use crate::server::http::web_state::WebState;
use crate::server::store::sessions::Stage;

/// The request of somebody whose sign-in waits for the second factor.
pub(super) struct AwaitsFactor(pub(super) SignedInRequest);

impl FromRequestParts<WebState> for AwaitsFactor {
    type Rejection = EarlyResponse;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, EarlyResponse> {
        let request = SignedInRequest::at_stage(parts, web, Stage::Factor).await?;
        Ok(Self(request))
    }
}

/// The request of somebody whose sign-in waits for a second factor to be set up.
pub(super) struct AwaitsSetUp(pub(super) SignedInRequest);

impl FromRequestParts<WebState> for AwaitsSetUp {
    type Rejection = EarlyResponse;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, EarlyResponse> {
        let request = SignedInRequest::at_stage(parts, web, Stage::Enrol).await?;
        Ok(Self(request))
    }
}
