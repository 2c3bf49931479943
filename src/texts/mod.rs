//! The catalogue of sentences: every word that a person reads, by key and language.
//!
//! `build.rs` makes the enums [`Text`] and `ServerText` from `locales/*.toml`. Only the server carries the sentences
//! themselves; the browser gets those of its language together with the page ([`Catalogue::list`], [`Catalogue::from_list`]).

mod catalogue;
#[cfg(all(test, feature = "ssr"))]
mod journeys;
mod language;
#[cfg(feature = "ssr")]
mod sentence;
#[cfg(all(test, feature = "ssr"))]
mod source;
#[cfg(all(test, feature = "ssr"))]
mod wording;

pub use catalogue::Catalogue;
#[cfg(feature = "ssr")]
pub use catalogue::{OverrideError, Piece, pieces};
pub use language::Language;
#[cfg(feature = "ssr")]
pub use sentence::SentenceError;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));
