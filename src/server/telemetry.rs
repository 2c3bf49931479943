//! The log: one JSON object a line on standard error, times in UTC, never a secret and never an address.

use tracing_subscriber::EnvFilter;

/// Starts logging. `REKEY_LOG` narrows or widens it in the usual directive syntax, such as `rekey=debug,warn`.
pub fn start(is_dev: bool) {
    let filter = EnvFilter::try_from_env("REKEY_LOG").unwrap_or_else(|_| {
        EnvFilter::new(if is_dev {
            "warn,rekey=info"
        } else {
            "info,sqlx=warn,lettre=warn"
        })
    });
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
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
