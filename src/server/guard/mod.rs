//! What stands before every use-case: limits, the origin of a post, the host of a request, and headers on every answer.

pub mod factor_tries;
pub mod headers;
pub mod host;
pub mod limits;
pub mod log_path;
pub mod origin;
pub mod readable;
pub mod robot;
pub mod shares;
pub mod texts;
pub mod tries;
