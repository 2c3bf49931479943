//! What happened to people and operators of other products, and must not happen here.

mod f05;
mod f20;
mod final_slash;
mod link_tokens;
mod revert_links;
