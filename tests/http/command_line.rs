//! The command line: what it says and with which code it ends (0 done, 1 failed, 2 wrong usage).

use std::process::Output;

use crate::support::{
    Engine, GOOD, PATIENCE, Server, Setup, Smtp, on_both_engines, on_sqlite, program,
};

on_both_engines!(
    accounts_are_added_once,
    check_says_what_is_in_order_and_what_is_weaker,
    check_makes_and_changes_nothing,
    an_operator_ends_sessions
);

on_sqlite!(
    a_first_password_obeys_the_rules,
    mail_test_goes_through_the_relay,
    wrong_usage_ends_with_two
);

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const KARIN: [&str; 10] = [
    "account",
    "add",
    "--user-name",
    "karin",
    "--name",
    "Karin Ek",
    "--mail",
    "karin@demo.example",
    "--language",
    "en",
];

async fn accounts_are_added_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let added = server.command(&KARIN, "").await;
    assert_eq!(added.status.code(), Some(0), "{}", err(&added));
    let said = out(&added);
    let password = said
        .trim()
        .strip_prefix("added karin with the password ")
        .unwrap();
    assert!(server.opens("karin", password).await);
    let (mut browser, page) = server.proved(&mut smtp, "karin@demo.example").await;
    browser.choose(&page, GOOD).await;
    assert!(server.opens("karin", GOOD).await, "it can be used at once");

    let again = server.command(&KARIN, "").await;
    assert_eq!(again.status.code(), Some(1));
    assert!(
        err(&again).contains("an account with the user name \"karin\" exists already"),
        "{}",
        err(&again)
    );
    let mut other = KARIN;
    other[3] = "karin2";
    let shared = server.command(&other, "").await;
    assert_eq!(shared.status.code(), Some(0), "an address may be shared");
    assert!(server.opens("karin", GOOD).await, "nothing was changed");
    let mut no_mobile = KARIN.to_vec();
    no_mobile[3] = "kurt";
    no_mobile.extend(["--phone", "08-465 004 00"]);
    let refused = server.command(&no_mobile, "").await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("give a mobile number"));
}

async fn a_first_password_obeys_the_rules(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut from_input = KARIN.to_vec();
    from_input.push("--password-stdin");
    for weak in ["", "kort\n", "KarinEk2026KarinEk\n", "123456789987654321\n"] {
        let refused = server.command(&from_input, weak).await;
        assert_eq!(refused.status.code(), Some(1), "{weak}");
        assert!(weak.trim().is_empty() || !err(&refused).contains(weak.trim()));
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM accounts").await, 6);
    let added = server
        .command(&from_input, "fyra gröna katter på taket\n")
        .await;
    assert_eq!(added.status.code(), Some(0), "{}", err(&added));
    assert!(!out(&added).contains("katter"));
    assert!(server.opens("karin", GOOD).await);
}

async fn check_says_what_is_in_order_and_what_is_weaker(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("PASSWORD__MIN_LENGTH", 8).start().await;
    let checked = server.command(&["check"], "").await;
    assert_eq!(checked.status.code(), Some(0), "{}", err(&checked));
    let said = out(&checked);
    for wanted in [
        "configuration: in order",
        "weaker than the default: password.min_length is 8, below 15",
        "back it up apart from the database",
        "schema up to date",
        &format!("relay 127.0.0.1:{}: answers", smtp.port()),
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    smtp.down().await;
    let checked = server.command(&["check"], "").await;
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        err(&checked).contains("cannot be used"),
        "{}",
        err(&checked)
    );
    assert_eq!(smtp.taken(), 0, "checking sends nothing");
}

async fn check_makes_and_changes_nothing(engine: Engine) {
    let mut server = Setup::new(engine).start().await;
    server.kill().await;
    let newest = "(SELECT MAX(version) FROM _sqlx_migrations)";
    let forget = format!("DELETE FROM _sqlx_migrations WHERE version = {newest}");
    server.db.run(&forget).await;
    let applied = "SELECT COUNT(*) FROM _sqlx_migrations";
    let before = server.db.number(applied).await;
    let checked = server.command(&["check"], "").await;
    assert_eq!(checked.status.code(), Some(0), "{}", err(&checked));
    assert!(
        out(&checked).contains("1 change of the schema"),
        "{}",
        out(&checked)
    );
    assert_eq!(server.db.number(applied).await, before);

    let folder = tempfile::tempdir().unwrap();
    let fresh = tokio::process::Command::new(program())
        .args(["check", "--dev"])
        .current_dir(folder.path())
        .output()
        .await
        .unwrap();
    assert_eq!(fresh.status.code(), Some(0), "{}", err(&fresh));
    assert!(out(&fresh).contains("will be made at the first start"));
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "nothing was made");
}

