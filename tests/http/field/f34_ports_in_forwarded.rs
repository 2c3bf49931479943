//! F34: proxies that write a port behind the client's address; and what cannot be read is told, once.

use crate::client_address::{narrow, passes, told};
use crate::support::{Engine, Server, Setup, on_both_engines, on_sqlite, until};

on_both_engines!(f34_what_cannot_be_read_is_told_once);

on_sqlite!(
    f34_ports_and_brackets_are_read,
    f34_empty_places_say_nothing
);

async fn f34_ports_and_brackets_are_read(engine: Engine) {
    let server = narrow(engine)
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
        .start()
        .await;
    let from = async |chain: &str| passes(&server, &[("x-forwarded-for", chain)]).await;
    let clients = [
        [
            "203.0.113.1:51234",
            "203.0.113.1:51235",
            "203.0.113.1",
            "203.0.113.1:1",
        ],
        [
            "[2001:db8:1::7]:51234",
            "2001:db8:1::7",
            "[2001:db8:1::8]",
            "2001:db8:1::9",
        ],
        [
            "\"203.0.113.3:9\"",
            "203.0.113.3",
            "::ffff:203.0.113.3",
            "[::ffff:203.0.113.3]:7",
        ],
        [
            "203.0.113.4:1, 10.0.0.1:80",
            "203.0.113.4,10.0.0.2:81",
            "203.0.113.4:5 , 10.0.0.1",
            "203.0.113.4",
        ],
    ];
    for client in clients {
        for same in &client[..3] {
            assert!(from(same).await, "{same}");
        }
        assert!(!from(client[3]).await, "{}: one client", client[3]);
    }
    assert_eq!(told(&server).await, [""; 0]);
}

async fn f34_empty_places_say_nothing(engine: Engine) {
    let server = narrow(engine)
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
        .start()
        .await;
    let from = async |chain: &str| passes(&server, &[("x-forwarded-for", chain)]).await;
    for client in [
        [
            "203.0.113.1,",
            "203.0.113.1, ,",
            ",203.0.113.1",
            "203.0.113.1",
        ],
        [
            "203.0.113.2,,10.0.0.1 ,",
            "203.0.113.2,10.0.0.2,",
            "203.0.113.2",
            "203.0.113.2,",
        ],
        // Whoever names nobody is the client.
        [",", " , ,,", "127.0.0.1,", ""],
    ] {
        for same in &client[..3] {
            assert!(from(same).await, "{same}");
        }
        assert!(!from(client[3]).await, "{}: one client", client[3]);
    }
    assert_eq!(told(&server).await, [""; 0]);
}

async fn check(server: &Server) -> String {
    let output = server.command(&["check"], "").await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn f34_what_cannot_be_read_is_told_once(engine: Engine) {
    for (hop, form) in [
        ("203.0.113.7:99999", "000.0.000.0:00000"),
        ("klient-7.example", "aaaaaa-0.aaaaaaa"),
        ("unix:", "aaaa:"),
    ] {
        let server = Setup::new(engine)
            .set("SITE__TRUSTED_PROXIES", "127.0.0.1")
            .start()
            .await;
        assert!(!check(&server).await.contains("trusted_proxies:"));
        for _ in 0..5 {
            assert!(passes(&server, &[("x-forwarded-for", hop)]).await);
        }
        let lines = until("the log tells", async || {
            Some(told(&server).await).filter(|lines| !lines.is_empty())
        })
        .await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("WARN"), "{lines:?}");
        assert!(
            lines[0].contains(&format!("\"form\":\"{form}\"")),
            "{lines:?}"
        );
        assert!(
            !hop.contains("klient") || !lines[0].contains("klient"),
            "no name of a client"
        );
        until("it is kept", async || {
            let kept = server.db.number("SELECT COUNT(*) FROM observations").await;
            (kept == 1).then_some(())
        })
        .await;
        let said = check(&server).await;
        assert!(said.contains("trusted_proxies: X-Forwarded-For"), "{said}");
        assert!(said.contains(&format!("\"{form}\"")), "{said}");
    }
    // Nobody else is believed, so nothing that they write is worth a word.
    let server = Setup::new(engine).start().await;
    passes(&server, &[("x-forwarded-for", "unknown")]).await;
    assert!(told(&server).await.is_empty());
}
