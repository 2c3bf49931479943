//! People who have an account: adding them, signing them in and out, and what they change themselves.

pub mod activity;
pub mod add;
mod claim;
mod codes;
pub mod confirm;
pub mod contacts;
pub mod factor;
pub mod last_changed;
pub mod name;
pub mod own_sessions;
pub mod password;
pub mod rejection;
pub mod revert;
pub mod sign_in;

pub use codes::Sent;
