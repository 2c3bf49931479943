//! The HTTP client of the gateways.
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use url::Url;

use super::GatewayFailure;
use crate::server::base::outbound;

pub(super) use crate::server::base::outbound::Answer;
use crate::server::delivery::Verdict;

/// How much of an answer is read. Those of the gateways have a few hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Speaks to one gateway.
pub(super) struct Client {
    client: reqwest::Client,
    timeout: Duration,
}

impl Client {
    pub(super) fn new(timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = outbound::client(timeout)?;
        Ok(Self { client, timeout })
    }

    /// The longest that [`Client::post`] can take.
    pub(super) const fn longest(&self) -> Duration {
        self.timeout
    }

    /// A request for [`Client::post`], signed in.
    pub(super) fn request(&self, url: &Url) -> RequestBuilder {
        self.client.request(Method::POST, url.clone())
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(super) async fn post(&self, request: RequestBuilder) -> Result<Answer, GatewayFailure> {
        outbound::ask(request, LONGEST_ANSWER)
            .await
            .map_err(|unanswered| GatewayFailure {
                verdict: Verdict::Passing,
                said: unanswered.to_string(),
            })
    }
}

/// An address below a base: the configured one, else the published one. Each part of the path is encoded.
pub(super) fn below(configured: Option<&Url>, published: &str, path: &[&str]) -> Option<Url> {
    let mut url = configured.cloned().or_else(|| Url::parse(published).ok())?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

/// An id that can stand in a log line.
pub(super) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
