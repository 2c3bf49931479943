//! What serves the app: the state of its pages, the answers to its posts, and the links that lead into it.

pub mod actions;
pub(super) mod link;
pub mod pages;
mod rejected;
pub(super) mod reply;
pub(super) mod robot;
pub(super) mod sign_in_pages;
pub mod state;
