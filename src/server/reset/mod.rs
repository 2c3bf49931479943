//! The journey: begin, resend, verify or open the link, choose; and the worker that resolves: both halves of one use-case in one room.

pub mod advise;
pub mod begin;
pub mod choose;
pub mod choose_by_link;
mod code_mac;
pub mod factor;
pub mod flow;
pub mod link;
mod proposals;
pub mod proved;
pub mod resend;
pub mod resolve;
pub mod verify;

pub use code_mac::code_mac;
