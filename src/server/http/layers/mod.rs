//! What every request passes before a page or an action sees it: who asks, from where, how much at once, and what may not come in at all.
//! Knows no page.

pub(super) mod connections;
pub(super) mod final_slash;
pub(super) mod finish;
mod forwarded;
pub mod headers;
pub(super) mod host;
pub(super) mod in_flight;
pub(super) mod log_path;
pub(super) mod origin;
pub(super) mod plain_address;
pub(super) mod readable;
pub(super) mod shares;
pub mod visitor;
