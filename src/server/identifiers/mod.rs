//! One reading of what people write to say who they are or where they are reached: what is stored, compared, counted, shown and written to.
//!
//! It is made once, here, and used at every door: the first step, sign-in, the security page and the command line. What is compared is what is
//! written to, so an address that changes on its way to a relay is none. Case is folded for comparing, but a character outside ASCII never
//! becomes one inside: otherwise `mıke@…` or the Kelvin sign would reach somebody else's account (CVE-2019-19844).

pub mod address;
mod case;
mod contact;
pub mod display_names;
mod identifier;
mod marks;
pub mod number;
mod pasted;
pub mod rewrite;
pub mod sealed;
#[cfg(test)]
mod tests;
mod user_name;

pub use address::{Address, NotAnAddress};
pub use contact::{counted, masked, masked_contact, shown, shown_contact};
pub use identifier::{Identifier, is_well_formed, read, read_to_look_up};
pub use marks::{is_digit, is_unseen, without_unseen};
pub use user_name::{looks_like_another, user_name};
