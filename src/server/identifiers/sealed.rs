//! What somebody wrote to say who they are, sealed beside the flow that goes on with it.
use super::super::context::Context;
use crate::server::base::failure::Fault;
use crate::server::base::keys::Purpose;
use crate::server::base::random::NoRandomness;
use crate::server::store::flows::Flow;

fn place(flow_id: &str) -> String {
    format!("flows {flow_id} identifier")
}

/// Seals what the person wrote.
///
/// # Errors
/// [`NoRandomness`].
pub fn seal_identifier(ctx: &Context, flow_id: &str, typed: &str) -> Result<String, NoRandomness> {
    ctx.keys
        .seal(Purpose::Outbox, &place(flow_id), typed.as_bytes())
}

/// What the person wrote.
///
/// # Errors
/// [`Fault`] when it cannot be opened with this key.
pub fn open_identifier(ctx: &Context, flow: &Flow) -> Result<String, Fault> {
    let plain = ctx
        .keys
        .open_sealed(Purpose::Outbox, &place(&flow.id), &flow.identifier_sealed)?;
    String::from_utf8(plain.to_vec()).map_err(|_| Fault::Content("flows.identifier_sealed"))
}
