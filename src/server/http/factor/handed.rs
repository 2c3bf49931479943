//! Recovery codes right after they were made. They travel in a sealed cookie until the person has saved them; the database holds only
//! their MACs (docs/decisions/0008-recovery-codes-come-by-a-sealed-cookie.md).

use axum::response::Response;
use zeroize::Zeroizing;

use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::factor::Codes;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::RECOVERY_CODES;
use crate::server::http::responses::see_other;

fn place(account_id: &str) -> String {
    format!("cookie recovery codes {account_id}")
}

/// Sends the browser to the page, with new codes.
pub(super) fn handed_out(ctx: &Context, account_id: &str, codes: &Codes) -> Response {
    let mut response = see_other(RECOVERY_CODES);
    let plain = Zeroizing::new(codes.join(" "));
    let sealed = ctx
        .keys
        .seal(Purpose::Cookie, &place(account_id), plain.as_bytes());
    match sealed {
        Ok(value) => append(&mut response, cookies::set(ctx, Name::Codes, &value)),
        Err(error) => tracing::error!(%error, "recovery codes cannot be shown"),
    }
    response
}

/// The codes that a browser was handed.
pub(super) fn handed(ctx: &Context, visitor: &Visitor, account_id: &str) -> Option<Codes> {
    let plain = ctx
        .keys
        .open_sealed(Purpose::Cookie, &place(account_id), visitor.codes()?)
        .ok()?;
    let codes = str::from_utf8(&plain).ok()?.split(' ').map(str::to_owned);
    Some(Zeroizing::new(codes.collect()))
}
