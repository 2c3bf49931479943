//! The HTTP client of the gateways, and what can go wrong before one has answered.

use std::error::Error as _;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, redirect};
use url::Url;

use super::Failure;

/// How much of an answer is read. Those of the gateways have a few hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Speaks to one gateway.
pub(super) struct Client {
    client: reqwest::Client,
    timeout: Duration,
}

/// What a gateway has answered. Deliberately without `Debug`: it repeats number and text.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Client {
    /// TLS trusts the machine's own authorities. A redirect would carry the message to where nobody has configured it, and a proxy of the
    /// environment would see where it goes, so neither is followed.
    pub(super) fn new(timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("rekey/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .build()?;
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
    pub(super) async fn post(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| failure(&error))? {
            bytes.extend_from_slice(&part);
            if bytes.len() > LONGEST_ANSWER {
                bytes.truncate(LONGEST_ANSWER);
                break;
            }
        }
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }
}

/// Describes an error that is no answer. The error's own text has the whole address, which may hold a key; its deepest cause has the words of
/// the operating system or the TLS library, which know host names at most.
fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::Retry("timed out".to_owned());
    }
    if !error.is_connect() {
        return Failure::Retry("the answer broke off or is not HTTP".to_owned());
    }
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    let cause = cause.map_or_else(|| "failed".to_owned(), ToString::to_string);
    Failure::Retry(format!("connect: {cause}"))
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
