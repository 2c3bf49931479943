//! A mail relay that answers as its script says, remembers every command, and can change to TLS with a certificate of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use super::until;

#[derive(Default)]
struct Desk {
    /// What is answered instead, by `greeting`, `end`, or the first word of a command; lines by `\n`.
    script: BTreeMap<String, String>,
    extensions: Vec<String>,
    heard: Vec<String>,
    /// Whether a command came over TLS, for each of `heard`.
    encrypted: Vec<bool>,
    taken: Vec<String>,
}

/// The relay.
pub struct Scripted {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    listening: AbortHandle,
}

impl Scripted {
    /// One that takes every mail, on this machine.
    pub async fn start() -> Self {
        Self::on("127.0.0.1:0", None).await
    }

    /// One at an address of one's own, with a certificate and its key, if it knows TLS: files `cert.pem` and `key.pem` of a folder.
    pub async fn on(address: &str, tls: Option<&Path>) -> Self {
        let listener = TcpListener::bind(address)
            .await
            .expect("an address of ours");
        let address = listener.local_addr().expect("its address");
        let desk = Arc::new(Mutex::new(Desk::default()));
        let acceptor = tls.map(acceptor);
        if acceptor.is_some() {
            desk.lock().unwrap().extensions.push("STARTTLS".to_owned());
        }
        let shared = Arc::clone(&desk);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (desk, acceptor) = (Arc::clone(&shared), acceptor.clone());
                // A caller that hangs up in the middle is no fault of the relay's.
                tokio::spawn(async move { talk(stream, &desk, acceptor).await });
            }
        });
        Self {
            address,
            desk,
            listening: listening.abort_handle(),
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().expect("no test panics with it")
    }

    /// Answers a phase so from now on.
    pub fn says(&self, phase: &str, reply: &str) {
        self.desk()
            .script
            .insert(phase.to_owned(), reply.to_owned());
    }

    /// Takes everything again.
    pub fn takes(&self) {
        self.desk().script.clear();
    }

    /// Offers this in answer to EHLO.
    pub fn offers(&self, extensions: &[&str]) {
        let extensions = extensions.iter().map(|&name| name.to_owned());
        self.desk().extensions.extend(extensions);
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every command, oldest first.
    pub fn heard(&self) -> Vec<String> {
        self.desk().heard.clone()
    }

    /// The commands that begin so.
    pub fn heard_of(&self, verb: &str) -> Vec<String> {
        let mut heard = self.heard();
        heard.retain(|line| line.starts_with(verb));
        heard
    }

    /// Whether each command that begins so came over TLS.
    pub fn was_encrypted(&self, verb: &str) -> bool {
        let desk = self.desk();
        let both = desk.heard.iter().zip(&desk.encrypted);
        let mut those = both.filter(|(line, _)| line.starts_with(verb)).peekable();
        those.peek().is_some() && those.all(|(_, encrypted)| *encrypted)
    }

    /// The messages that were handed over whole, whatever was answered then, byte for byte.
    pub fn taken(&self) -> Vec<String> {
        self.desk().taken.clone()
    }

    /// Waits until so many were handed over.
    pub async fn until_taken(&self, number: usize) -> Vec<String> {
        until("mails come", async || {
            let taken = self.taken();
            (taken.len() >= number).then_some(taken)
        })
        .await
    }

    /// Its block of a configuration.
    pub fn block(&self, more: &str) -> String {
        let (host, port) = (self.address.ip(), self.address.port());
        format!(
            "[[mail.relays]]\nhost = \"{host}\"\nport = {port}\ntimeout_seconds = 2\n{}",
            if more.is_empty() {
                "security = \"none\"\n"
            } else {
                more
            }
        )
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn acceptor(folder: &Path) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(folder.join("cert.pem")).expect("certificates");
    let chain = chain.map(|one| one.expect("a certificate")).collect();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a key that fits");
    TlsAcceptor::from(Arc::new(config))
}

async fn talk(
    stream: TcpStream,
    desk: &Mutex<Desk>,
    acceptor: Option<TlsAcceptor>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, desk, "greeting", "220 scripted.test ESMTP").await?;
    if !converse(&mut stream, desk, false).await? {
        return Ok(());
    }
    let acceptor = acceptor.expect("it has offered STARTTLS");
    let mut stream = BufReader::new(acceptor.accept(stream.into_inner()).await?);
    converse(&mut stream, desk, true).await?;
    Ok(())
}

/// Until the end, or until TLS is asked for: true then.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    desk: &Mutex<Desk>,
    encrypted: bool,
) -> std::io::Result<bool> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let line = line.trim_end().to_owned();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_owned();
        let offered = {
            let mut desk = desk.lock().expect("no test panics with it");
            desk.heard.push(line.clone());
            desk.encrypted.push(encrypted);
            let mut offered = desk.extensions.clone();
            offered.retain(|name| !(encrypted && name == "STARTTLS"));
            offered
        };
        match verb.as_str() {
            "EHLO" => {
                let lines = ["scripted.test"]
                    .into_iter()
                    .chain(offered.iter().map(String::as_str));
                let lines: Vec<_> = lines.map(|name| format!("250-{name}")).collect();
                let usual = format!("{}\n250 8BITMIME", lines.join("\n"));
                say(stream, desk, &verb, &usual).await?;
            }
            "STARTTLS" => {
                say(stream, desk, &verb, "220 2.0.0 go on").await?;
                return Ok(true);
            }
            "DATA" => {
                if !say(stream, desk, &verb, "354 go on")
                    .await?
                    .starts_with('3')
                {
                    continue;
                }
                let mut bytes = Vec::new();
                while !bytes.ends_with(b"\r\n.\r\n") {
                    bytes.push(stream.read_u8().await?);
                }
                let message = String::from_utf8_lossy(&bytes).into_owned();
                desk.lock()
                    .expect("no test panics with it")
                    .taken
                    .push(message);
                say(stream, desk, "end", "250 2.0.0 taken").await?;
            }
            "QUIT" => {
                say(stream, desk, &verb, "221 2.0.0 bye").await?;
                return Ok(false);
            }
            _ => {
                say(stream, desk, &verb, "250 2.0.0 ok").await?;
            }
        }
    }
}

/// Gives the scripted answer, or the usual one; tells which.
async fn say<S: AsyncWrite + Unpin>(
    stream: &mut S,
    desk: &Mutex<Desk>,
    phase: &str,
    usual: &str,
) -> std::io::Result<String> {
    let scripted = {
        let desk = desk.lock().expect("no test panics with it");
        desk.script.get(phase).cloned()
    };
    let answer = scripted.unwrap_or_else(|| usual.to_owned());
    let lines = answer.replace('\n', "\r\n");
    stream.write_all(format!("{lines}\r\n").as_bytes()).await?;
    stream.flush().await?;
    Ok(answer)
}
