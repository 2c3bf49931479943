//! People who have an account: adding them, signing them in and out, their second factor.

pub mod add;
pub mod factor;
pub mod sign_in;
