//! F03: the name in EHLO is one that others can look up, and `rekey check` goes as far as RCPT and says what is wrong.

use crate::support::{Engine, Scripted, Server, Setup};

async fn with(relays: &[&Scripted], more: &str) -> Server {
    let blocks: Vec<_> = relays.iter().map(|relay| relay.block("")).collect();
    let config = format!("{more}\n{}", blocks.join("\n"));
    Setup::new(Engine::Sqlite).config(&config).start().await
}

fn production(relay: &Scripted, more: &str) -> String {
    format!(
        "[site]\npublic_url = \"https://konto.example.org\"\n[mail]\nsender = \"Rekey <rekey@example.org>\"\n{more}\n{}",
        relay.block("")
    )
}

async fn check(server: &Server) -> (bool, String) {
    let checked = server.command(&["check"], "").await;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    (checked.status.success(), said)
}

#[tokio::test]
async fn f03_the_name_in_ehlo_is_a_qualified_one() {
    for (more, name) in [
        ("", "EHLO konto.example.org"),
        ("hello_name = \"mx.example.org\"", "EHLO mx.example.org"),
        ("hello_name = \"192.0.2.7\"", "EHLO [192.0.2.7]"),
        ("hello_name = \"2001:db8::7\"", "EHLO [IPv6:2001:db8::7]"),
    ] {
        let relay = Scripted::start().await;
        let server = Setup::new(Engine::Sqlite)
            .config(&production(&relay, more))
            .in_production()
            .start()
            .await;
        server
            .command(&["mail", "test", "--to", "a@example.org"], "")
            .await;
        assert_eq!(relay.heard_of("EHLO"), [name], "{more}");
    }
    let relay = Scripted::start().await;
    let server = with(&[&relay], "").await;
    server.browser().begin("anna").await;
    relay.until_taken(1).await;
    assert_eq!(
        relay.heard_of("EHLO"),
        ["EHLO [127.0.0.1]"],
        "an address where there is no name"
    );
}

#[tokio::test]
async fn f03_check_goes_as_far_as_rcpt_and_sends_nothing() {
    let relay = Scripted::start().await;
    let server = with(&[&relay], "").await;
    let (fine, said) = check(&server).await;
    assert!(fine, "{said}");
    let heard = relay.heard();
    let verbs: Vec<_> = heard.iter().map(|line| &line[..4]).collect();
    assert_eq!(
        verbs,
        ["EHLO", "MAIL", "RCPT", "RCPT", "RSET", "QUIT"],
        "{heard:?}"
    );
    assert!(relay.taken().is_empty());
}

#[tokio::test]
async fn f03_check_says_what_is_wrong_and_what_to_do() {
    let relay = Scripted::start().await;
    let server = with(&[&relay], "").await;
    for (phase, answer, cure) in [
        (
            "RCPT",
            "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname",
            "hello_name",
        ),
        ("RCPT", "501 no", "hello_name"),
        (
            "EHLO",
            "501 Syntactically invalid EHLO argument(s)",
            "hello_name",
        ),
        (
            "MAIL",
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
            "set sender",
        ),
        ("RCPT", "550 5.1.8 bad sender", "set sender"),
        ("RCPT", "554 5.7.1 Relay access denied", "passes on no mail"),
        ("RCPT", "550 relay not permitted", "passes on no mail"),
        (
            "MAIL",
            "530 5.7.0 Authentication required",
            "user and password_file",
        ),
        (
            "MAIL",
            "530 5.7.0 Must issue a STARTTLS command first",
            "wants encryption",
        ),
        (
            "RCPT",
            "554 5.7.1 Service unavailable; Client host blocked using an example list",
            "a rule of its own",
        ),
        ("greeting", "554 no", "ask whoever runs it"),
    ] {
        relay.takes();
        relay.says(phase, answer);
        let (fine, said) = check(&server).await;
        assert!(!fine, "{answer}: {said}");
        assert!(said.contains(cure), "{answer}: {said}");
        assert!(said.contains(&answer[..3]), "{answer}: {said}");
    }
    // The mailboxes that it asks for need not be there.
    relay.takes();
    relay.says("RCPT", "550 5.1.1 no such user");
    let (fine, said) = check(&server).await;
    assert!(fine, "{said}");
    assert!(relay.taken().is_empty());
}

#[tokio::test]
async fn f03_a_relay_that_asks_to_come_back_later_is_none_that_cannot_be_used() {
    let relay = Scripted::start().await;
    let server = with(&[&relay], "").await;
    for answer in [
        "451 4.7.1 Greylisting in action, come back in 5 minutes",
        "450 4.2.0 Recipient address rejected: Greylisted",
        "421 4.7.0 too many connections",
    ] {
        relay.says("RCPT", answer);
        let (fine, said) = check(&server).await;
        assert!(fine, "{answer}: {said}");
        assert!(said.contains("would take mail, later"), "{said}");
        assert!(said.contains(&answer[..3]), "{answer}: {said}");
        assert_eq!(said.matches("asks to come back later").count(), 1, "{said}");
        assert!(said.contains("tried again"), "{said}");
    }
    // Where it takes no mail at all now, it says what to do.
    relay.takes();
    relay.says("MAIL", "451 4.3.0 out of order");
    let (fine, said) = check(&server).await;
    assert!(!fine && said.contains("come back later"), "{said}");
    assert!(relay.taken().is_empty());
}

#[tokio::test]
async fn f03_a_port_that_takes_connections_and_says_nothing_is_told_as_that() {
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = mute.local_addr().unwrap().port();
    let held = tokio::spawn(async move {
        let mut all = Vec::new();
        while let Ok(one) = mute.accept().await {
            all.push(one);
        }
    });
    let nobody = "nobody answers";
    for (security, hint) in [
        ("starttls", "port 465"),
        ("none", "port 465"),
        ("tls", "not even TLS"),
    ] {
        let config = format!(
            "[[mail.relays]]\nhost = \"127.0.0.1\"\nport = {port}\ntimeout_seconds = 1\nsecurity = \"{security}\"\n"
        );
        let server = Setup::new(Engine::Sqlite).config(&config).start().await;
        let (fine, said) = check(&server).await;
        assert!(!fine, "{security}: {said}");
        assert!(
            said.contains("something listens there and says nothing"),
            "{said}"
        );
        assert!(said.contains(hint), "{security}: {said}");
        assert!(!said.contains(nobody), "{security}: {said}");
    }
    held.abort();
    // Where nothing listens, that is what is said.
    let closed = tokio::net::TcpSocket::new_v4().unwrap();
    closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = closed.local_addr().unwrap().port();
    let config = format!("[[mail.relays]]\nhost = \"127.0.0.1\"\nport = {port}\n");
    let server = Setup::new(Engine::Sqlite).config(&config).start().await;
    let (fine, said) = check(&server).await;
    assert!(!fine && said.contains(nobody), "{said}");
}

#[tokio::test]
async fn f03_a_name_that_nobody_can_look_up_is_no_hello_name() {
    let relay = Scripted::start().await;
    let server = with(&[&relay], "").await;
    for name in ["25aea30808b2", "localhost", "a b", "mail:25"] {
        let checked = server
            .command_with(&["check"], "MAIL__HELLO_NAME", name)
            .await;
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(said.contains("a full name with a dot"), "{name}: {said}");
    }
}
