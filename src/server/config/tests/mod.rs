//! Tests of the configuration: values, places, sources.

mod brand;
mod demands;
mod given;
mod localised;
mod relays;
mod shipped;
mod sms;
mod values;
mod variables;

use super::{Config, ConfigError, Mode, Sources, load};
use given::{Given, Outcome, complaint};
