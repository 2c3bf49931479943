//! The log: one JSON object a line on standard error, times in UTC, never a secret and never an address. Development on a terminal gets
//! the same in lines for people, and a command on a terminal nothing but warnings, which would otherwise stand around its answer.

use std::io::IsTerminal as _;

use jiff::Zoned;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// The time of day where the terminal is.
struct TimeOfDay;

impl FormatTime for TimeOfDay {
    fn format_time(&self, to: &mut Writer<'_>) -> std::fmt::Result {
        write!(to, "{}", Zoned::now().strftime("%H:%M:%S"))
    }
}

/// Starts logging. `REKEY_LOG` narrows or widens it in the usual directive syntax, such as `rekey=debug,warn`.
pub fn start(is_dev: bool, is_server: bool) {
    let is_terminal = std::io::stderr().is_terminal();
    let filter = EnvFilter::try_from_env("REKEY_LOG").unwrap_or_else(|_| {
        EnvFilter::new(match (is_server, is_dev) {
            (false, _) if is_terminal => "warn",
            (_, true) => "warn,rekey=info",
            (_, false) => "info,sqlx=warn,lettre=warn",
        })
    });
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = if is_terminal && (is_dev || !is_server) {
        log.compact()
            .with_timer(TimeOfDay)
            .with_target(false)
            .try_init()
    } else {
        log.json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init()
    };
    // Already started means that a test did it.
    drop(started);
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic may quote a value, so only the place is logged.
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
