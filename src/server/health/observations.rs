//! What a running server sees of its surroundings that only the operator can mend: one line in the log, and a note for `rekey check`,
//! which is another process.
use std::sync::atomic::{AtomicI64, Ordering};

use crate::server::base::clock::{DAY, HOUR};
use crate::server::context::Context;
use crate::server::store::Store;
use crate::server::store::observations::{self, Observation};

/// How long nothing more is said of the same thing. Not once for all: a stranger's request right after the start would use that up.
const SILENCE: i64 = HOUR;

/// How long `rekey check` tells of it.
pub const TOLD_FOR: i64 = 7 * DAY;

/// The name under which it is kept that `X-Forwarded-For` could not be read.
const FORWARDED_FOR: &str = "forwarded_for";

/// Longest piece of what came that is shown.
const SHOWN_AT_MOST: usize = 60;

/// Something that was seen in a request.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// A trusted proxy names its client in a way that cannot be read.
    ForwardedFor(&'a [u8]),
    /// A request names another host; `None` where it names none, or two.
    Host(Option<&'a str>),
}

/// When each thing was told last, in microseconds since the epoch.
#[derive(Debug, Default)]
pub struct Observations {
    forwarded_for: AtomicI64,
    host: AtomicI64,
}

impl Observations {
    /// Tells of it, unless that was done a short while ago.
    pub fn see(&self, ctx: &Context, seen: Seen<'_>) {
        let now = ctx.now();
        match seen {
            Seen::ForwardedFor(hop) if is_due(&self.forwarded_for, now) => {
                let form = form(hop);
                tracing::warn!(
                    form,
                    "X-Forwarded-For of a trusted proxy cannot be read: its clients count as one (said once an hour)"
                );
                note(ctx, FORWARDED_FOR, form, now);
            }
            Seen::Host(host) if is_due(&self.host, now) => {
                let host: String = host
                    .unwrap_or_default()
                    .chars()
                    .take(SHOWN_AT_MOST)
                    .collect();
                tracing::warn!(
                    host,
                    public_url = ctx.public_url,
                    "a request for another host was answered 421: the proxy must hand on Host as people type it (said once an hour)"
                );
            }
            Seen::ForwardedFor(_) | Seen::Host(_) => {}
        }
    }
}

/// Whether enough time has passed; of several requests at once one is told so.
fn is_due(last: &AtomicI64, now: i64) -> bool {
    let before = last.load(Ordering::Relaxed);
    (before == 0 || now - before >= SILENCE)
        && last
            .compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
}

/// How something looks, without what it says: an address of a person must not get into the log.
fn form(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .take(SHOWN_AT_MOST)
        .map(|c| match c {
            c if c.is_ascii_digit() => '0',
            c if c.is_ascii_alphabetic() => 'a',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '?',
        })
        .collect()
}

/// Keeps it for `rekey check`, beside the request: nobody waits for that.
fn note(ctx: &Context, name: &'static str, detail: String, seen_at: i64) {
    let store = ctx.store.clone();
    tokio::spawn(async move {
        if let Err(error) = keep(&store, name, detail, seen_at).await {
            tracing::warn!(%error, "what was seen is not kept for `rekey check`");
        }
    });
}

async fn keep(store: &Store, name: &str, detail: String, seen_at: i64) -> Result<(), sqlx::Error> {
    let mut tx = store.begin().await?;
    let observation = Observation {
        name: name.to_owned(),
        detail,
        seen_at,
    };
    observations::put(&mut tx, &observation).await?;
    tx.commit().await
}

/// One sentence on what was seen, for `rekey check`; `None` for what this version does not know.
#[must_use]
pub fn sentence(observation: &Observation, at: &str) -> Option<String> {
    let form = &observation.detail;
    (observation.name == FORWARDED_FOR).then(|| {
        format!(
            "trusted_proxies: X-Forwarded-For of a trusted proxy could not be read, last at {at}, in the form \"{form}\" (0 a digit, \
             a a letter, ? anything else); those requests counted as the proxy's own, so that its clients share one limit. Let the proxy \
             append the address of its client, with or without a port"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_tells_nothing_of_what_it_is_the_form_of() {
        assert_eq!(form(b"203.0.113.7:99999"), "000.0.000.0:00000");
        assert_eq!(form("klient-é\u{7}\n".as_bytes()), "aaaaaa-???");
        assert_eq!(form(&[b'7'; 500]).len(), SHOWN_AT_MOST);
    }

    #[test]
    fn the_same_is_told_once_an_hour() {
        let last = AtomicI64::new(0);
        let start = 1_700_000_000_000_000;
        assert!(is_due(&last, start));
        assert!(!is_due(&last, start + 1));
        assert!(!is_due(&last, start + SILENCE - 1));
        assert!(is_due(&last, start + SILENCE));
    }
}
