//! What is wrong around the program, as it is met: troubles that the operator is told of, and what only the operator can mend.

pub mod incidents;
pub mod observations;
