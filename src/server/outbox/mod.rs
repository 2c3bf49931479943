//! The outbox: work is enqueued inside the caller's transaction, claimed by a worker, retried with back-off, and expires with its secret.

mod claim;
mod enqueue;
pub mod reports;

pub(in crate::server) use claim::{LEASE, SLEEPS_FOR, claim, pause, pause_until_due, put_back};
pub(in crate::server) use enqueue::place;
pub use enqueue::{JobAttributes, Message, enqueue, enqueue_resolve};
