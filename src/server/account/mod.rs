//! People who have an account: adding them, signing them in and out.

pub mod add;
mod claim;
pub mod sign_in;
