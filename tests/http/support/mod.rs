//! What the tests share: the server as a child process, its database, a relay, and a browser that shows every header.

mod account;
mod browser;
mod cluster;
mod database;
mod disk;
pub mod html;
mod log;
mod page;
mod phone;
pub mod pwned;
pub mod root;
mod scripted;
mod seen;
mod server;
pub mod sms;
mod smtp;
mod template;
pub mod update;
mod waits;
mod walk;

use std::time::Duration;

use rekey::texts::{Catalogue, Language, ServerText, Text};

pub use browser::Browser;
pub use cluster::{Cluster, Pooler};
pub use database::{Engine, create_postgres, known_tables};
pub use disk::Disk;
pub use log::{Log, until_logged};
pub use page::{Form, Page};
pub use phone::{ACCOUNT_FACTOR, Phone, recovery_codes};
pub use scripted::Scripted;
pub use seen::seen;
pub use server::{PUBLIC_HOST, Server, Setup, program};
pub use smtp::{Manner, ReceivedMail, Smtp};
pub use walk::{GOOD, OTHER_GOOD};

/// How long anything may take that is waited for. Only what never comes takes so long: it says nothing about speed.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Makes of each named function two tests, one on each database engine.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use crate::support::Engine;

            #[tokio::test]
            async fn sqlite() {
                super::$name(Engine::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name(Engine::Postgres).await;
            }
        })+
    };
}
pub(crate) use on_both_engines;

/// Makes of each named function a test on SQLite alone: what it is about is decided before, or after, the database is asked. Whatever
/// touches transactions, what is unique, order, limits, locks or times that are stored belongs on both engines.
macro_rules! on_sqlite {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use crate::support::Engine;

            #[tokio::test]
            async fn sqlite() {
                super::$name(Engine::Sqlite).await;
            }
        })+
    };
}
pub(crate) use on_sqlite;

/// Asks again and again until there is an answer.
pub async fn until<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked)
        .await
        .unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// What comes of something, and how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "how long people wait is what is tested"
)]
pub async fn timed<T>(what: impl Future<Output = T>) -> (T, Duration) {
    let begun = std::time::Instant::now();
    let done = what.await;
    (done, begun.elapsed())
}

/// Measures, five times at the most, until it is as promised. What else the machine does spoils one measurement or the other; a promise that is
/// not kept spoils them all.
pub async fn measured(mut once: impl AsyncFnMut() -> Result<(), String>) {
    let mut found = Vec::new();
    for _ in 0..5 {
        match once().await {
            Ok(()) => return,
            Err(otherwise) => found.push(otherwise),
        }
    }
    panic!("not once as promised: {found:#?}");
}

/// That something is done sooner than this, as far as it is ours.
pub async fn done_within(limit: Duration, mut what: impl AsyncFnMut()) {
    measured(async || {
        let ((), took) = timed(what()).await;
        if took < limit {
            Ok(())
        } else {
            Err(format!("{took:?}, not {limit:?}"))
        }
    })
    .await;
}

/// A sentence of the catalogue, filled in.
pub fn sentence(language: Language, text: Text, values: &[(&str, &str)]) -> String {
    Catalogue::built_in(language).fill(text, values)
}

/// A sentence of the server's own pages and messages, with its placeholders filled in.
pub fn mailed_sentence(language: Language, text: ServerText, values: &[(&str, &str)]) -> String {
    Catalogue::built_in(language).fill_server(text, values)
}

/// An English sentence that only the server has, without numbers in it.
pub fn english_server(text: ServerText) -> String {
    Catalogue::built_in(Language::En).fill_server(text, &[])
}

/// An English sentence of the catalogue without numbers in it.
pub fn english(text: Text) -> String {
    sentence(Language::En, text, &[])
}
