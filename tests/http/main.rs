//! The real server over HTTP, on port 0, on both database engines, with a real SMTP relay.
//!
//! `scripts/postgres run cargo test --features ssr --test http` runs them all; without a PostgreSQL the tests named `…::postgres` fail.

#[cfg(test)]
mod support;

#[cfg(test)]
mod journey;
