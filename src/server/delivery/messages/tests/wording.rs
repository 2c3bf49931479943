//! Every message in every language, word by word: whoever changes one sees what a reader gets. Renewed by `INSTA_UPDATE=always`.

use std::fmt::Write as _;

use insta::Settings;

use super::*;

const STOP: &str = "/stop/0123456789012345678901234567890123456789ABCDEFGH";

fn contact_changed(news: ContactNotification, is_phone: bool) -> MessageContent {
    let (new, old) = if is_phone {
        ("…78", "…05")
    } else {
        ("t…@o….example", "a…@d….example")
    };
    let is_new = news != ContactNotification::Removed;
    MessageContent::ContactChanged {
        user_name: "anna".into(),
        news,
        is_phone,
        at: "22 Nov 2026 14:05".into(),
        browser: Some("Edge".into()),
        works_from: is_new.then(|| "23 Nov 2026 14:05".into()),
        stop: Some((STOP.into(), "29 Nov 2026 14:05".into())),
        stop_code: Some("k7q2-m2d9-xy3t".into()),
        added: is_new.then(|| new.into()),
        ended: (news != ContactNotification::Added).then(|| old.into()),
    }
}

fn others() -> Vec<Other> {
    let link = Some(PATH.replace("0123", "zyxw"));
    let user_name = "bertil".into();
    vec![Other { user_name, link }]
}

/// Every message under a name of its own; a kind that is new has no name and does not compile.
fn all() -> Vec<(String, MessageContent)> {
    let provider = Provider {
        name: "Google".into(),
        language: None,
        reset_url: "https://accounts.google.example/recovery".into(),
    };
    let elsewhere = |provider| MessageContent::Elsewhere {
        user_name: "anna".into(),
        reference: "K7Q-M2D".into(),
        provider,
    };
    let (minutes, until) = (30, "kl. 14.05");
    let mut all = vec![code(), link(), code_with_link()];
    let mut several = link();
    if let MessageContent::Link { others: own, .. } = &mut several {
        *own = others();
    }
    let mut together = several.clone();
    all.push(several);
    if let MessageContent::Link {
        others, together, ..
    } = &mut together
    {
        for other in others {
            other.link = None;
        }
        *together = true;
    }
    all.push(together);
    all.extend([elsewhere(Some(provider)), elsewhere(None), changed()]);
    let mut kept = changed();
    if let MessageContent::Changed {
        stop,
        stop_code,
        is_kept,
        ..
    } = &mut kept
    {
        *stop = Some((STOP.into(), "29 Nov 2026 14:05".into()));
        *stop_code = Some("k7q2-m2d9-xy3t".into());
        *is_kept = true;
    }
    all.extend([kept, ask_again()]);
    all.push(MessageContent::ConfirmPerson {
        code: "012345".into(),
        minutes,
        until: until.into(),
        user_name: "anna".into(),
    });
    all.push(MessageContent::ConfirmContact {
        code: "012345".into(),
        minutes,
        until: until.into(),
    });
    for is_phone in [false, true] {
        for news in [
            ContactNotification::Added,
            ContactNotification::Replaced,
            ContactNotification::Removed,
        ] {
            all.push(contact_changed(news, is_phone));
        }
    }
    all.push(MessageContent::Reverted {
        user_name: "anna".into(),
        at: "22 Nov 2026 14:05".into(),
    });
    all.extend(FACTOR_NEWS.map(factor));
    all.push(MessageContent::Test);
    all.into_iter().map(|one| (named(&one), one)).collect()
}

fn named(content: &MessageContent) -> String {
    match content {
        MessageContent::Code { link: None, .. } => "code".into(),
        MessageContent::Code { .. } => "code and link".into(),
        MessageContent::Link { together: true, .. } => "link, for all".into(),
        MessageContent::Link { others, .. } => format!("link, others: {}", others.len()),
        MessageContent::Elsewhere { provider, .. } => {
            format!("elsewhere, provider: {}", provider.is_some())
        }
        MessageContent::Changed { stop, .. } => format!("changed, revertible: {}", stop.is_some()),
        MessageContent::AskAgain { .. } => "ask again".into(),
        MessageContent::ConfirmPerson { .. } => "confirm person".into(),
        MessageContent::ConfirmContact { .. } => "confirm contact".into(),
        MessageContent::ContactChanged { news, is_phone, .. } => {
            format!("contact {news:?}, phone: {is_phone}")
        }
        MessageContent::Reverted { .. } => "reverted".into(),
        MessageContent::Factor(about) => format!("factor {:?}", about.news),
        MessageContent::Test => "test".into(),
    }
}

/// Without what every mail has alike: the head, and how things look.
fn bare(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let mut pieces = body.split(" style=\"");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once('"').unwrap().1);
    }
    format!("<body{out}")
}

