//! The attacks that Rekey must survive, each as it was once made on another product: one test a row of the list, named by its id.
//!
//! The files follow the headings of the list. V is the person attacked, here mostly `anna`; every test ends with V's stored password as
//! it was, unless the row is about changing it.
//!
//! Rows that come with their features: A24 (other purposes of a token), A49 (help desk). A30 (links and scanners) stands among the tests of links.

mod after_the_change;
mod enumeration;
mod factor;
mod guessing;
mod meanwhile;
mod recipient;
mod robot;
mod strangers;
mod token_and_code;

use crate::support::Server;

/// Somebody's stored password, to be compared with what an attack has left of it.
struct Stored {
    who: &'static str,
    hash: String,
}

impl Stored {
    async fn of(server: &Server, who: &'static str) -> Self {
        let hash = Self::read(server, who).await;
        assert!(!hash.is_empty(), "{who} has a password");
        Self { who, hash }
    }

    async fn is_unchanged(&self, server: &Server) {
        let now = Self::read(server, self.who).await;
        assert_eq!(now, self.hash, "the password of {}", self.who);
    }

    async fn is_changed(&self, server: &Server) {
        let now = Self::read(server, self.who).await;
        assert_ne!(now, self.hash, "the password of {}", self.who);
    }

    async fn read(server: &Server, who: &str) -> String {
        let query = format!(
            "SELECT COALESCE((SELECT hash FROM passwords WHERE account_id = (SELECT id FROM accounts WHERE user_name = '{who}')), '')"
        );
        server.db.text(&query).await
    }
}
