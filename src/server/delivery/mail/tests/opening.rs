//! Configuration, encryption, passwords and the probe.

use std::sync::Arc;

use super::*;

#[tokio::test]
async fn nothing_is_said_in_clear_where_tls_is_demanded() {
    let relay = FakeRelay::start(Manners {
        extensions: vec!["AUTH PLAIN LOGIN"],
        ..Manners::default()
    })
    .await;
    let mut settings = settings(&[&relay]);
    settings.relays[0].security = Security::Starttls;
    settings.relays[0].user = Some("rekey".into());
    settings.relays[0].password = Some("s3cret".to_owned().into());
    let mailer = Mailer::from_config(&settings, None).unwrap();
    let error = mailer.send(&anna()).await.unwrap_err();
    assert_eq!(why(&error), "STARTTLS: the relay does not offer STARTTLS");
    assert!(relay.taken().is_empty());
    assert!(
        relay
            .heard()
            .iter()
            .all(|line| line.starts_with("EHLO") || line == "QUIT")
    );

    settings.relays[0].security = Security::Tls;
    let mailer = Mailer::from_config(&settings, None).unwrap();
    let error = mailer.send(&anna()).await.unwrap_err();
    assert!(why(&error).starts_with("connect: "), "{error}");
    assert!(!format!("{mailer:?}{error}").contains("s3cret"));
}

#[tokio::test]
async fn a_password_is_given_and_a_refused_one_is_the_relays_trouble() {
    for mechanisms in ["AUTH PLAIN LOGIN", "AUTH LOGIN"] {
        let relay = FakeRelay::start(Manners {
            extensions: vec![mechanisms],
            ..Manners::default()
        })
        .await;
        let mut settings = settings(&[&relay]);
        settings.relays[0].user = Some("rekey".into());
        settings.relays[0].password = Some("s3cret".to_owned().into());
        Mailer::from_config(&settings, None)
            .unwrap()
            .send(&anna())
            .await
            .unwrap();
        assert_eq!(relay.signed_in(), ["rekey s3cret"]);

        settings.relays[0].password = Some("wr0ng".to_owned().into());
        let mailer = Mailer::from_config(&settings, None).unwrap();
        let error = mailer.send(&anna()).await.unwrap_err();
        assert_eq!(why(&error), "AUTH: 535 5.7.8");
        let probed = mailer.probe().await;
        let probed = probed.into_iter().next().unwrap().1.unwrap_err();
        assert_eq!(probed.why, "AUTH: 535 5.7.8");
        assert!(probed.cure.as_ref().unwrap().contains("user and password"));
        assert!(!format!("{mailer:?}{error:?}{probed:?}").contains("wr0ng"));
    }
}

#[tokio::test]
async fn probe_tells_of_each_relay_and_sends_nothing() {
    let alive = FakeRelay::start(Manners::default()).await;
    let mut settings = settings(&[&alive]);
    settings.relays.push(plain(fake::dead_port().await));
    let probed = Mailer::from_config(&settings, None).unwrap().probe().await;
    assert_eq!(probed[0].0, format!("127.0.0.1:{}", alive.port()));
    assert!(probed[0].1.is_ok(), "{probed:?}");
    let dead = probed[1].1.as_ref().unwrap_err();
    assert!(dead.why.starts_with("connect: "), "{dead}");
    assert!(alive.taken().is_empty());
}

#[tokio::test]
async fn a_mailer_needs_a_sender_and_somewhere_to_send_to() {
    let none = Mailer::from_config(&settings(&[]), None);
    assert!(matches!(none, Err(MailerError::NoRelay)));
    let mut settings = settings(&[]);
    settings.sender = None;
    let none = Mailer::from_config(&settings, Some(Arc::default()));
    assert!(matches!(none, Err(MailerError::NoSender)));

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no certificate").unwrap();
    let mut relay = config::Relay::at("relay.example".into());
    relay.ca_file = Some(file.path().to_owned());
    let mut settings = self::settings(&[]);
    settings.relays = vec![relay];
    let error = Mailer::from_config(&settings, None).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("mail relay relay.example:587: cannot read certificates from /")
    );
}
