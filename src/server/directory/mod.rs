//! Where people and their passwords live, behind one seam. The table `accounts` holds the local shadow of everybody, wherever the password is;
//! this room alone reads and writes stored passwords. Today there is one kind: this program's own database.
//!
//! What another kind would ask over the network is never called inside a transaction: [`Directory::find`] takes a connection that only reads,
//! [`Directory::check`] and [`Directory::set`] the store. What is called inside one ([`Directory::adopt`], [`Directory::write`],
//! [`Directory::standing`]) asks this program's database alone. Another kind is another variant of it; the compiler then lists what it must
//! answer.

mod answers;
mod builtin;
mod hashing;
mod seam;
mod standing;

pub use answers::{Checked, Found, LeftOpen, PasswordRejection, Set, Unavailable};
pub use builtin::{Builtin, NewPassword, Right};
pub use hashing::{HashError, Hasher, Password, Turn};
pub use seam::{BUILTIN, Directory};
pub use standing::Standing;
