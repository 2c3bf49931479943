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

const MONTHS_SV: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_NB: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the calendar without its year: `27 november`, `27. november`, `27 November`.
fn day_and_month(day: Date, language: Language) -> String {
    let (months, dot) = match language {
        Language::Sv => (MONTHS_SV, ""),
        Language::Nb => (MONTHS_NB, "."),
        Language::En => (MONTHS_EN, ""),
    };
    let month = usize::try_from(day.month() - 1).unwrap_or_default();
    format!("{}{dot} {}", day.day(), months[month])
}

/// A day of the calendar: `27 november 2026`.
#[must_use]
pub fn calendar(day: Date, language: Language) -> String {
    format!("{} {}", day_and_month(day, language), day.year())
}

/// The day of `at` on something that is kept for years: `27 november 2026`.
#[must_use]
pub fn calendar_day(zone: &TimeZone, at: i64, language: Language) -> String {
    together(&calendar(date_at(zone, at), language))
}

fn date_at(zone: &TimeZone, at: i64) -> Date {
    Timestamp::from_microsecond(at)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone())
        .date()
}

/// The date of `at` as it is said at `now`: with its year where that is another one.
fn date(zone: &TimeZone, now: i64, at: i64, language: Language) -> String {
    let day = date_at(zone, at);
    if day.year() == date_at(zone, now).year() {
        day_and_month(day, language)
    } else {
        calendar(day, language)
    }
}

/// A time of day behind a date: `10.40`, `10:40`, with which of two it is.
fn bare_time(zone: &TimeZone, at: i64, language: Language) -> String {
    let form = match language {
        Language::Sv | Language::Nb => "%H.%M",
        Language::En => "%H:%M",
    };
    format!("{}{}", format(zone, at, form), which(zone, at, language))
}

/// Yesterday, today and tomorrow, with nothing between the words where a line could be broken.
fn near(zone: &TimeZone, now: i64, at: i64, language: Language) -> Option<&'static str> {
    let (day, today) = (date_at(zone, at), date_at(zone, now));
    let words = match language {
        Language::Sv => ["i\u{a0}går", "i\u{a0}dag", "i\u{a0}morgon"],
        Language::Nb => ["i\u{a0}går", "i\u{a0}dag", "i\u{a0}morgen"],
        Language::En => ["yesterday", "today", "tomorrow"],
    };
    let which = [today.yesterday().ok(), Some(today), today.tomorrow().ok()];
    let at = which.iter().position(|each| *each == Some(day))?;
    Some(words[at])
}

/// The same words with no place where a line could end.
#[must_use]
pub fn together(words: &str) -> String {
    words.replace(' ', "\u{a0}")
}

/// A day as a page says it to somebody who reads it at `now`: `i dag`, `27 november`.
#[must_use]
pub fn day_on_page(zone: &TimeZone, now: i64, at: i64, language: Language) -> String {
    near(zone, now, at, language)
        .map_or_else(|| together(&date(zone, now, at, language)), str::to_owned)
}

/// A moment as a page says it to somebody who reads it at `now`: `i dag 10.40`, `today at 10:40`; on any other day as in a message.
#[must_use]
pub fn on_page(zone: &TimeZone, now: i64, at: i64, language: Language) -> String {
    let words = match near(zone, now, at, language) {
        None => date_and_time(zone, now, at, language),
        Some(day) => {
            let between = if language == Language::En {
                " at "
            } else {
                " "
            };
            format!("{day}{between}{}", bare_time(zone, at, language))
        }
    };
    together(&words)
}

/// The time of day of `at` on a page that names its day elsewhere.
#[must_use]
pub fn time_on_page(zone: &TimeZone, at: i64, language: Language) -> String {
    together(&bare_time(zone, at, language))
}

/// The day of `at` in UTC: `2026-11-22`.
#[must_use]
pub fn day(at: i64) -> String {
    format(&TimeZone::UTC, at, "%Y-%m-%d")
}

/// Date and time of day of `at` in a message that is written at `now`, and read whenever: `27 november kl. 10.40`, `27 November at 10:40`.
#[must_use]
pub fn date_and_time(zone: &TimeZone, now: i64, at: i64, language: Language) -> String {
    let between = if language == Language::En {
        " at "
    } else {
        " kl. "
    };
    let date = date(zone, now, at, language);
    format!("{date}{between}{}", bare_time(zone, at, language))
}

/// Until when something works that is told now: the time of day, with its date where that is another one.
#[must_use]
pub fn until(zone: &TimeZone, now: i64, at: i64, language: Language) -> String {
    if date_at(zone, now) == date_at(zone, at) {
        time(zone, at, language)
    } else {
        date_and_time(zone, now, at, language)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(moment: &str) -> i64 {
        moment.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let now = at("2026-11-27T22:30:00Z");
        for (moment, sv, nb, en) in [
            (
                "2026-11-27T09:40:00Z",
                "i dag 10.40",
                "i dag 10.40",
                "today at 10:40",
            ),
            // Past midnight by the clock of the organisation.
            (
                "2026-11-27T23:05:00Z",
                "i morgon 00.05",
                "i morgen 00.05",
                "tomorrow at 00:05",
            ),
            (
                "2026-11-25T23:00:00Z",
                "i går 00.00",
                "i går 00.00",
                "yesterday at 00:00",
            ),
            (
                "2026-05-01T09:40:00Z",
                "1 maj kl. 11.40",
                "1. mai kl. 11.40",
                "1 May at 11:40",
            ),
            (
                "2025-12-31T09:40:00Z",
                "31 december 2025 kl. 10.40",
                "31. desember 2025 kl. 10.40",
                "31 December 2025 at 10:40",
            ),
            // The hour that comes twice.
            (
                "2026-10-25T00:15:00Z",
                "25 oktober kl. 02.15 sommartid",
                "25. oktober kl. 02.15 sommertid",
                "25 October at 02:15 UTC+02:00",
            ),
        ] {
            for (language, expected) in [(Language::Sv, sv), (Language::Nb, nb), (Language::En, en)]
            {
                let shown = on_page(&zone, now, at(moment), language);
                assert!(!shown.contains(' '), "{shown} can be broken");
                assert_eq!(shown.replace('\u{a0}', " "), expected);
            }
        }
        let twice = on_page(
            &zone,
            at("2026-10-25T05:00:00Z"),
            at("2026-10-25T01:15:00Z"),
            Language::Sv,
        );
        assert_eq!(twice.replace('\u{a0}', " "), "i dag 02.15 vintertid");
        assert_eq!(day_on_page(&zone, now, now, Language::Sv), "i\u{a0}dag");
    }

    #[test]
    fn a_message_names_the_day() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let now = at("2026-12-31T22:30:00Z");
        let said = |moment| date_and_time(&zone, now, at(moment), Language::Sv);
        assert_eq!(said("2026-12-31T22:00:00Z"), "31 december kl. 23.00");
        assert_eq!(said("2027-01-01T22:00:00Z"), "1 januari 2027 kl. 23.00");
        let until = |moment| until(&zone, now, at(moment), Language::En);
        assert_eq!(until("2026-12-31T22:45:00Z"), "23:45");
        assert_eq!(until("2026-12-31T23:45:00Z"), "1 January 2027 at 00:45");
    }
}
