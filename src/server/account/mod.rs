//! People who have an account: adding them, signing them in and out.

pub mod add;
pub mod sign_in;
