//! Sessions: opaque values whose hashes the database holds, with an idle and an absolute limit that the server enforces.
//!
//! What fails with the database's own error fails when that does not answer; only what else can go wrong is said at a function.

pub mod codes;
pub mod devices;
mod lifetimes;
mod sign_in;
mod signed_in;
mod tokens;

pub use lifetimes::CONFIRMED_FOR;
pub use sign_in::{Opened, Opening, sign_in};
pub use signed_in::{SignedIn, look, of_token, ran_out};
pub(super) use tokens::new_token;
pub use tokens::{confirm, rotate};
