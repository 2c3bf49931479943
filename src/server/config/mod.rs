//! Configuration: read from files and variables, checked a source at a time, and handed on typed.
//!
//! Later sources win: built-in values, `Leptos.toml`, each `--config`, `--journey`, `REKEY__SECTION__KEY`, then `…_FILE` for secrets.
//! Each section has its type, its defaults and its ranges in one file, and `Leptos.toml` says the same in words (a test compares them).

mod colours;
mod configuration;
mod countries;
mod demands;
mod error;
mod federated;
mod help;
mod hsts;
mod law;
mod layer;
mod limits;
mod localised;
mod logo;
mod loopback;
mod mail;
mod operator;
mod password;
mod relay_url;
mod reset;
mod section;
mod service;
mod site;
mod sms;
mod sources;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use colours::{Accent, Colours};
pub use configuration::{Config, Mode};
pub use countries::CallingCode;
pub use error::{ConfigError, Finding, Place};
pub use federated::Federated;
pub use help::{Help, Reason, Support};
pub use law::{Compliance, Country, Law, LegalBasis};
pub use limits::{Hashing, Limits, Sessions};
pub use localised::Localised;
pub use logo::Logo;
pub use loopback::is_loopback;
pub use mail::{Mail, Relay, Security};
pub use operator::{Alert, Operator};
pub use password::{Breached, Failing, Password};
pub use reset::{After, LinkedAccounts, Reset, RobotCheck};
pub use service::{
    Accounts, AfterChange, ConfirmChanges, Database, Keys, RequireFactor, SignInPages, is_on_web,
};
pub use site::Site;
pub use sms::{Format, Gateway, Sms, is_e164};
pub use sources::{SHIPPED, Sources, environment, load};
pub use words::{Languages, Texts};
