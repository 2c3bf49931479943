//! What every use-case is handed: clock, configuration, keys, database, directory and relays.
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::base::clock::Clock;
use super::base::passage::Wording;
use super::config::{Config, Localised, Mode};
use super::delivery::{Alerts, DevMailbox, Mailer, SmsGateway};
use super::store::Store;
use crate::rules::channel::Channel;
use crate::server::base::keys::Keys;
use crate::server::directory::Directory;
use crate::server::health::incidents::Incidents;
use crate::server::health::observations::Observations;
use crate::server::password::advice::Adviser;
use crate::server::password::breached::Breached;
use crate::server::password::intents::CutOff;
use crate::server::password::lists::Blocklist;
use crate::server::store::together::Together;
use crate::texts::{Catalogue, Language};

/// Wakes the workers when something was enqueued, so that nobody waits for the next poll.
#[derive(Debug, Default)]
pub struct Wake {
    /// For the worker that resolves.
    pub resolve: Notify,
    /// For the workers that send mail.
    pub mail: Notify,
    /// For the workers that send text messages.
    pub sms: Notify,
    /// For the worker that ends what crashes have left open.
    pub intents: Notify,
}

impl Wake {
    /// Something was enqueued that goes out on any way.
    pub fn senders(&self) {
        self.mail.notify_one();
        self.sms.notify_one();
    }

    /// The clock was moved: anything may be due.
    pub fn all(&self) {
        self.resolve.notify_one();
        self.intents.notify_one();
        self.senders();
    }

    /// For the workers that send on this channel.
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
    /// Where people and their passwords live.
    pub directory: Directory,
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
    /// Changes of a password that the database has cut off.
    pub cut_off: CutOff,
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

    /// Words of the configuration, as somebody is shown them who reads these sentences.
    #[must_use]
    pub fn wording<'a>(&'a self, words: &'a Localised, sentences: &Catalogue) -> Wording<'a> {
        words.in_language(sentences.language(), &self.config.languages)
    }

    /// What the service is called, beside these sentences.
    #[must_use]
    pub fn site_name(&self, sentences: &Catalogue) -> Wording<'_> {
        self.wording(&self.config.site.name, sentences)
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
