//! Every limit, named by its purpose: requests and messages, tries to sign in and at second factors, the budget of text messages, and the
//! robot check.

pub mod factor_tries;
pub mod requests;
pub mod robot;
pub mod sign_in_tries;
pub mod text_messages;
