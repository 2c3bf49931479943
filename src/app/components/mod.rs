//! Pieces that pages are made of. Each returns one type of view, whoever calls it: the browser's half pays for every different one.

mod field;
mod frame;
mod notices;
mod password_field;
mod radios;

pub use field::{Field, described_by, error, field};
pub use frame::{skip_link, step_page};
pub use password_field::{hide_passwords, password_field};
pub use radios::{Radios, radios};
