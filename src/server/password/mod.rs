//! Passwords: changing one, what a crash cut off, its rules, advice, lists of common ones, breaches, and changes that are due.

pub mod advice;
pub mod breached;
pub mod change;
pub mod due;
pub mod intents;
pub mod lists;
pub mod proof;
pub mod rules;
