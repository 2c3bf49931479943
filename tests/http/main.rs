//! The real server over HTTP, on port 0, with a real SMTP relay; on both database engines wherever they could differ.
//!
//! `scripts/postgres run cargo test --features ssr --test http` runs them all; without a PostgreSQL the tests named `…::postgres` fail.

#[cfg(test)]
mod support;

#[cfg(test)]
mod actors;
#[cfg(test)]
mod advice;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod brand;
#[cfg(test)]
mod breached;
#[cfg(test)]
mod changed;
#[cfg(test)]
mod channels;
#[cfg(test)]
mod characters;
#[cfg(test)]
mod client_address;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod configured_words;
#[cfg(test)]
mod contact_changes;
#[cfg(test)]
mod cookies;
#[cfg(test)]
mod cross_site;
#[cfg(test)]
mod cut_off_changes;
#[cfg(test)]
mod directories;
#[cfg(test)]
mod factor;
#[cfg(test)]
mod factor_reset;
#[cfg(test)]
mod factor_tries;
#[cfg(test)]
mod feedback;
#[cfg(test)]
mod field;
#[cfg(test)]
mod former_passwords;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod help;
#[cfg(test)]
mod help_law;
#[cfg(test)]
mod help_reading;
#[cfg(test)]
mod help_steps;
#[cfg(test)]
mod identifiers;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod key_file;
#[cfg(test)]
mod kiosk;
#[cfg(test)]
mod kiosk_from_elsewhere;
#[cfg(test)]
mod known_devices;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod links;
#[cfg(test)]
mod localised;
#[cfg(test)]
mod mail_faces;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod must_change;
#[cfg(test)]
mod newer_schema;
#[cfg(test)]
mod one_server;
#[cfg(test)]
mod order;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod own_sessions;
#[cfg(test)]
mod page_snapshots;
#[cfg(test)]
mod password_change;
#[cfg(test)]
mod refused_posts;
#[cfg(test)]
mod returning;
#[cfg(test)]
mod revert_links;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod security_page;
#[cfg(test)]
mod senders;
#[cfg(test)]
mod sentences;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod shared_addresses;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sign_in_pages;
#[cfg(test)]
mod sign_in_waits;
#[cfg(test)]
mod signed_in;
#[cfg(test)]
mod sms;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod twice;
#[cfg(test)]
mod update;
#[cfg(test)]
mod waiting_sign_ins;
#[cfg(test)]
mod wanted;
#[cfg(test)]
mod weaknesses;
