//! How a mail looks that leaves: the organisation's name, logo and colours, and nothing that is loaded from elsewhere.

use mail_parser::MimeHeaders as _;

use crate::support::{Engine, Setup, Smtp, on_sqlite};

on_sqlite!(
    a_mail_carries_the_logo,
    without_a_fit_logo_the_name_stands_alone
);

const PNG: &[u8] = include_bytes!("../fixtures/logo.png");

async fn a_mail_carries_the_logo(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.png");
    std::fs::write(&logo, PNG).unwrap();
    let config = format!(
        "[site]\nname = \"Exempelkommun\"\nlogo = '{}'\ncolours = {{ accent = \"#7a1f5c\", accent_dark = \"#f0a8d4\" }}\n",
        logo.display()
    );
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp).config(&config);
    let server = setup.set("RESET__PROVE_BY", "mail_link").start().await;
    server.browser().begin("anna").await;
    let letter = smtp.next().await;
    let message = letter.message();
    let kinds: Vec<_> = message
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
        })
        .collect();
    let expected = "multipart/alternative text/plain multipart/related text/html image/png";
    assert_eq!(kinds.join(" "), expected);
    let logo = &message.parts[4];
    assert_eq!(logo.contents(), PNG);
    assert!(logo.content_disposition().unwrap().is_inline());
    let html = letter.html();
    let id = logo.content_id().unwrap();
    let shown = format!("<img src=\"cid:{id}\" width=\"40\" height=\"40\" alt=\"\"");
    assert!(html.contains(&shown), "{html}");
    assert_eq!(html.matches("<img").count(), 1);
    for elsewhere in ["src=\"http", "src='", "url(", "@import", "<link", "<script"] {
        assert!(!html.contains(elsewhere), "{elsewhere}: {html}");
    }
    assert!(
        letter.text().starts_with("Exempelkommun\n\n"),
        "{}",
        letter.text()
    );
    assert!(html.contains(">Exempelkommun</td>"), "{html}");
    // The button in the organisation's colours, on light screens and on dark ones.
    assert!(html.contains("background:#7a1f5c;color:#ffffff"), "{html}");
    let (_, dark) = html.split_once("prefers-color-scheme: dark").unwrap();
    assert!(
        dark.contains(".ground { background: #f0a8d4 !important; }"),
        "{html}"
    );
    let check = server.command(&["check"], "").await;
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(!said.contains("logo"), "{said}");
}

async fn without_a_fit_logo_the_name_stands_alone(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.svg");
    std::fs::write(&logo, "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    let config = format!("[site]\nlogo = '{}'\n", logo.display());
    let mut smtp = Smtp::start();
    let server = Setup::new(engine)
        .relay(&smtp)
        .config(&config)
        .start()
        .await;
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    assert_eq!(letter.message().parts.len(), 3);
    assert!(!letter.html().contains("<img"), "{}", letter.html());
    assert!(letter.html().contains(">Rekey</td>"), "{}", letter.html());
    let check = server.command(&["check"], "").await;
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    let why = "mails: site.logo is an SVG, which mail programs do not draw";
    assert!(said.contains(why), "{said}");
    let log = server.logged(|line| line.contains("mails have no logo"));
    assert!(!log.await.is_empty());
}
