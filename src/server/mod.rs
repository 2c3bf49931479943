//! The server's half: use-cases, what they stand on, and the door to the web.

pub mod account;
pub mod audit;
pub mod base;
pub mod cli;
pub mod config;
pub mod context;
pub mod delivery;
pub mod directory;
pub mod factor;
pub mod health;
pub mod help;
pub mod http;
pub mod identifiers;
#[expect(clippy::missing_errors_doc, reason = "said once at its head")]
pub mod limits;
pub mod notifications;
pub mod outbox;
pub mod password;
pub mod reset;
#[expect(clippy::missing_errors_doc, reason = "said once at its head")]
pub mod revoke;
#[expect(clippy::missing_errors_doc, reason = "said once at its head")]
pub mod sessions;
pub mod start;
#[expect(clippy::missing_errors_doc, reason = "said once at its head")]
pub mod store;
pub mod workers;
