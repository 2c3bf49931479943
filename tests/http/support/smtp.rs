//! A mail relay that speaks real SMTP (RFC 5321) on a port of its own and can misbehave in the ways that relays do.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use mail_parser::{Message, MessageParser};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::AbortHandle;

use super::until;

/// How the relay behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes every mail.
    Take,
    /// Takes the connection and says nothing.
    Hang,
    /// Takes the mail, keeps it, and never says so.
    Swallow,
    /// Knows no such recipient, for good.
    Refuse,
    /// Cannot take it now.
    Later,
}

/// A mail as the relay got it.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Header and body.
    pub raw: String,
}

impl ReceivedMail {
    pub fn message(&self) -> Message<'_> {
        MessageParser::default()
            .parse(&self.raw)
            .expect("a message")
    }

    /// Every value of a header, as it was sent, unfolded.
    pub fn header(&self, name: &str) -> Vec<String> {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        head.replace("\r\n ", " ")
            .replace("\r\n\t", " ")
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    }

    pub fn subject(&self) -> String {
        self.message().subject().unwrap_or_default().to_owned()
    }

    /// The text part, `\n` between lines.
    pub fn text(&self) -> String {
        let text = self.message().body_text(0).unwrap_or_default().into_owned();
        text.replace("\r\n", "\n")
    }

    /// The HTML part.
    pub fn html(&self) -> String {
        self.message().body_html(0).unwrap_or_default().into_owned()
    }

    /// The code, as the letter writes it, if it has one: alone on its line.
    pub fn code_if_any(&self) -> Option<String> {
        self.text()
            .lines()
            .map(str::trim)
            .find(|line| {
                line.len() == 7
                    && line.chars().enumerate().all(|(place, c)| {
                        if place == 3 {
                            c == ' '
                        } else {
                            c.is_ascii_digit()
                        }
                    })
            })
            .map(str::to_owned)
    }

    /// The code.
    /// The path of the link that the letter carries, which must stand in both parts alike.
    pub fn link_if_any(&self) -> Option<String> {
        let text = self.text();
        let at = text.find("/r/")?;
        let path: String = text[at..]
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect();
        assert!(
            self.html().contains(&format!("{path}\"")),
            "{}",
            self.html()
        );
        Some(path)
    }

    /// The path of the link.
    pub fn link(&self) -> String {
        self.link_if_any().expect("a letter with a link")
    }

    /// Every address that is a mailed link, in their order.
    pub fn links(&self) -> Vec<String> {
        let text = self.text();
        let words = text.split_whitespace();
        words
            .filter_map(|word| word.find("/r/").map(|at| word[at..].to_owned()))
            .collect()
    }

    pub fn code(&self) -> String {
        self.code_if_any()
            .unwrap_or_else(|| panic!("no code in {}", self.text()))
    }

    /// A code that is surely not this letter's.
    pub fn wrong_code(&self) -> String {
        let code: u32 = self.code().replace(' ', "").parse().expect("six digits");
        format!("{:06}", (code + 1) % 1_000_000)
    }
}

#[derive(Debug)]
struct Desk {
    manner: Manner,
    letters: Vec<ReceivedMail>,
    calls: usize,
    under_way: Vec<AbortHandle>,
}

/// The relay.
#[derive(Debug)]
pub struct Smtp {
    port: u16,
    desk: Arc<Mutex<Desk>>,
    listening: Option<AbortHandle>,
    /// Keeps the port while nobody listens on it.
    held: Option<TcpSocket>,
    read: usize,
}

fn bind(port: u16) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("an option");
    socket
        .bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .expect("the port is ours");
    socket
}

impl Smtp {
    /// A relay that takes mail.
    pub fn start() -> Self {
        let socket = bind(0);
        let mut relay = Self {
            port: socket.local_addr().expect("an address").port(),
            desk: Arc::new(Mutex::new(Desk {
                manner: Manner::Take,
                letters: Vec::new(),
                calls: 0,
                under_way: Vec::new(),
            })),
            listening: None,
            held: Some(socket),
            read: 0,
        };
        relay.up();
        relay
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().expect("no test panics with it")
    }

