//! Times as people read them, in the organisation's time zone and in the form of their language.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::texts::Language;

fn format(zone: &TimeZone, at: i64, pattern: &str) -> String {
    let moment = Timestamp::from_microsecond(at)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone());
    moment.strftime(pattern).to_string()
}

/// The time of day of `at`, in microseconds since the epoch: `14.05`, `14:05`.
#[must_use]
pub fn time(zone: &TimeZone, at: i64, language: Language) -> String {
    match language {
        Language::Sv | Language::Nb => format!("kl. {}", format(zone, at, "%H.%M")),
        Language::En => format(zone, at, "%H:%M"),
    }
}

const fn form(language: Language) -> &'static str {
    match language {
        Language::Sv => "%Y-%m-%d",
        Language::Nb => "%-d.%-m.%Y",
        Language::En => "%-d %b %Y",
    }
}

/// The date of `at`: `2026-11-22`, `22.11.2026`, `22 Nov 2026`.
#[must_use]
pub fn date(zone: &TimeZone, at: i64, language: Language) -> String {
    format(zone, at, form(language))
}

/// A day of the calendar, in the form of [`date`].
#[must_use]
pub fn calendar(day: Date, language: Language) -> String {
    day.strftime(form(language)).to_string()
}

/// The day of `at` in UTC: `2026-11-22`.
#[must_use]
pub fn day(at: i64) -> String {
    format(&TimeZone::UTC, at, "%Y-%m-%d")
}

/// Date and time of day of `at`.
#[must_use]
pub fn date_and_time(zone: &TimeZone, at: i64, language: Language) -> String {
    format!("{} {}", date(zone, at, language), time(zone, at, language))
}

/// Until when something works that is told now: the time of day, with its date where that is another one.
#[must_use]
pub fn until(zone: &TimeZone, now: i64, at: i64, language: Language) -> String {
    if date(zone, now, language) == date(zone, at, language) {
        time(zone, at, language)
    } else {
        date_and_time(zone, at, language)
    }
}

/// `at` in UTC for the command line and the help desk: `2026-11-22T13:05:00Z`.
#[must_use]
pub fn utc(at: i64) -> String {
    Timestamp::from_microsecond(at).map_or_else(
        |_| "?".to_owned(),
        |moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}
