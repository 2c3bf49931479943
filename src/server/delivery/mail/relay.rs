//! One relay: its time limits, its open connections, and the order in which it is spoken to.
//!
//! A connection belongs to the one who uses it and comes back only after a finished mail, so the answers of one mail are never read as those
//! of the next.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};

use super::MailerError;
use super::answer::{Cause, RelayFailure, code};
use super::dialogue::{Answer, Dialogue, Lost};
use super::message::Composed;
use super::security::Security;
use crate::server::config;
use crate::server::delivery::verdict::Phase;

/// How long an unused connection is kept. Relays give up idle ones after five minutes (RFC 5321 §4.5.3.2.7), many sooner.
const KEEP: Duration = Duration::from_secs(30);
/// How many unused connections are kept.
const KEPT: usize = 4;
/// How long a kept connection may take to show that it is alive.
const ALIVE: Duration = Duration::from_secs(2);
/// How long a relay goes last after it has failed.
const REST: Duration = Duration::from_secs(30);
/// How long a relay may take to hear the goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// How many times the usual limit a relay may take for its answer to a whole message.
const LOOKS_THROUGH: u32 = 6;

/// A relay of the configuration.
pub(super) struct Relay {
    name: String,
    host: String,
    port: u16,
    security: Security,
    credentials: Option<(String, SecretString)>,
    /// What we call ourselves, if not by our address.
    hello: Option<String>,
    /// Limits the opening of a connection, and again the handing over of one mail.
    timeout: Duration,
    idle: Mutex<Vec<Idle>>,
    resting_until: Mutex<Option<Instant>>,
}

struct Idle {
    dialogue: Dialogue,
    since: Instant,
}

impl Relay {
    /// Connects to nothing.
    pub(super) fn from_config(
        relay: &config::Relay,
        hello: Option<&str>,
    ) -> Result<Self, MailerError> {
        let name = format!("{}:{}", relay.host, relay.port);
        let credentials = relay.user.as_ref().zip(relay.password.as_ref());
        Ok(Self {
            security: Security::from_config(relay, &name)?,
            name,
            host: relay.host.clone(),
            port: relay.port,
            credentials: credentials.map(|(user, password)| (user.clone(), password.clone())),
            hello: hello.map(str::to_owned),
            timeout: relay.timeout,
            idle: Mutex::default(),
            resting_until: Mutex::default(),
        })
    }

    /// `host:port`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether nothing that is said to it leaves this machine.
    pub(super) const fn is_on_this_machine(&self) -> bool {
        matches!(self.security, Security::ThisMachine)
    }

    /// Whether TLS comes before its first word.
    pub(super) const fn begins_with_tls(&self) -> bool {
        matches!(self.security, Security::Tls(_))
    }

    /// What it is called in EHLO; `None` for the address that it is spoken to from.
    pub(super) fn hello(&self) -> Option<&str> {
        self.hello.as_deref()
    }

    /// The longest that [`Relay::deliver`] can take.
    pub(super) fn longest(&self) -> Duration {
        // A kept connection that lives but refuses MAIL, then a new one.
        ALIVE + self.timeout * (3 + LOOKS_THROUGH) + GOODBYE * 2
    }

    /// Whether it failed a moment ago and should be asked after the others.
    pub(super) fn is_resting(&self) -> bool {
        locked(&self.resting_until).is_some_and(|until| after(Duration::ZERO) < until)
    }

    /// Hands over one mail; gives the reply code.
    pub(super) async fn deliver(&self, mail: &Composed) -> Result<String, RelayFailure> {
        let result = self.try_deliver(mail).await;
        // An answer about one recipient or one message says nothing of the next mail; silence does.
        let about_one = |failure: &RelayFailure| {
            matches!(failure.phase, Phase::Rcpt | Phase::Data | Phase::End)
                && failure.cause != Cause::Silent
        };
        *locked(&self.resting_until) = match &result {
            Err(failure) if !about_one(failure) => Some(after(REST)),
            _ => None,
        };
        result
    }

    async fn try_deliver(&self, mail: &Composed) -> Result<String, RelayFailure> {
        if let Some(kept) = self.kept().await {
            match self.hand_over(kept, mail).await {
                // A relay may end a connection that has carried enough mails; that says nothing of the next one.
                Err(failure) if failure.phase == Phase::Mail && failure.cause != Cause::Silent => {}
                result => return result,
            }
        }
        self.hand_over(self.open().await?, mail).await
    }

