//! Telling people what happened to their account, and the way to say "this was not me".

pub mod notify;
pub mod revert_links;