    /// Changes how it behaves from now on.
    pub fn behave(&self, manner: Manner) {
        self.desk().manner = manner;
    }

    /// Nobody listens any more, and calls under way are cut.
    pub async fn down(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
        }
        for call in self.desk().under_way.drain(..) {
            call.abort();
        }
        // The runtime closes the aborted listener a moment later; until then the port cannot be taken.
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        until("the relay is down", async || {
            TcpStream::connect(address).await.err().map(drop)
        })
        .await;
        self.held = Some(bind(self.port));
    }

    /// Listens again on the same port.
    pub fn up(&mut self) {
        let socket = self.held.take().expect("it is down");
        let listener = socket.listen(128).expect("it can listen");
        let desk = Arc::clone(&self.desk);
        self.listening = Some(tokio::spawn(answer(listener, desk)).abort_handle());
    }

    /// How often it was called.
    pub fn calls(&self) -> usize {
        self.desk().calls
    }

    /// How many letters it has.
    pub fn taken(&self) -> usize {
        self.desk().letters.len()
    }

    /// Waits for the next letter that was not looked at yet.
    pub async fn next(&mut self) -> ReceivedMail {
        let read = self.read;
        let letter = until("a mail comes", async || {
            self.desk().letters.get(read).cloned()
        })
        .await;
        self.read += 1;
        letter
    }

    /// The letters that were not looked at yet.
    pub fn unread(&self) -> Vec<ReceivedMail> {
        self.desk().letters[self.read..].to_vec()
    }
}

async fn answer(listener: TcpListener, desk: Arc<Mutex<Desk>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let for_call = Arc::clone(&desk);
        let call = tokio::spawn(async move {
            // A caller that hangs up in the middle is no fault of the relay's.
            let _ = converse(stream, &for_call).await;
        });
        let mut desk = desk.lock().expect("no test panics with it");
        desk.calls += 1;
        desk.under_way.push(call.abort_handle());
    }
}

async fn converse(stream: TcpStream, desk: &Mutex<Desk>) -> std::io::Result<()> {
    let manner = || desk.lock().expect("no test panics with it").manner;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    if manner() == Manner::Hang {
        return std::future::pending().await;
    }
    write.write_all(b"220 relay.test ESMTP\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(line) = lines.next_line().await? {
        let path = |line: &str| {
            let (_, rest) = line.split_once('<')?;
            Some(rest.split_once('>')?.0.to_owned())
        };
        let command = line.to_ascii_uppercase();
        let reply = if command.starts_with("EHLO") {
            "250-relay.test\r\n250-8BITMIME\r\n250 SMTPUTF8"
        } else if command.starts_with("MAIL FROM:") {
            from = path(&line).unwrap_or_default();
            to.clear();
            "250 2.1.0 Ok"
        } else if command.starts_with("RCPT TO:") {
            match manner() {
                Manner::Refuse => "550 5.1.1 User unknown",
                Manner::Later => "451 4.3.0 Try again later",
                _ => {
                    to.extend(path(&line));
                    "250 2.1.5 Ok"
                }
            }
        } else if command == "DATA" {
            write.write_all(b"354 Go on\r\n").await?;
            let mut raw = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                raw.push_str("\r\n");
            }
            let letter = ReceivedMail {
                from: from.clone(),
                to: std::mem::take(&mut to),
                raw,
            };
            desk.lock()
                .expect("no test panics with it")
                .letters
                .push(letter);
            if manner() == Manner::Swallow {
                return std::future::pending().await;
            }
            "250 2.0.0 Taken"
        } else if command == "QUIT" {
            write.write_all(b"221 2.0.0 Bye\r\n").await?;
            return Ok(());
        } else {
            "250 2.0.0 Ok"
        };
        write.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}
