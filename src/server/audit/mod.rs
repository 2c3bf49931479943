//! Audit events: what happened, in a closed vocabulary (after OWASP's logging vocabulary), written in the transaction that makes it true.

mod event;
mod record;

pub use event::{Actor, Event};
pub use record::{Subject, record};
