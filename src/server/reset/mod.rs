//! The journey: begin, resend, verify or open the link, choose; and the worker that resolves: both halves of one use-case in one room.

pub mod advise;
pub mod begin;
pub mod choose;
pub mod choose_by_link;
pub mod factor;
pub mod flow;
pub mod link;
mod proposals;
pub mod proved;
pub mod resend;
pub mod resolve;
pub mod verify;

use super::context::Context;
use crate::rules::code::Code;
use crate::server::base::keys::Purpose;

/// The MAC under which a code is stored: keyed outside the database and bound to its flow (STANDARDS C14, B05).
#[must_use]
pub fn code_mac(ctx: &Context, flow_id: &str, code: &Code) -> String {
    ctx.keys.mac_text(
        Purpose::Code,
        &[flow_id.as_bytes(), code.as_str().as_bytes()],
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn half_a_minute_of_lifetime_is_never_rounded_to_nothing() {
        assert_eq!(super::flow::whole_seconds(1), 1);
        assert_eq!(super::flow::whole_seconds(1_000_001), 2);
        assert_eq!(super::flow::whole_seconds(-5), 0);
    }
}
