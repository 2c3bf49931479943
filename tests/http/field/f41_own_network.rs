//! F41: a relay without TLS in one's own network, by an exception that is judged on its address.

use std::process::Command;

use crate::support::{Engine, Scripted, Setup};

const EXCEPTION: &str = "security = \"none\"\nplain_in_own_network = true\n";

/// Gives this machine an address of a private network, so that a relay can stand there. Needs root.
fn private_address() -> &'static str {
    const ADDRESS: &str = "10.213.41.2";
    let ours = format!("{ADDRESS}/32");
    let made = Command::new("ip")
        .args(["address", "replace", &ours, "dev", "lo"])
        .output();
    let made = made.expect("ip is there");
    assert!(made.status.success(), "this test needs root: {made:?}");
    ADDRESS
}

#[tokio::test]
async fn f41_a_private_relay_without_tls_takes_mail_by_exception_only() {
    let relay = Scripted::on(&format!("{}:0", private_address()), None).await;
    let server = Setup::new(Engine::Sqlite)
        .config(&relay.block(EXCEPTION))
        .start()
        .await;
    server.browser().begin("anna").await;
    relay.until_taken(1).await;
    let named = |said: &str| said.contains("plain_in_own_network") && said.contains("in clear");
    let log = server.whole_log().await;
    assert!(named(&log), "at start: {log}");
    let checked = server.command(&["check"], "").await;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && named(&said), "{said}");
    assert!(said.contains("is spoken to without encryption"), "{said}");

    // Without the exception, and with a password, the configuration is refused.
    for (more, sentence) in [
        (
            "security = \"none\"\n",
            "may be \"none\" only for a relay on this machine",
        ),
        (
            "security = \"none\"\nplain_in_own_network = true\nuser = \"u\"\npassword = \"p\"\n",
            "a password is never said in clear",
        ),
        (
            "security = \"tls\"\nplain_in_own_network = true\n",
            "only for security",
        ),
    ] {
        std::fs::write(server.folder().join("rekey.toml"), relay.block(more)).unwrap();
        let checked = server.command(&["check"], "").await;
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(
            !checked.status.success() && said.contains(sentence),
            "{more}: {said}"
        );
    }
}

#[tokio::test]
async fn f41_starttls_is_used_where_it_is_offered() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args([
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-subj",
            "/CN=anything",
        ])
        .current_dir(folder.path())
        .output()
        .expect("openssl is there");
    assert!(made.status.success(), "{made:?}");
    let address = format!("{}:0", private_address());
    let relay = Scripted::on(&address, Some(folder.path())).await;
    let server = Setup::new(Engine::Sqlite)
        .config(&relay.block(EXCEPTION))
        .start()
        .await;
    server.browser().begin("anna").await;
    relay.until_taken(1).await;
    assert!(relay.was_encrypted("MAIL"));
}

#[tokio::test]
async fn f41_the_address_counts_and_not_the_name() {
    // Documentation addresses: nobody is there, and nobody is asked.
    for host in ["192.0.2.77", "2001:db8::77", "100.64.0.1", "172.32.0.1"] {
        let config =
            format!("[[mail.relays]]\nhost = \"{host}\"\ntimeout_seconds = 1\n{EXCEPTION}");
        let server = Setup::new(Engine::Sqlite).config(&config).start().await;
        let checked = server.command(&["check"], "").await;
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(!checked.status.success(), "{host}: {said}");
        assert!(
            said.contains("outside the network in which nothing needs encryption"),
            "{host}: {said}"
        );
    }
}
