//! F39: a proxy that names itself in `Host`, or an old name of the service: the page says where to go, and the log says why, once.

use rekey::texts::{Language, ServerText};

use crate::malformed::send_raw;
use crate::support::{Engine, Server, Setup, Smtp, mailed_sentence, on_sqlite};

on_sqlite!(f39_a_wrong_host_leads_to_the_right_one);

async fn get(server: &Server, path: &str, host: &str, language: Language) -> String {
    let tag = language.tag();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\naccept-language: {tag}\r\nconnection: close\r\n\r\n"
    );
    send_raw(server, request.as_bytes()).await
}

async fn f39_a_wrong_host_leads_to_the_right_one(engine: Engine) {
    let smtp = Smtp::start();
    for production in [false, true] {
        let setup = Setup::new(engine);
        let server = if production {
            setup.production(&smtp).start().await
        } else {
            setup.start().await
        };
        let ours = server.browser().origin;
        for host in ["127.0.0.1:1", "old.example", "rekey.test:8443", "10.0.0.7"] {
            for language in Language::ALL {
                let answer = get(&server, "/help?lang=x&y=%22%3E", host, language).await;
                assert!(answer.starts_with("HTTP/1.1 421"), "{host}: {answer}");
                let title = mailed_sentence(language, ServerText::ServerWrongHostTitle, &[]);
                assert!(answer.contains(&format!("<h1>{title}</h1>")), "{answer}");
                let link = format!("href=\"{ours}/help?lang=x&#38;y=%22%3E\"");
                assert!(answer.contains(&link), "{link}: {answer}");
                let help = format!("href=\"{ours}/help/changed-contact\"");
                assert!(answer.contains(&help), "{answer}");
                assert!(!answer.contains(&format!("//{host}")), "{answer}");
            }
        }
        let answer = get(&server, "//evil.example/x", "old.example", Language::En).await;
        assert!(
            answer.contains(&format!("href=\"{ours}//evil.example/x\"")),
            "{answer}"
        );
        let about = |line: &str| line.contains("a request for another host");
        let told = server.logged(about).await;
        assert_eq!(told.len(), 1, "one line, not one a request: {told:?}");
        assert!(
            told[0].contains("WARN") && told[0].contains("127.0.0.1:1"),
            "{told:?}"
        );
        assert!(told[0].contains(&ours), "{told:?}");
    }
}
