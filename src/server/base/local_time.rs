//! Times as people read them, in the organisation's time zone and in the form of their language.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::texts::Language;

fn format(zone: &TimeZone, at: i64, pattern: &str) -> String {
    let moment = Timestamp::from_microsecond(at)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone());
    moment.strftime(pattern).to_string()
}

/// The time of day of `at`, in microseconds since the epoch: `14.05`, `14:05`. Where the clock shows it twice, at the end of summer time, it
/// says which of the two is meant.
#[must_use]
pub fn time(zone: &TimeZone, at: i64, language: Language) -> String {
    let which = which(zone, at, language);
    match language {
        Language::Sv | Language::Nb => format!("kl. {}{which}", format(zone, at, "%H.%M")),
        Language::En => format!("{}{which}", format(zone, at, "%H:%M")),
    }
}

/// Which of two equal times of day `at` is, ` sommartid` or ` vintertid`; nothing where the clock shows it once.
fn which(zone: &TimeZone, at: i64, language: Language) -> String {
    let moment = Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    let shown = moment.to_zoned(zone.clone()).datetime();
    let AmbiguousOffset::Fold { before, after } = zone.to_ambiguous_timestamp(shown).offset()
    else {
        return String::new();
    };
    let seasons = [before, after].map(|offset| {
        let is_dst = |moment| zone.to_offset_info(moment).dst().is_dst();
        offset.to_timestamp(shown).is_ok_and(is_dst)
    });
    match (
        language,
        seasons,
        zone.to_offset_info(moment).dst().is_dst(),
    ) {
        (Language::Sv, [true, false], true) => " sommartid".to_owned(),
        (Language::Nb, [true, false], true) => " sommertid".to_owned(),
        (Language::Sv | Language::Nb, [true, false], false) => " vintertid".to_owned(),
        // A clock that was put back for another reason has no seasons to tell apart.
        _ => format(zone, at, " UTC%:z"),
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
