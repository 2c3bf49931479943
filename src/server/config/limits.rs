//! `[limits]`, `[sessions]`, `[hashing]`: how much of everything, and for how long.

use std::num::NonZeroUsize;
use std::thread;

use super::section::Section;

/// `[limits]`. Only the client-address limit (429) and the wait at sign-in are ever told to anyone; the others stop sending in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Messages to an account in a row.
    pub messages_burst: u32,
    /// Messages to an account an hour after that.
    pub messages_per_hour: u32,
    /// Wrong codes an account a day, from everybody together (NIST SP 800-63B-4 sections 3.1.3.2 and 3.2.2).
    pub wrong_codes_per_day: u32,
    /// Requests a client address a minute.
    pub requests_per_address_per_minute: u32,
    /// Requests a client address in a row.
    pub requests_burst: u32,
    /// Failures to sign in under one name or address before the next try must wait (NIST SP 800-63B-4 section 3.2.2, ASVS 6.3.1).
    pub sign_in_failures_burst: u32,
    /// Seconds of the first wait; each further failure doubles it.
    pub sign_in_wait_seconds: u32,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections of one peer, and requests of one client that are being answered, at the same time.
    pub connections_per_client: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            messages_burst: 5,
            messages_per_hour: 1,
            wrong_codes_per_day: 50,
            requests_per_address_per_minute: 30,
            requests_burst: 60,
            sign_in_failures_burst: 10,
            sign_in_wait_seconds: 60,
            connections: 2000,
            connections_per_client: 500,
        }
    }
}

impl Limits {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.number("messages_burst", 1..=100, &mut self.messages_burst);
        part.number("messages_per_hour", 1..=100, &mut self.messages_per_hour);
        // 100 failures are the ceiling of NIST SP 800-63B-4 section 3.2.2.
        part.number(
            "wrong_codes_per_day",
            1..=100,
            &mut self.wrong_codes_per_day,
        );
        part.number(
            "requests_per_address_per_minute",
            1..=1_000_000,
            &mut self.requests_per_address_per_minute,
        );
        part.number("requests_burst", 1..=1_000_000, &mut self.requests_burst);
        part.number(
            "sign_in_failures_burst",
            1..=100,
            &mut self.sign_in_failures_burst,
        );
        part.number_of(
            "sign_in_wait_seconds",
            "seconds",
            1..=3600,
            &mut self.sign_in_wait_seconds,
        );
        part.number("connections", 10..=100_000, &mut self.connections);
        part.number(
            "connections_per_client",
            5..=100_000,
            &mut self.connections_per_client,
        );
    }
}

/// `[sessions]` (NIST SP 800-63B-4 sections 2.1.3 and 2.2.3, ASVS 7.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// A session ends after so many hours without a request.
    pub idle: u32,
    /// A session ends after so many days in any case.
    pub absolute: u32,
    /// As `idle`, for administrators, and in minutes.
    pub idle_admin: u32,
    /// As `absolute`, for administrators, and in hours.
    pub absolute_admin: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            idle: 8,
            absolute: 30,
            idle_admin: 30,
            absolute_admin: 8,
        }
    }
}

impl Sessions {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.number_of("idle", "hours", 1..=720, &mut self.idle);
        part.number_of("absolute", "days", 1..=90, &mut self.absolute);
        part.number_of("idle_admin", "minutes", 1..=480, &mut self.idle_admin);
        part.number_of("absolute_admin", "hours", 1..=24, &mut self.absolute_admin);
    }
}

/// `[hashing]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashing {
    /// Hashes computed at the same time; each takes 19 MiB.
    pub slots: usize,
    /// Hashes that may wait; more are answered with 503 and cost nothing.
    pub queue: usize,
    /// Every answer to a sign-in comes after so many milliseconds, so that its time tells nothing. It must lie above the
    /// time of one hash on this machine.
    pub sign_in_deadline_ms: u64,
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            slots: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            queue: 64,
            sign_in_deadline_ms: 600,
        }
    }
}

impl Hashing {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.number("slots", 1..=256, &mut self.slots);
        part.number("queue", 0..=10_000, &mut self.queue);
        part.number_of(
            "sign_in_deadline_ms",
            "milliseconds",
            50..=10_000,
            &mut self.sign_in_deadline_ms,
        );
    }
}
