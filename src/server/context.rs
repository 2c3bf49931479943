//! What every use-case is handed: clock, randomness, configuration, keys, database, hashing pool and relays.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::SeqCst;

use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::breached::Breached;
use super::config::{Config, Mode};
use super::delivery::{Alerts, DevMailbox, Mailer, SmsGateway};
use super::hashing::Hasher;
use super::incidents::Incidents;
use super::keys::Keys;
use super::observations::Observations;
use super::password_advice::Adviser;
use super::password_lists::Blocklist;
use super::store::Store;
use super::together::Together;
use crate::rules::channel::Channel;
use crate::rules::code::Code;
use crate::texts::{Catalogue, Language};

/// Microseconds in a second: the unit of every stored time.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Microseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds in a day.
pub const DAY: i64 = 24 * HOUR;

/// The time. Under `--dev` it can be moved, set and stopped, so that tests neither wait nor depend on the moment at which they run.
#[derive(Debug, Default)]
pub struct Clock {
    /// How far it is ahead of the machine's clock while it runs.
    ahead: AtomicI64,
    /// What it shows while it is stopped; 0 where it runs.
    stopped_at: AtomicI64,
}

impl Clock {
    /// Microseconds since the Unix epoch, UTC. A stopped clock goes on by one at each look: what comes later must not be told from what was
    /// before by luck.
    pub fn now(&self) -> i64 {
        let stopped = self
            .stopped_at
            .fetch_update(SeqCst, SeqCst, |at| (at > 0).then_some(at + 1));
        stopped.unwrap_or_else(|_| Self::machine().saturating_add(self.ahead.load(SeqCst)))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the operating system for the time"
    )]
    fn machine() -> i64 {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |elapsed| {
                i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
            })
    }

    /// Moves it ahead by so many microseconds; a stopped one stays stopped.
    pub fn advance(&self, by: i64) {
        let hand = if self.is_stopped() {
            &self.stopped_at
        } else {
            &self.ahead
        };
        hand.fetch_add(by, SeqCst);
    }

    /// Sets it to a time after 1970, in microseconds since the Unix epoch; a stopped one stays stopped.
    pub fn set(&self, at: i64) {
        if self.is_stopped() {
            self.stopped_at.store(at.max(1), SeqCst);
        } else {
            self.ahead.store(at.saturating_sub(Self::machine()), SeqCst);
        }
    }

    /// Stops it where it is.
    pub fn stop(&self) {
        self.stopped_at.store(self.now().max(1), SeqCst);
    }

    /// Lets it run on from where it was stopped.
    pub fn run(&self) {
        let now = self.now();
        self.stopped_at.store(0, SeqCst);
        self.set(now);
    }

    /// Whether it is stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped_at.load(SeqCst) > 0
    }
}

/// The operating system had no randomness to give: nothing secret can be made then.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the operating system has no randomness to give")]
pub struct NoRandomness;

/// Random bytes from the operating system's generator (NIST SP 800-63B-4 §4.2.1.2, ASVS 11.5.1).
///
/// # Errors
/// [`NoRandomness`] when it has none.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the operating system for randomness"
)]
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// An opaque id of 128 random bits.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_id() -> Result<String, NoRandomness> {
    Ok(data_encoding::BASE32_NOPAD
        .encode(&random::<16>()?)
        .to_ascii_lowercase())
}

/// A security code, each of the million as likely as the others.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_code() -> Result<Code, NoRandomness> {
    loop {
        if let Some(code) = Code::from_random(u32::from_be_bytes(random()?)) {
            return Ok(code);
        }
    }
}

/// Wakes the workers when something was promised, so that nobody waits for the next poll.
#[derive(Debug, Default)]
pub struct Wake {
    /// For the worker that resolves.
    pub resolve: Notify,
    /// For the workers that send mail.
    pub mail: Notify,
    /// For the workers that send text messages.
    pub sms: Notify,
}

impl Wake {
    /// Something was promised that goes out on any way.
    pub fn senders(&self) {
        self.mail.notify_one();
        self.sms.notify_one();
    }

    /// The clock was moved: anything may be due.
    pub fn all(&self) {
        self.resolve.notify_one();
        self.senders();
    }

    /// For the workers that send on this way.
    #[must_use]
    pub fn of(&self, channel: Channel) -> &Notify {
        match channel {
            Channel::Mail => &self.mail,
            Channel::Sms => &self.sms,
        }
    }
}

/// Everything that a use-case may need, shared by all requests and workers.
pub struct Context {
    /// The time.
    pub clock: Clock,
    /// The checked configuration.
    pub config: Config,
    /// Whether `--dev` holds.
    pub mode: Mode,
    /// The origin that links are built from and that posts must come from; no slash at its end.
    pub public_url: String,
    /// The address that the server really has.
    pub bound: SocketAddr,
    /// Keys of this installation.
    pub keys: Keys,
    /// The database.
    pub store: Store,
    /// The bounded pool that hashes passwords.
    pub hasher: Hasher,
    /// Passwords that are too common to be allowed.
    pub blocklist: Blocklist,
    /// Who says what makes a password easy to guess.
    pub adviser: Adviser,
    /// Where breached passwords are looked up.
    pub breached: Breached,
    /// The relays.
    pub mailer: Mailer,
    /// The gateway for text messages, if there is one.
    pub sms: Option<SmsGateway>,
    /// Who is told of troubles on our side.
    pub alerts: Alerts,
    /// The troubles that this node has met.
    pub incidents: Arc<Incidents>,
    /// The mailbox of development.
    pub dev_mailbox: Option<Arc<DevMailbox>>,
    /// The sentences, as configured.
    pub sentences: BTreeMap<&'static str, &'static Catalogue>,
    /// Wakes the workers.
    pub wake: Wake,
    /// What workers write together.
    pub together: Together,
    /// Posts under way, also those whose connection has gone.
    pub posts: TaskTracker,
    /// What was seen that only the operator can mend.
    pub observations: Observations,
}

/// The context as it is handed around.
pub type Shared = Arc<Context>;

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl Context {
    /// The time, in microseconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The sentences in a language that is offered, else in the default one.
    #[must_use]
    pub fn sentences(&self, language: Language) -> &'static Catalogue {
        self.sentences
            .get(language.tag())
            .or_else(|| self.sentences.get(self.config.languages.default.tag()))
            .copied()
            .unwrap_or_else(|| Catalogue::fallback())
    }

    /// The language of this tag, in which messages to somebody are written; the default one where it is none of ours.
    #[must_use]
    pub fn language_of(&self, tag: &str) -> Language {
        Language::parse(tag).unwrap_or(self.config.languages.default)
    }

    /// Whether cookies may go over plain http: only under `--dev`.
    #[must_use]
    pub fn is_plain_http(&self) -> bool {
        !self.public_url.starts_with("https://")
    }
}
