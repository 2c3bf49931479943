//! Tests of the configuration: values, places, sources.

mod brand;
mod demands;
mod given;
mod relays;
mod shipped;
mod sms;
mod values;
mod variables;

use super::{Config, ConfigError, Mode, Sources, load};
use given::{Given, Outcome, complaint};

/// A logo that mails can carry.
const PNG: &[u8] = include_bytes!("../../../../tests/fixtures/logo.png");
