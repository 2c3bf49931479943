//! What everybody stands on: the clock and randomness. Uses nothing of ours but the rules.

pub mod clock;
pub mod random;