async fn mail_test_goes_through_the_relay(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let to = [
        "mail",
        "test",
        "--to",
        "admin@demo.example",
        "--language",
        "en",
    ];
    let sent = server.command(&to, "").await;
    assert_eq!(sent.status.code(), Some(0), "{}", err(&sent));
    assert!(
        out(&sent).starts_with("taken by 127.0.0.1:"),
        "{}",
        out(&sent)
    );
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["admin@demo.example"]);
    assert_eq!(letter.subject(), "Test e-mail from Rekey");
    smtp.down().await;
    let failed = server.command(&to, "").await;
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        err(&failed).contains("the mail was not taken"),
        "{}",
        err(&failed)
    );
}

async fn an_operator_ends_sessions(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let sign_out = async |whose: &str| {
        let ended = server.command(&["account", "sign-out", whose], "").await;
        (ended.status.code(), out(&ended), err(&ended))
    };
    let mut anna = server.browser();
    anna.sign_in("anna", &server.passwords["anna"]).await;
    let mut hers = anna.sign_in_elsewhere(&server, "anna").await;
    let mut bjorn = anna.sign_in_elsewhere(&server, "bjorn").await;
    // One that waits for a second factor is one too.
    let mut grace = anna.sign_in_elsewhere(&server, "grace").await;
    let (code, said, _) = sign_out("Anna").await;
    assert_eq!((code, said.as_str()), (Some(0), "sessions ended: 2\n"));
    for browser in [&mut anna, &mut hers] {
        assert!(!browser.is_signed_in().await);
    }
    assert!(bjorn.is_signed_in().await);
    // The password still holds.
    anna.sign_in("anna", &server.passwords["anna"]).await;
    assert!(anna.is_signed_in().await);
    for ended in [3, 0] {
        let (code, said, _) = sign_out("--everybody").await;
        assert_eq!(
            (code, said),
            (Some(0), format!("sessions ended: {ended}\n"))
        );
    }
    for browser in [&mut anna, &mut bjorn] {
        assert!(!browser.is_signed_in().await);
    }
    assert_eq!(grace.open("/sign-in/set-up").await.path, "/sign-in");
    let (code, _, said) = sign_out("kalle").await;
    assert_eq!(code, Some(1));
    assert!(said.contains("there is no account"), "{said}");
}

async fn wrong_usage_ends_with_two(engine: Engine) {
    let server = Setup::new(engine).start().await;
    for wrong in [
        &["nonsense"][..],
        &["account", "add"],
        &["account", "sign-out"],
        &["account", "sign-out", "anna", "--everybody"],
        &["flow", "show"],
        &[],
    ] {
        let said = server.command(wrong, "").await;
        assert_eq!(said.status.code(), Some(2), "{wrong:?}");
    }
    let without = &KARIN[..6];
    let said = err(&server.command(without, "").await);
    assert!(
        said.contains("--mail") && said.contains("--phone"),
        "{said}"
    );
    for asked in [
        &["--help"][..],
        &["serve", "--help"],
        &["account", "add", "--help"],
        &["--version"],
    ] {
        let said = server.command(asked, "").await;
        assert_eq!(said.status.code(), Some(0), "{asked:?}");
    }
}

