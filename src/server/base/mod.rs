//! What everybody stands on: the clock, randomness, the key file, failures, local time, the log. Uses nothing of ours but the rules.

pub mod clock;
pub mod database_faults;
pub mod failure;
pub mod kept;
pub mod keys;
pub mod local_time;
pub mod one_time_code;
pub mod outbound;
pub mod passage;
pub mod random;
pub mod telemetry;
