//! One conversation with a relay: lines out, replies in, TLS in between (RFC 5321, RFC 3207, RFC 4954).
//!
//! lettre writes our messages, and its connection is not used: it tells of four extensions only and hides the others, takes no verifier of
//! certificates, does not show which address it has connected to before it speaks, and reads on after STARTTLS what had come before it, so
//! that somebody on the line could put an answer in front of the others.

use std::io;
use std::net::SocketAddr;

use data_encoding::BASE64;
use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What a conversation goes over.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// The connection or its encryption.
    Io(io::Error),
    /// What came is no reply.
    NotSmtp,
}

impl From<io::Error> for Lost {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A reply (RFC 5321 §4.2), whatever its code. Deliberately without `Debug`: it may repeat what was sent.
pub(super) struct Answer {
    /// The reply code.
    pub(super) code: u16,
    lines: Vec<String>,
}

impl Answer {
    /// Its words, on one line.
    pub(super) fn text(&self) -> String {
        self.lines.join(" ")
    }

    /// 2yz.
    pub(super) const fn is_yes(&self) -> bool {
        matches!(self.code, 200..=299)
    }
}

/// What a relay offers (RFC 5321 §4.1.1.1).
#[derive(Debug, Default)]
pub(super) struct Extensions {
    /// The change to TLS.
    pub(super) starttls: bool,
    /// Addresses outside ASCII (RFC 6531).
    pub(super) smtputf8: bool,
    /// A say in what is reported, and with how much of the mail (RFC 3461).
    pub(super) dsn: bool,
    /// Ways to sign in, in capitals.
    pub(super) auth: Vec<String>,
}

impl Extensions {
    fn read(answer: &Answer) -> Self {
        let mut offered = Self::default();
        for line in answer.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("STARTTLS") => offered.starttls = true,
                Some("SMTPUTF8") => offered.smtputf8 = true,
                Some("DSN") => offered.dsn = true,
                Some("AUTH") => offered.auth.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        offered
    }
}

/// An open connection.
pub(super) struct Dialogue {
    wire: BufReader<Box<dyn Wire>>,
    /// What the relay has offered last.
    pub(super) offers: Extensions,
    /// Whether others on the line can read along.
    pub(super) is_encrypted: bool,
    /// Our own end, for a name where there is none.
    local: Option<SocketAddr>,
}

/// The longest line, and the most lines, of a reply: far more than RFC 5321 §4.5.3.1 allows.
const LONGEST_LINE: u64 = 4096;
const MOST_LINES: usize = 128;

impl Dialogue {
    /// On a connection over which nothing has been said yet.
    pub(super) fn over(stream: TcpStream) -> Self {
        Self {
            local: stream.local_addr().ok(),
            wire: BufReader::new(Box::new(stream)),
            offers: Extensions::default(),
            is_encrypted: false,
        }
    }

    /// Changes to TLS. What the relay has said already in clear must have been read; more than that is somebody else's.
    pub(super) async fn encrypt(
        self,
        connector: &TlsConnector,
        name: ServerName<'static>,
    ) -> Result<Self, Lost> {
        if !self.wire.buffer().is_empty() {
            return Err(Lost::NotSmtp);
        }
        let stream = connector.connect(name, self.wire.into_inner()).await?;
        Ok(Self {
            wire: BufReader::new(Box::new(stream)),
            offers: Extensions::default(),
            is_encrypted: true,
            local: self.local,
        })
    }

    /// Says who we are and reads what is offered. Without a name of ours, the address that we speak from (RFC 5321 §4.1.3).
    pub(super) async fn hello(&mut self, name: Option<&str>) -> Result<Answer, Lost> {
        let literal = match self.local.map(|local| local.ip().to_canonical()) {
            Some(std::net::IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
            Some(std::net::IpAddr::V4(ip)) => format!("[{ip}]"),
            None => "[127.0.0.1]".to_owned(),
        };
        let answer = self
            .command(&format!("EHLO {}", name.unwrap_or(&literal)))
            .await?;
        if answer.is_yes() {
            self.offers = Extensions::read(&answer);
        }
        Ok(answer)
    }

    /// Signs in by a way that the relay offers; `None` where it offers none that is known here.
    pub(super) async fn sign_in(
        &mut self,
        user: &str,
        password: &SecretString,
    ) -> Result<Option<Answer>, Lost> {
        let offers = |way: &str| self.offers.auth.iter().any(|offered| offered == way);
        let base64 = |text: &str| BASE64.encode(text.as_bytes());
        let password = password.expose_secret();
        if offers("PLAIN") {
            let both = base64(&format!("\0{user}\0{password}"));
            return self.command(&format!("AUTH PLAIN {both}")).await.map(Some);
        }
        if !offers("LOGIN") {
            return Ok(None);
        }
        let mut answer = self.command("AUTH LOGIN").await?;
        for said in [user, password] {
            if answer.code != 334 {
                break;
            }
            answer = self.command(&base64(said)).await?;
        }
        Ok(Some(answer))
    }

    /// Says one line and hears the reply.
    pub(super) async fn command(&mut self, line: &str) -> Result<Answer, Lost> {
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.answer().await
    }

    /// Hands over a message, its lines that begin with a full stop doubled (RFC 5321 §4.5.2).
    pub(super) async fn message(&mut self, bytes: &[u8]) -> Result<Answer, Lost> {
        let mut out = Vec::with_capacity(bytes.len() + 64);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                out.push(b'.');
            }
            out.extend_from_slice(line);
        }
        if !out.ends_with(b"\r\n") {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
        self.write(&out).await?;
        self.answer().await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        self.wire.write_all(bytes).await?;
        Ok(self.wire.flush().await?)
    }

    /// The next reply; the greeting is one too.
    pub(super) async fn answer(&mut self) -> Result<Answer, Lost> {
        let mut lines = Vec::new();
        let mut first = None;
        loop {
            let mut line = Vec::new();
            let mut limited = (&mut self.wire).take(LONGEST_LINE);
            limited.read_until(b'\n', &mut line).await?;
            if line.is_empty() {
                let closed =
                    io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed");
                return Err(Lost::Io(closed));
            }
            let line = String::from_utf8_lossy(&line);
            let (code, is_last, text) = read_line(&line).ok_or(Lost::NotSmtp)?;
            if *first.get_or_insert(code) != code || lines.len() >= MOST_LINES {
                return Err(Lost::NotSmtp);
            }
            lines.push(text.to_owned());
            if is_last {
                return Ok(Answer { code, lines });
            }
        }
    }
}

/// The reply code of a line, whether it is the last, and its words.
fn read_line(line: &str) -> Option<(u16, bool, &str)> {
    let line = line.strip_suffix('\n')?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let code = line.get(..3)?;
    let code = code
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| code.parse().ok())??;
    let (is_last, text) = match line.as_bytes().get(3) {
        None => (true, ""),
        Some(b' ') => (true, line.get(4..)?),
        Some(b'-') => (false, line.get(4..)?),
        Some(_) => return None,
    };
    (200..=599).contains(&code).then_some((code, is_last, text))
}
