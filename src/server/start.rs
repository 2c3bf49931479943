//! From a configuration to a running context: keys, database, lists, relays, sentences.
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use tokio_util::task::TaskTracker;

use super::config::{Config, ConfigError, Mode, Sources};
use super::context::{Context, Shared, Wake};
use super::delivery::{
    AlertSetupError, Alerts, DevMailbox, Mailer, MailerError, SmsGateway, SmsSetupError,
};
use super::identifiers::rewrite::{self, Finding};
use super::store::observations::Observation;
use super::store::{self, Engine, Serving, Store, StoreError};
use crate::server::base::clock::Clock;
use crate::server::base::keys::{KeyError, Keys};
use crate::server::directory::{Builtin, Directory, HashError, Hasher};
use crate::server::health::observations::{self, Observations};
use crate::server::password::advice::Adviser;
use crate::server::password::breached::{Breached, BreachedSetupError};
use crate::server::password::intents::CutOff;
use crate::server::password::lists::Blocklist;
use crate::server::store::together::Together;
use crate::texts::{Catalogue, Language, OverrideError};

/// Why the program cannot start. Each is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A configuration source is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration lacks what production demands.
    #[error("{}", .0.join("\n"))]
    Demands(Vec<String>),
    /// A rewritten sentence is wrong.
    #[error("[texts.{language}]: {source}")]
    Sentence {
        /// Of which language.
        language: &'static str,
        /// What is wrong.
        source: OverrideError,
    },
    /// The key file cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first hash cannot be made.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The configured list of passwords cannot be read.
    #[error("[password] blocklist cannot be read: {0}")]
    Blocklist(#[source] std::io::Error),
    /// Breached passwords cannot be looked up.
    #[error(transparent)]
    Breached(#[from] BreachedSetupError),
    /// The relays cannot be used.
    #[error(transparent)]
    Mailer(#[from] MailerError),
    /// The gateway for text messages cannot be used.
    #[error(transparent)]
    Sms(#[from] SmsSetupError),
    /// The operator cannot be told of anything.
    #[error(transparent)]
    Alert(#[from] AlertSetupError),
    /// The address cannot be listened on, or signals cannot be heard.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// Reads the configuration and holds it against what the mode demands.
///
/// # Errors
/// [`StartError::Config`], [`StartError::Demands`].
pub fn configuration(sources: &Sources) -> Result<Config, StartError> {
    let config = super::config::load(sources, super::config::environment(), Path::new("."))?;
    config.check(sources.mode).map_err(StartError::Demands)?;
    Ok(config)
}

/// Begins to serve the configured database, once no other server does. Before anything else is opened, so that the next server can be started
/// while the one before it still ends.
///
/// # Errors
/// [`StartError::Store`] when another server goes on with an embedded database.
pub async fn serving(config: &Config) -> Result<Serving, StartError> {
    Ok(Serving::begin(config.database.url.expose_secret()).await?)
}

/// Every sentence, with the organisation's own words put in. They live as long as the program.
fn sentences(config: &Config) -> Result<BTreeMap<&'static str, &'static Catalogue>, StartError> {
    let none = BTreeMap::new();
    Language::ALL
        .into_iter()
        .map(|language| {
            let own = config.texts.get(&language).unwrap_or(&none);
            let catalogue = Catalogue::with_overrides(language, own).map_err(|source| {
                StartError::Sentence {
                    language: language.tag(),
                    source,
                }
            })?;
            Ok((language.tag(), &*Box::leak(Box::new(catalogue))))
        })
        .collect()
}

/// What there is, as `rekey check` finds it.
pub struct Found {
    /// The database with the number of changes of its schema that wait for the next start; `None` where it will be made then.
    pub database: Option<(Engine, usize)>,
    /// Addresses, numbers and user names that somebody should look at.
    pub findings: Vec<Finding>,
    /// The key's id; `None` where it will be made at the first start.
    pub key: Option<String>,
    /// Where breached passwords are looked up.
    pub breached: Breached,
    /// The relays.
    pub mailer: Mailer,
    /// The gateway for text messages, if there is one.
    pub sms: Option<SmsGateway>,
    /// What a running server saw lately that only the operator can mend.
    pub observations: Vec<Observation>,
}

/// Looks at everything that a start would open. Nothing is made, changed or sent.
///
/// # Errors
/// [`StartError`], as the start would give it.
pub async fn look(config: &Config, mode: Mode) -> Result<Found, StartError> {
    sentences(config)?;
    Alerts::from_config(config)?;
    Blocklist::load(config.password.blocklist.as_deref()).map_err(StartError::Blocklist)?;
    let mut database = None;
    let mut is_new = true;
    let mut findings = Vec::new();
    let mut observations = Vec::new();
    if let Some(store) = Store::look(config.database.url.expose_secret()).await? {
        let pending = store.pending_migrations().await?;
        let has_schema = store.has_schema().await?;
        is_new = !has_schema || store.is_new().await?;
        if has_schema {
            let found = rewrite::findings(&store, pending == 0).await;
            findings = found.map_err(StoreError::from)?;
        }
        if pending == 0 {
            let since = Clock::default().now() - observations::TOLD_FOR;
            let mut connection = store.read().await.map_err(StoreError::from)?;
            observations = store::observations::since(&mut connection, since)
                .await
                .map_err(StoreError::from)?;
        }
        database = Some((store.engine(), pending));
        store.close().await;
    }
    let key = if is_new {
        Keys::open_if_there(&config.keys.file)?
    } else {
        Some(Keys::open_used(&config.keys.file)?)
    };
    let key = key.map(|key| key.id().to_owned());
    let mailbox = (mode == Mode::Dev).then(|| Arc::new(DevMailbox::new()));
    Ok(Found {
        database,
        findings,
        key,
        breached: Breached::from_config(&config.password)?,
        mailer: Mailer::from_config(&config.mail, mailbox.clone())?,
        sms: SmsGateway::from_config(&config.sms, mailbox)?,
        observations,
    })
}

/// Opens everything. `bound` is the address that the server really has, port included.
///
/// # Errors
/// [`StartError`].
pub async fn context(config: Config, mode: Mode, bound: SocketAddr) -> Result<Shared, StartError> {
    let store = Store::open(config.database.url.expose_secret()).await?;
    rewrite::run(&store).await.map_err(StoreError::from)?;
    // Only a really first start makes a key: a new one beside old passwords would be a wrong path or a volume that is not there.
    let keys = if store.is_new().await? {
        Keys::open_or_create(&config.keys.file)?
    } else {
        Keys::open_used(&config.keys.file)?
    };
    let dev_mailbox = (mode == Mode::Dev).then(|| Arc::new(DevMailbox::new()));
    let context = Context {
        clock: Clock::default(),
        mode,
        public_url: config.site.origin(bound),
        bound,
        directory: Directory::Builtin(Builtin::new(
            Hasher::new(config.hashing.slots, config.hashing.queue, &keys)?,
            config.password.policy(),
            config.password.max_age_days,
        )),
        blocklist: Blocklist::load(config.password.blocklist.as_deref())
            .map_err(StartError::Blocklist)?,
        adviser: Adviser::default(),
        breached: Breached::from_config(&config.password)?,
        mailer: Mailer::from_config(&config.mail, dev_mailbox.clone())?,
        sms: SmsGateway::from_config(&config.sms, dev_mailbox.clone())?,
        alerts: Alerts::from_config(&config)?,
        incidents: Arc::default(),
        dev_mailbox,
        sentences: sentences(&config)?,
        wake: Wake::default(),
        cut_off: CutOff::default(),
        together: Together::default(),
        posts: TaskTracker::new(),
        observations: Observations::default(),
        keys,
        store,
        config,
    };
    Ok(Arc::new(context))
}