fn kept(name: &str, content: &str) {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../snapshots");
    settings.bind(|| insta::assert_snapshot!(name, content));
}

#[test]
fn every_message_reads_as_it_did() {
    for language in Language::ALL {
        let (mut text, mut html) = (String::new(), String::new());
        let mut names = Vec::new();
        for (name, content) in all() {
            let rendered = write(&content, language, &about("Anna Berg"));
            let head = format!("======== {name}\nSubject: {}", rendered.subject);
            writeln!(text, "{head}\n\n{}", rendered.text).unwrap();
            writeln!(html, "======== {name}\n{}", bare(&rendered.html)).unwrap();
            names.push(name);
        }
        let different = names
            .iter()
            .collect::<std::collections::BTreeSet<_>>()
            .len();
        assert_eq!(different, names.len(), "{names:?}");
        kept(&format!("text.{}", language.tag()), &text);
        kept(&format!("html.{}", language.tag()), &html);
    }
}

#[test]
fn a_mail_with_everything_looks_as_it_did() {
    let mut look = PLAIN.clone();
    let (width, height) = (120, 40);
    look.logo = Some(look::MailLogo {
        picture: Picture {
            content_id: "logo-k7q2@rekey.example".into(),
            bytes: b"\x89PNG\r\n\x1a\n".as_slice().into(),
        },
        width,
        height,
    });
    let to = Addressing {
        look: &look,
        site_name: "Exempelkommun".into(),
        ..about("Anna Berg")
    };
    let content = contact_changed(ContactNotification::Replaced, false);
    let rendered = write(&content, Language::Sv, &to);
    assert_eq!(
        rendered.picture.unwrap().content_id,
        "logo-k7q2@rekey.example"
    );
    kept("whole", &rendered.html);
}

#[test]
fn a_message_of_an_earlier_version_names_no_contact() {
    let mut stored =
        serde_json::to_value(contact_changed(ContactNotification::Added, false)).unwrap();
    let fields = stored["ContactChanged"].as_object_mut().unwrap();
    assert!(fields.remove("added").is_some() && fields.remove("ended").is_some());
    let content: MessageContent = serde_json::from_value(stored).unwrap();
    let text = write(&content, Language::Sv, &about("Anna Berg")).text;
    assert!(
        text.contains("\nKonto: anna\nNär: 22 Nov 2026 14:05\n"),
        "{text}"
    );
}

#[test]
fn an_own_sentence_in_the_table_may_be_shaped_otherwise() {
    let own = [
        ("mail.fact_account", "{user_name} is the account"),
        ("mail.changed_browser", "We know the browser"),
        ("mail.case_number", "Ref {reference}"),
    ];
    let own = own.map(|(key, sentence)| (key.to_owned(), sentence.to_owned()));
    let catalogue = Catalogue::with_overrides(Language::En, &own.into()).unwrap();
    let rendered = render(&changed(), &catalogue, &about("")).unwrap();
    for line in ["anna is the account", "We know the browser", "Ref K7Q-M2D"] {
        assert!(
            rendered.text.lines().any(|one| one == line),
            "{}",
            rendered.text
        );
    }
    assert_eq!(
        rendered.html.matches("<th ").count(),
        2,
        "{}",
        rendered.html
    );
}

#[test]
fn what_stays_in_another_language_is_marked() {
    let provider = Provider {
        name: "Kommunens <inloggning>".into(),
        language: Some(Language::Sv),
        reset_url: "https://sso.example".into(),
    };
    let content = MessageContent::Elsewhere {
        user_name: "anna".into(),
        reference: "K7Q-M2D".into(),
        provider: Some(provider),
    };
    let to = Addressing {
        site_name: Wording::foreign("Kommunen", Language::Sv),
        contact: Some(Wording::foreign("Spør & vent", Language::Nb)),
        ..about("Anna Berg")
    };
    let rendered = write(&content, Language::En, &to);
    for marked in [
        "<span lang=\"sv\">Kommunen</span></td>",
        "<span lang=\"sv\">Kommunens &#60;inloggning&#62;</span>",
        "<span lang=\"nb\">Spør &#38; vent</span>",
    ] {
        assert!(
            rendered.html.contains(marked),
            "{marked}: {}",
            rendered.html
        );
    }
    assert!(
        rendered.text.starts_with("Kommunen\n\n"),
        "{}",
        rendered.text
    );
    assert!(rendered.text.contains("Spør & vent"), "{}", rendered.text);
    assert!(rendered.text.contains("<inloggning>"), "{}", rendered.text);
    assert!(!rendered.text.contains("<span"), "{}", rendered.text);
    assert!(!rendered.subject.contains("<span"), "{}", rendered.subject);
    // In the language of the mail nothing is marked.
    let html = write(&content, Language::En, &about("Anna Berg")).html;
    assert!(!html.contains("<span lang=\"en\""), "{html}");
}
