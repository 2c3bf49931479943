//! One relay: its dialogue, its time limits and its open connections.
//!
//! lettre's own transport and pool are not used: the transport does not tell which command a reply answers; it limits only the time to connect;
//! and its pool takes back a connection whose dialogue was cut off half-way, after which the answers of one mail are read as those of the next.
//! Here a connection belongs to the one who uses it and comes back only after a finished mail.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{
    ClientId, Extension, MailBodyParameter, MailParameter, ServerInfo,
};
use lettre::transport::smtp::response::{Response, Severity};
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout, timeout_at};

use super::MailerError;
use super::answer::{Enhanced, Failure, Step};
use super::message::Composed;
use super::security::Security;
use crate::server::config;

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

/// A relay of the configuration.
pub(super) struct Relay {
    name: String,
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    hello: ClientId,
    /// Limits the opening of a connection, and again the handing over of one mail.
    timeout: Duration,
    idle: Mutex<Vec<Idle>>,
    resting_until: Mutex<Option<Instant>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Relay {
    /// Connects to nothing. That a password and a relay elsewhere demand TLS has been checked with the configuration.
    pub(super) fn from_config(relay: &config::Relay) -> Result<Self, MailerError> {
        let name = format!("{}:{}", relay.host, relay.port);
        let credentials = relay.user.as_ref().zip(relay.password.as_ref());
        Ok(Self {
            security: Security::from_config(relay, &name)?,
            name,
            host: relay.host.clone(),
            port: relay.port,
            credentials: credentials.map(|(user, password)| {
                Credentials::new(user.clone(), password.expose_secret().to_owned())
            }),
            hello: ClientId::default(),
            timeout: relay.timeout,
            idle: Mutex::default(),
            resting_until: Mutex::default(),
        })
    }

    /// `host:port`.
    pub(super) fn name(&self) -> &str {
        &self.name
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
    pub(super) async fn deliver(&self, mail: &Composed) -> Result<String, Failure> {
        let result = self.try_deliver(mail).await;
        *locked(&self.resting_until) = match &result {
            // An answer about one recipient or one message says nothing of the next mail.
            Ok(_) | Err(Failure::Refused(_) | Failure::Relay(Step::Rcpt | Step::Data, _)) => None,
            Err(Failure::Relay(..) | Failure::Silent(_)) => Some(after(REST)),
        };
        result
    }

    async fn try_deliver(&self, mail: &Composed) -> Result<String, Failure> {
        if let Some(kept) = self.kept().await {
            match self.hand_over(kept, mail).await {
                // A relay may end a connection that has carried enough mails; that says nothing of the next one.
                Err(Failure::Relay(Step::Mail, _)) => {}
                result => return result,
            }
        }
        self.hand_over(self.open().await?, mail).await
    }

    /// Gives one mail to an open connection, and keeps or ends it.
    async fn hand_over(
        &self,
        mut connection: AsyncSmtpConnection,
        mail: &Composed,
    ) -> Result<String, Failure> {
        match converse(&mut connection, mail, self.timeout).await {
            Ok(response) => {
                self.keep(connection);
                Ok(code(&response))
            }
            // A goodbye in the middle of a dialogue would be read as part of the message.
            Err(Failure::Silent(step)) => Err(Failure::Silent(step)),
            Err(failure) => {
                part(connection).await;
                Err(failure)
            }
        }
    }

    /// Opens a connection and asks for a sign of life.
    pub(super) async fn probe(&self) -> Result<(), Failure> {
        let mut connection = self.open().await?;
        match timeout(self.timeout, connection.test_connected()).await {
            Ok(true) => {
                part(connection).await;
                Ok(())
            }
            Ok(false) => Err(Failure::Relay(Step::Noop, "refused".to_owned())),
            Err(_) => Err(Failure::Silent(Step::Noop)),
        }
    }

    /// A new connection, encrypted and signed in as configured.
    async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let deadline = after(self.timeout);
        let wrapper = match &self.security {
            Security::Tls(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let connecting = AsyncSmtpConnection::connect_tokio1(
            (self.host.as_str(), self.port),
            // A host can have several addresses, and the first may be dead: it must leave time for the second.
            Some(self.timeout / 2),
            &self.hello,
            wrapper,
            None,
        );
        let mut connection = step(deadline, Step::Connect, connecting).await?;
        if let Security::StartTls(parameters) = &self.security {
            let change = connection.starttls(parameters.clone(), &self.hello);
            step(deadline, Step::StartTls, change).await?;
        }
        if let Some(credentials) = &self.credentials {
            let sign_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            step(deadline, Step::Auth, sign_in).await?;
        }
        Ok(connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = locked(&self.idle);
        if idle.len() < KEPT {
            idle.push(Idle {
                connection,
                since: after(Duration::ZERO),
            });
        }
    }

    /// A kept connection that is still alive.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        let newest = {
            let mut idle = locked(&self.idle);
            idle.retain(|idle| idle.since.elapsed() < KEEP);
            idle.pop()
        };
        let mut connection = newest?.connection;
        match timeout(ALIVE, connection.test_connected()).await {
            Ok(true) => Some(connection),
            _ => None,
        }
    }
}

/// How many times the usual limit a relay may take for its answer to a whole message.
const LOOKS_THROUGH: u32 = 6;

/// One mail on an open connection (RFC 5321 §3.3).
async fn converse(
    connection: &mut AsyncSmtpConnection,
    mail: &Composed,
    limit: Duration,
) -> Result<Response, Failure> {
    let deadline = after(limit);
    let from = Mail::new(
        mail.envelope.from().cloned(),
        parameters(connection.server_info(), mail)?,
    );
    let answer = step(deadline, Step::Mail, connection.command(from)).await?;
    expect(Step::Mail, &answer, Severity::PositiveCompletion)?;
    for to in mail.envelope.to() {
        let to = Rcpt::new(to.clone(), Vec::new());
        let answer = step(deadline, Step::Rcpt, connection.command(to)).await?;
        expect(Step::Rcpt, &answer, Severity::PositiveCompletion)?;
    }
    let answer = step(deadline, Step::Data, connection.command(Data)).await?;
    expect(Step::Data, &answer, Severity::PositiveIntermediate)?;
    // A relay that looks through the content answers late (RFC 5321 §4.5.3.2.6), and giving up on it here would send the mail twice.
    let deadline = after(limit * LOOKS_THROUGH);
    let answer = step(deadline, Step::Data, connection.message(&mail.bytes)).await?;
    expect(Step::Data, &answer, Severity::PositiveCompletion)?;
    Ok(answer)
}

/// lettre takes any 2yz and 3yz for a yes. Told apart, an answer that belongs to another command is noticed: lettre reads on after STARTTLS what
/// arrived before it, so that somebody on the line could put an answer in front of the others.
fn expect(step: Step, answer: &Response, severity: Severity) -> Result<(), Failure> {
    if answer.code().severity == severity {
        Ok(())
    } else {
        let why = format!("{} out of order", answer.code());
        Err(Failure::Relay(step, why))
    }
}

/// What MAIL must announce: an address outside ASCII stands in the envelope and in the header as it is (RFC 6531 §3.4). Bodies are always ASCII.
fn parameters(relay: &ServerInfo, mail: &Composed) -> Result<Vec<MailParameter>, Failure> {
    if mail.is_ascii() {
        Ok(Vec::new())
    } else if relay.supports_feature(Extension::SmtpUtfEight) {
        let body = MailParameter::Body(MailBodyParameter::EightBitMime);
        Ok(vec![MailParameter::SmtpUtfEight, body])
    } else {
        let why = "the relay lacks SMTPUTF8".to_owned();
        Err(Failure::Relay(Step::Rcpt, why))
    }
}

/// The reply code, with the enhanced one if there is one.
fn code(response: &Response) -> String {
    let code = response.code();
    match response.first_line().and_then(Enhanced::parse) {
        Some(enhanced) => format!("{code} {enhanced}"),
        None => code.to_string(),
    }
}

/// Ends a connection politely, but does not wait for a relay that hangs.
async fn part(mut connection: AsyncSmtpConnection) {
    // A failure here changes nothing: the connection is closed by dropping it.
    let _ = timeout(GOODBYE, connection.abort()).await;
}

async fn step<T>(
    deadline: Instant,
    step: Step,
    work: impl Future<Output = Result<T, smtp::Error>>,
) -> Result<T, Failure> {
    match timeout_at(deadline, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failure::from_error(step, &error)),
        Err(_) => Err(Failure::Silent(step)),
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
