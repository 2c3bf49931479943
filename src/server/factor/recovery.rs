//! Recovery codes: ten, shown once, each of which takes the place of the second factor once.
use zeroize::Zeroizing;

use crate::server::base::keys::Purpose;
use crate::server::base::one_time_code::OneTimeCode;
use crate::server::base::random::NoRandomness;
use crate::server::context::Context;

/// How many are made at a time.
pub const CODES: usize = 10;

/// Codes as they are shown: in groups of four. They are wiped from memory.
pub type Codes = Zeroizing<Vec<String>>;

/// A code as it is compared. Eighty bits, where NIST SP 800-63B-4 section 4.2.1.1 asks for 64.
pub type Recovery = OneTimeCode<16>;

/// The MAC under which a code is stored: keyed outside the database and bound to its account.
pub fn mac(ctx: &Context, account_id: &str, code: &Recovery) -> String {
    let parts = [
        b"recovery code".as_slice(),
        account_id.as_bytes(),
        code.as_str().as_bytes(),
    ];
    ctx.keys.mac_text(Purpose::Code, &parts)
}

/// Draws new codes.
pub fn draw() -> Result<Vec<Recovery>, NoRandomness> {
    (0..CODES).map(|_| Recovery::draw()).collect()
}