    /// Gives one mail to an open connection, and keeps or ends it.
    async fn hand_over(
        &self,
        mut dialogue: Dialogue,
        mail: &Composed,
    ) -> Result<String, RelayFailure> {
        match converse(&mut dialogue, mail, self.timeout).await {
            Ok(answer) => {
                self.keep(dialogue);
                Ok(code(&answer))
            }
            // A goodbye in the middle of a dialogue would be read as part of the message.
            Err(failure) if failure.cause == Cause::Silent => Err(failure),
            Err(failure) => {
                part(dialogue).await;
                Err(failure)
            }
        }
    }

    /// A new connection, encrypted and signed in as configured.
    pub(super) async fn open(&self) -> Result<Dialogue, RelayFailure> {
        let deadline = after(self.timeout);
        let hello = self.hello.as_deref();
        let mut dialogue = Dialogue::over(self.connect(deadline).await?);
        if let Security::Tls(tls) = &self.security {
            let change = dialogue.encrypt(&tls.connector, tls.name.clone());
            dialogue = step(deadline, Phase::Connect, change)
                .await
                .map_err(RelayFailure::or_mute)?;
        }
        yes(deadline, Phase::Connect, dialogue.answer())
            .await
            .map_err(RelayFailure::or_mute)?;
        yes(deadline, Phase::Hello, dialogue.hello(hello)).await?;
        let offered = dialogue.offers.starttls;
        let change = match &self.security {
            Security::StartTls(_) if !offered => {
                part(dialogue).await;
                let why = "the relay does not offer STARTTLS";
                return Err(RelayFailure::new(Phase::StartTls, Cause::NoStartTls, why));
            }
            Security::StartTls(tls) => Some(tls),
            Security::OwnNetwork(tls) if offered => Some(tls),
            _ => None,
        };
        if let Some(tls) = change {
            yes(deadline, Phase::StartTls, dialogue.command("STARTTLS")).await?;
            let change = dialogue.encrypt(&tls.connector, tls.name.clone());
            dialogue = step(deadline, Phase::StartTls, change).await?;
            yes(deadline, Phase::Hello, dialogue.hello(hello)).await?;
        }
        if let Some((user, password)) = &self.credentials {
            match step(deadline, Phase::Auth, dialogue.sign_in(user, password)).await? {
                Some(answer) if answer.is_yes() => {}
                Some(answer) => return Err(RelayFailure::answered(Phase::Auth, &answer, "")),
                None => {
                    let why = "the relay offers neither PLAIN nor LOGIN";
                    return Err(RelayFailure::new(Phase::Auth, Cause::NoMechanism, why));
                }
            }
        }
        Ok(dialogue)
    }

    /// The first address that answers, of those that may be spoken to.
    async fn connect(&self, deadline: Instant) -> Result<TcpStream, RelayFailure> {
        let phase = Phase::Connect;
        let found = timeout_at(deadline, lookup_host((self.host.as_str(), self.port))).await;
        let found: Vec<SocketAddr> = match found {
            Ok(Ok(found)) => found.collect(),
            Ok(Err(error)) => {
                return Err(RelayFailure::new(
                    phase,
                    Cause::NoSuchHost,
                    error.to_string(),
                ));
            }
            Err(_) => return Err(RelayFailure::silent(phase)),
        };
        let outside = "its address is outside the network in which nothing needs encryption";
        let mut last = RelayFailure::new(phase, Cause::OutsideOwnNetwork, outside);
        for address in found {
            if !self.security.allows(address.ip()) {
                continue;
            }
            // The first address may be dead: it must leave time for the second.
            let until = deadline.min(after(self.timeout / 2));
            match timeout_at(until, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = RelayFailure::io(phase, &error),
                Err(_) => last = RelayFailure::silent(phase),
            }
        }
        Err(last)
    }

    /// The limit of a step, for [`super::probe`].
    pub(super) fn limit(&self) -> Instant {
        after(self.timeout)
    }

    fn keep(&self, dialogue: Dialogue) {
        let mut idle = locked(&self.idle);
        if idle.len() < KEPT {
            idle.push(Idle {
                dialogue,
                since: after(Duration::ZERO),
            });
        }
    }