/// Starts the program with a configuration of its own; it is expected to give up.
pub async fn refused(config: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.toml"), config).unwrap();
    let run = tokio::process::Command::new(program())
        .args(arguments)
        .args(["--config", "mine.toml"])
        .env_clear()
        .envs(variables.iter().copied())
        .env("REKEY__SITE__LISTEN", "127.0.0.1:0")
        .current_dir(folder.path())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, run)
        .await
        .expect("it gives up")
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(
        !folder.path().join("var").exists(),
        "nothing is made before the configuration is in order"
    );
    err(&output)
}

#[tokio::test]
async fn an_unknown_key_is_told_with_file_and_line() {
    let config =
        "[site]\nname = \"Rekey\"\n\n[password]\nmin_lenght = 12\nmax_length = \"viel-canary\"\n";
    for command in ["serve", "check"] {
        let said = refused(config, &[command, "--dev"], &[]).await;
        assert!(
            said.contains("mine.toml:5: `password.min_lenght`"),
            "{said}"
        );
        assert!(
            said.contains("mine.toml:6: `password.max_length`"),
            "{said}"
        );
        assert!(!said.contains("canary"), "no value is repeated: {said}");
    }
    let said = refused("", &["serve", "--dev"], &[("REKEY__SITE__NAMN", "x")]).await;
    assert!(said.contains("REKEY__SITE__NAMN"), "{said}");
}

#[tokio::test]
async fn production_starts_with_nothing_missing_only() {
    let said = refused("", &["serve"], &[]).await;
    for wanted in ["public_url", "sender", "relay"] {
        let line = said.lines().find(|line| line.contains(wanted));
        assert!(
            line.is_some_and(|line| line.contains("Set ") && line.ends_with('.')),
            "{wanted}: {said}"
        );
    }
    let plain = "[site]\npublic_url = \"http://rekey.test\"\n[mail]\nsender = \"a@rekey.test\"\n";
    let relay = [(
        "REKEY__MAIL__RELAY_URL",
        "smtp://127.0.0.1:2525?security=none",
    )];
    let said = refused(plain, &["serve"], &relay).await;
    assert!(said.contains("https"), "{said}");
    let secure = plain.replace("http:", "https:");
    let said = refused(&secure, &["serve"], &[]).await;
    assert!(
        said.contains("Set a relay that takes mail") && !said.contains("sender"),
        "{said}"
    );
    // Whatever else is wrong.
    let wrong = format!("{plain}[reset]\ntries = 0\n");
    let said = refused(&wrong, &["serve"], &[]).await;
    for wanted in ["`reset.tries`", "to an https address", "Set a relay"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let elsewhere = "[site]\npublic_url = \"https://rekey.test\"\n";
    let said = refused(elsewhere, &["serve", "--dev"], &[]).await;
    assert!(said.contains("--dev is for this machine only"), "{said}");
    let clear = [(
        "REKEY__MAIL__RELAY_URL",
        "smtp://relay.test:25?security=none",
    )];
    let said = refused(&secure, &["serve"], &clear).await;
    assert!(said.contains("none"), "{said}");
}

#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let server: Server = Setup::new(Engine::Sqlite).start().await;
    let key = server.folder().join("key");
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    assert_eq!(
        std::fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    std::fs::set_permissions(&key, mode(0o644)).unwrap();
    let said = server.command(&["check"], "").await;
    assert_eq!(said.status.code(), Some(1));
    std::fs::write(&key, "nonsense").unwrap();
    std::fs::set_permissions(&key, mode(0o600)).unwrap();
    let said = server.command(&["check"], "").await;
    assert_eq!(said.status.code(), Some(1));
    assert!(!err(&said).contains("nonsense"));
}
