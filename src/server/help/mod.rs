//! What the help keeps: the words that people leave there.

pub mod feedback;
