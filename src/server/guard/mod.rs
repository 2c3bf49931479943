//! What stands before every use-case: limits, tries to sign in, the budget of text messages, and the robot check.

pub mod factor_tries;
pub mod limits;
pub mod robot;
pub mod texts;
pub mod tries;