    /// A kept connection that is still alive.
    async fn kept(&self) -> Option<Dialogue> {
        let newest = {
            let mut idle = locked(&self.idle);
            idle.retain(|idle| idle.since.elapsed() < KEEP);
            idle.pop()
        };
        let mut dialogue = newest?.dialogue;
        match timeout(ALIVE, dialogue.command("NOOP")).await {
            Ok(Ok(answer)) if answer.is_yes() => Some(dialogue),
            _ => None,
        }
    }
}

/// One mail on an open connection (RFC 5321 §3.3).
async fn converse(
    dialogue: &mut Dialogue,
    mail: &Composed,
    limit: Duration,
) -> Result<Answer, RelayFailure> {
    let deadline = after(limit);
    let from = mail_command(dialogue, mail)?;
    yes(deadline, Phase::Mail, dialogue.command(&from)).await?;
    let mut recipient = "";
    for to in mail.envelope.to() {
        recipient = to.as_ref();
        // A bounce goes to the sender's mailbox: it is asked for where something fails, and carries the header alone, for the body holds the
        // code (RFC 3461 §4.1).
        let notify = if dialogue.offers.dsn {
            " NOTIFY=FAILURE"
        } else {
            ""
        };
        let rcpt = format!("RCPT TO:<{to}>{notify}");
        let answer = step(deadline, Phase::Rcpt, dialogue.command(&rcpt)).await?;
        if !answer.is_yes() {
            return Err(RelayFailure::answered(Phase::Rcpt, &answer, recipient));
        }
    }
    let answer = step(deadline, Phase::Data, dialogue.command("DATA")).await?;
    if answer.code / 100 != 3 {
        return Err(RelayFailure::answered(Phase::Data, &answer, recipient));
    }
    // A relay that looks through the content answers late (RFC 5321 §4.5.3.2.6), and giving up on it here would send the mail twice.
    let deadline = after(limit * LOOKS_THROUGH);
    yes(deadline, Phase::End, dialogue.message(&mail.bytes)).await
}

/// MAIL, with what it must announce: an address outside ASCII stands in the envelope and in the header as it is (RFC 6531 §3.4). Bodies are
/// always ASCII. `RET=HDRS` keeps the body, and with it the code and the link, out of bounces (RFC 3461 §4.3).
fn mail_command(dialogue: &Dialogue, mail: &Composed) -> Result<String, RelayFailure> {
    let from = mail.envelope.from().map_or("", AsRef::as_ref);
    let mut command = format!("MAIL FROM:<{from}>");
    if dialogue.offers.dsn {
        command.push_str(" RET=HDRS");
    }
    if !mail.is_ascii() {
        if !dialogue.offers.smtputf8 {
            let why = "the relay does not offer SMTPUTF8, which this recipient's address needs";
            return Err(RelayFailure::new(Phase::Rcpt, Cause::NoUtf8, why));
        }
        command.push_str(" BODY=8BITMIME SMTPUTF8");
    }
    Ok(command)
}

/// Ends a connection politely, but does not wait for a relay that hangs.
pub(super) async fn part(mut dialogue: Dialogue) {
    // A failure here changes nothing: the connection is closed by dropping it.
    let _ = timeout(GOODBYE, dialogue.command("QUIT")).await;
}

/// A step whose answer must be a yes. Other answers may not pass for one: an answer that belongs to another command is noticed so.
pub(super) async fn yes(
    deadline: Instant,
    phase: Phase,
    work: impl Future<Output = Result<Answer, Lost>>,
) -> Result<Answer, RelayFailure> {
    let answer = step(deadline, phase, work).await?;
    if answer.is_yes() {
        Ok(answer)
    } else {
        Err(RelayFailure::answered(phase, &answer, ""))
    }
}

async fn step<T>(
    deadline: Instant,
    phase: Phase,
    work: impl Future<Output = Result<T, Lost>>,
) -> Result<T, RelayFailure> {
    match timeout_at(deadline, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(lost)) => Err(RelayFailure::lost(phase, &lost)),
        Err(_) => Err(RelayFailure::silent(phase)),
    }
}

/// So long from now.
#[expect(
    clippy::disallowed_methods,
    reason = "patience with a connection runs on the runtime's timer, like every time-out; a test's clock must not move it"
)]
fn after(time: Duration) -> Instant {
    Instant::now() + time
}

/// A panic elsewhere cannot leave these values half-changed, so a poisoned lock is taken over.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
