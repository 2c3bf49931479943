//! The server's half: use-cases, what they stand on, and the door to the web.

pub mod account;
pub mod account_facts;
pub mod audit;
pub mod cli;
pub mod config;
pub mod context;
pub mod credential;
pub mod delivery;
pub mod demo;
pub mod directory;
pub mod failure;
pub mod feedback;
pub mod guard;
pub mod hashing;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod local_time;
pub mod password_lists;
pub mod password_rules;
pub mod redirect;
pub mod reset;
pub mod sessions;
pub mod start;
pub mod store;
pub mod telemetry;
