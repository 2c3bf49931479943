//! The MAC under which a code is stored.

use crate::rules::code::Code;
use crate::server::base::keys::Purpose;
use crate::server::context::Context;

/// The MAC under which a code is stored: keyed outside the database and bound to its flow (STANDARDS C14, B05).
#[must_use]
pub fn code_mac(ctx: &Context, flow_id: &str, code: &Code) -> String {
    ctx.keys.mac_text(
        Purpose::Code,
        &[flow_id.as_bytes(), code.as_str().as_bytes()],
    )
}
