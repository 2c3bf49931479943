//! Every SQL statement of the program, one file a table, and the one place that knows which database engine it is.
//!
//! Functions take the open connection; only use-cases open transactions, through [`Store::begin`].
//!
//! What fails with the database's own error fails when that does not answer; only what else can go wrong is said at a function.

pub mod accounts;
mod address;
pub mod alerts;
pub mod audit;
pub mod confirmations;
pub mod contact_changes;
pub mod contacts;
mod database;
pub mod devices;
mod error;
pub mod factors;
pub mod feedback;
pub mod flow_accounts;
pub mod flows;
pub mod former_codes;
pub mod former_passwords;
pub mod incidents;
pub mod intents;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod observations;
pub mod outcome;
pub mod password_changes;
pub mod passwords;
mod pools;
mod presence;
pub mod proposals;
pub mod readiness;
pub mod readings;
pub mod recovery_codes;
pub mod revert_links;
mod schema;
mod serving;
pub mod sessions;
pub mod sign_in_tries;
mod sweep;
pub mod together;
mod transaction;
mod turns;

pub use database::{Connection, Engine, Reader, Store};
pub use error::StoreError;
pub use serving::Serving;
pub use sweep::{SWEPT_AT_ONCE, Table, sweep};
pub use transaction::{Savepoint, Tx, settle};
pub use turns::Whose;
