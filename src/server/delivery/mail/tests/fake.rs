//! A relay that answers as it is told and remembers what it heard.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How the relay behaves; an answer is one line without its end.
#[derive(Clone)]
pub(super) struct Manners {
    pub(super) greeting: &'static str,
    pub(super) extensions: Vec<&'static str>,
    pub(super) mail: &'static str,
    pub(super) rcpt: &'static str,
    pub(super) data: &'static str,
    pub(super) data_end: &'static str,
    /// After so many mails it ends the connection with 421.
    pub(super) mails_a_connection: usize,
    /// The command that is answered so.
    pub(super) enough_at: &'static str,
    /// Where it stops answering: `connect`, `MAIL`, `RCPT`, `DATA`, `end` or nowhere.
    pub(super) hangs_at: &'static str,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            greeting: "220 relay.example ESMTP",
            extensions: vec!["8BITMIME"],
            mail: "250 2.1.0 ok",
            rcpt: "250 2.1.5 ok",
            data: "354 go on",
            data_end: "250 2.0.0 taken",
            mails_a_connection: usize::MAX,
            enough_at: "NOOP",
            hangs_at: "",
        }
    }
}

#[derive(Clone, Default)]
pub(super) struct Taken {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) message: String,
}

#[derive(Default)]
struct Memory {
    connections: usize,
    heard: Vec<String>,
    signed_in: Vec<String>,
    taken: Vec<Taken>,
}

pub(super) struct FakeRelay {
    port: u16,
    memory: Arc<Mutex<Memory>>,
}

/// A port on which nobody listens.
pub(super) async fn dead_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

impl FakeRelay {
    pub(super) async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let memory = Arc::new(Mutex::new(Memory::default()));
        let shared = Arc::clone(&memory);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                tokio::spawn(talk(stream, manners.clone(), Arc::clone(&shared)));
            }
        });
        Self { port, memory }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn connections(&self) -> usize {
        self.memory.lock().unwrap().connections
    }

    pub(super) fn taken(&self) -> Vec<Taken> {
        self.memory.lock().unwrap().taken.clone()
    }

    pub(super) fn heard(&self) -> Vec<String> {
        self.memory.lock().unwrap().heard.clone()
    }

    pub(super) fn signed_in(&self) -> Vec<String> {
        self.memory.lock().unwrap().signed_in.clone()
    }
}

struct Talk {
    stream: BufReader<TcpStream>,
    memory: Arc<Mutex<Memory>>,
    hangs_at: &'static str,
}

impl Talk {
    async fn hear(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let length = self.stream.read_until(b'\n', &mut line).await.ok()?;
        let line = String::from_utf8_lossy(&line)
            .trim_end_matches(['\r', '\n'])
            .to_owned();
        self.memory.lock().unwrap().heard.push(line.clone());
        (length > 0).then_some(line)
    }

    async fn say(&mut self, step: &str, answer: &str) -> Option<()> {
        if step == self.hangs_at {
            // Until the other side has had enough.
            while self.hear().await.is_some() {}
            return None;
        }
        self.stream
            .get_mut()
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .ok()
    }

    async fn message(&mut self) -> Option<String> {
        let mut message = String::new();
        loop {
            let line = self.hear().await?;
            if line == "." {
                return Some(message);
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
            message.push_str("\r\n");
        }
    }

    async fn sign_in(&mut self, line: &str) -> Option<()> {
        let given = if let Some(plain) = line.strip_prefix("AUTH PLAIN ") {
            decoded(plain).trim_start_matches('\0').replace('\0', " ")
        } else {
            self.say("AUTH", "334 VXNlcm5hbWU6").await?;
            let user = decoded(&self.hear().await?);
            self.say("AUTH", "334 UGFzc3dvcmQ6").await?;
            format!("{user} {}", decoded(&self.hear().await?))
        };
        let right = given == "rekey s3cret";
        self.memory.lock().unwrap().signed_in.push(given);
        self.say(
            "AUTH",
            if right {
                "235 2.7.0 welcome"
            } else {
                "535 5.7.8 no, rekey"
            },
        )
        .await
    }
}

async fn talk(stream: TcpStream, manners: Manners, memory: Arc<Mutex<Memory>>) -> Option<()> {
    let mut talk = Talk {
        stream: BufReader::new(stream),
        memory,
        hangs_at: manners.hangs_at,
    };
    talk.say("connect", manners.greeting).await?;
    let mut mail = Taken::default();
    let mut mails = 0;
    loop {
        let line = talk.hear().await?;
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        if mails >= manners.mails_a_connection && verb == manners.enough_at {
            talk.say(verb, "421 4.7.0 enough").await?;
            return None;
        }
        match verb {
            "EHLO" => {
                let mut lines = vec!["relay.example"];
                lines.extend(&manners.extensions);
                let last = lines.len() - 1;
                let marked = lines.iter().enumerate();
                let lines: Vec<_> = marked
                    .map(|(n, line)| format!("250{}{line}", if n == last { ' ' } else { '-' }))
                    .collect();
                talk.say(verb, &lines.join("\r\n")).await?;
            }
            "AUTH" => talk.sign_in(&line).await?,
            "MAIL" => {
                mail.from = line;
                talk.say("MAIL", manners.mail).await?;
            }
            "RCPT" => {
                mail.to = line;
                talk.say("RCPT", manners.rcpt).await?;
            }
            "DATA" => {
                talk.say("DATA", manners.data).await?;
                mail.message = talk.message().await?;
                talk.say("end", manners.data_end).await?;
                if manners.data_end.starts_with('2') {
                    talk.memory
                        .lock()
                        .unwrap()
                        .taken
                        .push(std::mem::take(&mut mail));
                }
                mails += 1;
            }
            "QUIT" => {
                talk.say(verb, "221 bye").await?;
                return None;
            }
            _ => talk.say(verb, "250 2.0.0 ok").await?,
        }
    }
}

/// Base64 (RFC 4648 §4), without a crate for it.
fn decoded(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let value = LETTERS.iter().position(|letter| *letter == byte).unwrap();
        bits = (bits << 6) | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    String::from_utf8(out).unwrap()
}
