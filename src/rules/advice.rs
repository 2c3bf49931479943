//! What can be said of a proposed password beyond the rules. It is advice and never stands in the way; a closed list, so that an answer
//! carries nobody's words.

use serde::{Deserialize, Serialize};

/// Advice on a password that the rules accept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Nothing is known of it.
    #[default]
    Nothing,
    /// It is hard to guess.
    Good,
    /// It runs along the keyboard.
    Keys,
    /// It repeats itself.
    Repeats,
    /// It has letters or digits in their order.
    Sequences,
    /// It is mostly a date or a year.
    Dates,
    /// It is mostly names.
    Names,
    /// It is mostly a common password or word.
    Common,
    /// More words would help.
    Words,
}
