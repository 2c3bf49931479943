//! What this server asks of other servers over HTTP: one way to build a client, to read an answer and to say why none came.

use std::error::Error as _;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, redirect};

/// An answer, whatever its status. Deliberately without `Debug`: it may repeat what was sent.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The text, up to the length that was asked for.
    pub body: String,
    /// There was more.
    pub is_cut: bool,
}

/// Why no answer came. It names nothing that was sent.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unanswered(String);

/// A client. TLS trusts the machine's own authorities. A redirect would carry the request to where nobody has configured it, and a proxy of
/// the environment would see where it goes, so neither is followed.
///
/// # Errors
/// When TLS cannot be set up.
pub fn client(timeout: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("rekey/", env!("CARGO_PKG_VERSION")))
        .timeout(timeout)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .build()
}

/// Sends a request and reads at most `most` bytes of its answer.
///
/// # Errors
/// [`Unanswered`].
pub async fn ask(request: RequestBuilder, most: usize) -> Result<Answer, Unanswered> {
    let mut response = request.send().await.map_err(|error| cause(&error))?;
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    let mut is_cut = false;
    while let Some(part) = response.chunk().await.map_err(|error| cause(&error))? {
        bytes.extend_from_slice(&part);
        if bytes.len() > most {
            bytes.truncate(most);
            is_cut = true;
            break;
        }
    }
    Ok(Answer {
        status,
        body: String::from_utf8_lossy(&bytes).into_owned(),
        is_cut,
    })
}

/// Describes an error that is no answer. The error's own text has the whole address, which may hold a key; its deepest cause has the words of
/// the operating system or the TLS library, which know host names at most.
fn cause(error: &reqwest::Error) -> Unanswered {
    if error.is_timeout() {
        return Unanswered("timed out".to_owned());
    }
    if !error.is_connect() {
        return Unanswered("the answer broke off or is not HTTP".to_owned());
    }
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    let cause = cause.map_or_else(|| "failed".to_owned(), ToString::to_string);
    Unanswered(format!("connect: {cause}"))
}
