//! The second factor: an app that shows a new code every half minute, and recovery codes for when it is lost. Used by sign-in, by the
//! reset, by the account's own pages and by the command line, each in its own transaction.

mod enrol;
mod notifications;
mod otpauth;
mod recovery;
mod standing;
mod totp;
mod verify;

pub use enrol::{Begun, Confirmed, begin, begun, confirm, remove, renew_codes};
pub use notifications::tell;
pub use otpauth::{Square, key_in_groups, square, uri};
pub use recovery::{CODES, Codes};
pub use standing::{codes_left, is_any_set_up, is_demanded, is_set_up, stage};
pub use verify::{FactorRejection, Means, Outcome, verify};
