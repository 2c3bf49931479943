//! Every limit, named by its purpose: requests and messages, tries to sign in and at second factors, the budget of text messages, and the
//! robot check.
//!
//! What fails with the database's own error fails when that does not answer; only what else can go wrong is said at a function.

pub mod factor_tries;
pub mod requests;
pub mod robot;
pub mod sign_in_tries;
pub mod text_messages;
