//! Gateways for text messages on a port of their own: the three interfaces as they are published, with the faults that they have.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use data_encoding::BASE64;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::until;

/// The user that every gateway knows.
pub const USER: &str = "u-canary-4401";
/// Its password, and the bearer token.
pub const PASSWORD: &str = "p-canary-5521";
/// The account at Twilio.
pub const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
/// The id that 46elks gives.
pub const ELKS_ID: &str = "s70df59406a1b4643b96f3f91e0bfb7b0";
/// The id that Twilio gives.
pub const TWILIO_ID: &str = "SM0123456789abcdef0123456789abcdef";

/// What the gateway does with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes it.
    Take,
    /// Says that the number is none.
    BadNumber,
    /// Says that the account is empty, or another thing that the operator can mend.
    Account,
    /// Has too much to do.
    Busy,
    /// Has broken down.
    Fault,
    /// Takes the connection and says nothing.
    Hang,
    /// Sends the client elsewhere.
    Redirect,
}

/// A request as the gateway got it.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: HeaderMap,
    /// The fields of a form, or of an object in JSON.
    pub fields: BTreeMap<String, String>,
}

impl Request {
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

#[derive(Debug)]
struct Desk {
    manner: Manner,
    requests: Vec<Request>,
}

/// The gateway.
#[derive(Debug)]
pub struct Sms {
    port: u16,
    desk: Arc<Mutex<Desk>>,
    serving: AbortHandle,
}

impl Sms {
    /// Starts one that takes every message.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let desk = Arc::new(Mutex::new(Desk {
            manner: Manner::Take,
            requests: Vec::new(),
        }));
        let router = axum::Router::new()
            .fallback(take)
            .with_state(Arc::clone(&desk));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self {
            port,
            desk,
            serving: serving.abort_handle(),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// How it behaves from now on.
    pub fn behave(&self, manner: Manner) {
        self.desk.lock().expect("no test panics with it").manner = manner;
    }

    /// The next message: number and text. Waits for it.
    pub async fn next(&self) -> (String, String) {
        let request = until("a text message", async || {
            let mut desk = self.desk.lock().expect("no test panics with it");
            (!desk.requests.is_empty()).then(|| desk.requests.remove(0))
        })
        .await;
        let field = |name: &str| request.fields.get(name).cloned().unwrap_or_default();
        (field("to"), field("text"))
    }

    /// What has come, oldest first; forgotten then.
    pub fn requests(&self) -> Vec<Request> {
        let mut desk = self.desk.lock().expect("no test panics with it");
        std::mem::take(&mut desk.requests)
    }
}

impl Drop for Sms {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(
    State(desk): State<Arc<Mutex<Desk>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = Request {
        path: uri.to_string(),
        fields: fields(&headers, &body),
        headers,
    };
    let is_signed_in = is_signed_in(&request);
    let path = request.path.clone();
    let to = ["to", "To", "recipient"]
        .iter()
        .find_map(|name| request.fields.get(*name))
        .cloned()
        .unwrap_or_default();
    let manner = {
        let mut desk = desk.lock().expect("no test panics with it");
        desk.requests.push(request);
        desk.manner
    };
    match manner {
        Manner::Hang => std::future::pending().await,
        Manner::Redirect => (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, "/elsewhere")],
        )
            .into_response(),
        _ if path == "/a1/sms" => elks(manner, is_signed_in, &to),
        _ if path == format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json") => {
            twilio(manner, is_signed_in, &to)
        }
        _ if path.starts_with("/send") => own(manner, is_signed_in, &to),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn fields(headers: &HeaderMap, body: &[u8]) -> BTreeMap<String, String> {
    let kind = headers.get(header::CONTENT_TYPE);
    match kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default() {
        "application/json" => serde_json::from_slice(body).unwrap_or_default(),
        "application/x-www-form-urlencoded" => {
            url::form_urlencoded::parse(body).into_owned().collect()
        }
        _ => BTreeMap::new(),
    }
}

fn is_signed_in(request: &Request) -> bool {
    let basic = BASE64.encode(format!("{USER}:{PASSWORD}").as_bytes());
    let said = request.header(header::AUTHORIZATION);
    said == format!("Basic {basic}")
        || request.path.starts_with("/send") && said == format!("Bearer {PASSWORD}")
}

/// As 46elks answers: JSON for a yes, else a sentence.
fn elks(manner: Manner, is_signed_in: bool, to: &str) -> Response {
    let (status, body) = match manner {
        _ if !is_signed_in => (
            401,
            "API access requires Basic HTTP authentication. Read documentation or examples."
                .to_owned(),
        ),
        Manner::BadNumber => (400, format!("{to} is not a valid phone number")),
        Manner::Account => (403, "Not enough credits".to_owned()),
        Manner::Busy => (429, format!("Too many messages to {to}")),
        Manner::Fault => (500, format!("<html>{to}</html>")),
        _ => (
            200,
            format!(
                r#"{{"status":"created","direction":"outgoing","to":"{to}","id":"{ELKS_ID}"}}"#
            ),
        ),
    };
    answer(status, body)
}

/// As Twilio answers: JSON with the message's sid, or with the code of the fault.
fn twilio(manner: Manner, is_signed_in: bool, to: &str) -> Response {
    let fault = |status: u16, code: u32| {
        let body =
            format!(r#"{{"code":{code},"message":"Something about {to}","status":{status}}}"#);
        answer(status, body)
    };
    match manner {
        _ if !is_signed_in => fault(401, 20003),
        Manner::BadNumber => fault(400, 21211),
        Manner::Account => fault(400, 21606),
        Manner::Busy => fault(429, 20429),
        Manner::Fault => answer(500, format!("<html>{to}</html>")),
        _ => answer(
            201,
            format!(r#"{{"sid":"{TWILIO_ID}","status":"queued","to":"{to}","error_code":null}}"#),
        ),
    }
}

/// A gateway of one's own, which says everything by its status.
fn own(manner: Manner, is_signed_in: bool, to: &str) -> Response {
    let status = match manner {
        _ if !is_signed_in => 401,
        Manner::BadNumber => 422,
        Manner::Account => 402,
        Manner::Busy => 429,
        Manner::Fault => 503,
        _ => 202,
    };
    answer(status, format!("about {to}"))
}

fn answer(status: u16, body: String) -> Response {
    (StatusCode::from_u16(status).expect("a status"), body).into_response()
}
