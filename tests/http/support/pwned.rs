//! A service that speaks the range protocol of Pwned Passwords, and a download of it, with the faults that they have.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use sha1::{Digest as _, Sha1};
use tempfile::NamedTempFile;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// What the service does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Answers.
    Answer,
    /// Has broken down.
    Fault,
    /// A page of somebody who sits in between.
    NoList,
    /// Takes the connection and says nothing.
    Hang,
}

/// A request as the service got it.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

#[derive(Debug)]
struct Desk {
    manner: Manner,
    hashes: Vec<String>,
    requests: Vec<Request>,
}

/// The service.
#[derive(Debug)]
pub struct Pwned {
    port: u16,
    desk: Arc<Mutex<Desk>>,
    serving: AbortHandle,
}

impl Pwned {
    /// Starts one that knows these passwords.
    pub async fn start(passwords: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let desk = Arc::new(Mutex::new(Desk {
            manner: Manner::Answer,
            hashes: passwords
                .iter()
                .map(|password| Self::hash(password))
                .collect(),
            requests: Vec::new(),
        }));
        let router = axum::Router::new()
            .fallback(answer)
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

    /// As the lists write it.
    pub fn hash(password: &str) -> String {
        data_encoding::HEXUPPER.encode(&Sha1::digest(password))
    }

    /// Where it is: below a path, as a mirror may be.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/mirror/", self.port)
    }

    /// How it behaves from now on.
    pub fn behave(&self, manner: Manner) {
        self.desk.lock().expect("no test panics with it").manner = manner;
    }

    /// What has come, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.desk
            .lock()
            .expect("no test panics with it")
            .requests
            .clone()
    }
}

impl Drop for Pwned {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State(desk): State<Arc<Mutex<Desk>>>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let path = uri.path().to_owned();
    let (manner, list) = {
        let mut desk = desk.lock().expect("no test panics with it");
        let list = range(&desk.hashes, path.rsplit('/').next().unwrap_or_default());
        desk.requests.push(Request {
            path,
            headers,
            body,
        });
        (desk.manner, list)
    };
    match manner {
        Manner::Answer => list.into_response(),
        Manner::Fault => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Manner::NoList => "<html>Sign in to this network</html>".into_response(),
        Manner::Hang => std::future::pending().await,
    }
}

/// An answer as the service writes it: a byte order mark, both ends of line, and padding that counts 0.
fn range(hashes: &[String], prefix: &str) -> String {
    let mut list = "\u{feff}".to_owned();
    let known = hashes.iter().filter_map(|hash| hash.strip_prefix(prefix));
    for rest in known {
        let _ = write!(list, "{rest}:12\r\n");
    }
    for number in 0..20 {
        let padding = Pwned::hash(&format!("padding {number}"));
        let _ = write!(list, "{}:0\r\n", &padding[5..]);
    }
    list
}

/// A download that knows these passwords and two thousand others.
pub fn pwned_file(passwords: &[&str]) -> NamedTempFile {
    let others = (0..2_000).map(|number| Pwned::hash(&number.to_string()));
    let known = passwords.iter().map(|password| Pwned::hash(password));
    let mut hashes: Vec<String> = others.chain(known).collect();
    hashes.sort();
    let mut file = NamedTempFile::new().expect("a file");
    for hash in hashes {
        write!(file, "{hash}:3\r\n").expect("written");
    }
    file
}
