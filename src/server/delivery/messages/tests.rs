//! The messages in each language: what must stand in them, and what must never.

use std::sync::LazyLock;

use super::*;
use crate::server::config::{Config, Mode};
use crate::texts::ServerText;

mod wording;

const URL: &str = "https://rekey.example";
/// As long as the path of a real link.
const PATH: &str = "/r/0123456789012345678901234567890123456789ABCDEFGH";

/// Nothing of the organisation's own.
static PLAIN: LazyLock<Look> = LazyLock::new(|| Look::of(&Config::built_in(Mode::Dev), URL));

fn about(name: &str) -> Addressing<'_> {
    Addressing {
        site_name: "Rekey".into(),
        site_url: URL,
        contact: Some("Service desk, 019-21 10 00".into()),
        name,
        recourse: &Recourse::Reset,
        look: &PLAIN,
    }
}

fn code() -> MessageContent {
    MessageContent::Code {
        code: "012345".into(),
        minutes: 30,
        until: "kl. 14.05".into(),
        user_name: "anna".into(),
        reference: "K7Q-M2D".into(),
        link: None,
        link_until: None,
        others: Vec::new(),
        together: false,
    }
}

fn link() -> MessageContent {
    MessageContent::Link {
        link: PATH.into(),
        minutes: 120,
        until: "kl. 14.05".into(),
        user_name: "anna".into(),
        reference: "K7Q-M2D".into(),
        others: Vec::new(),
        together: false,
    }
}

fn code_with_link() -> MessageContent {
    match code() {
        MessageContent::Code {
            code,
            minutes,
            until,
            user_name,
            reference,
            ..
        } => MessageContent::Code {
            code,
            minutes,
            until,
            user_name,
            reference,
            link: Some(PATH.into()),
            link_until: None,
            others: Vec::new(),
            together: false,
        },
        other => other,
    }
}

fn changed() -> MessageContent {
    MessageContent::Changed {
        user_name: "anna".into(),
        at: "22 Nov 2026 14:05".into(),
        browser: Some("Firefox".into()),
        reference: Some("K7Q-M2D".into()),
        stop: None,
        stop_code: None,
        is_kept: false,
    }
}

fn ask_again() -> MessageContent {
    MessageContent::AskAgain {
        user_name: "anna".into(),
        reference: "K7Q-M2D".into(),
    }
}

fn factor(news: FactorNotification) -> MessageContent {
    MessageContent::Factor(FactorChange {
        user_name: "anna".into(),
        at: "22 Nov 2026 14:05".into(),
        browser: Some("Firefox".into()),
        news,
    })
}

const FACTOR_NEWS: [FactorNotification; 5] = [
    FactorNotification::On,
    FactorNotification::Off,
    FactorNotification::CodeUsed { left: 7 },
    FactorNotification::NewCodes,
    FactorNotification::Refused,
];

fn write(content: &MessageContent, language: Language, about: &Addressing<'_>) -> Rendered {
    render(content, &Catalogue::built_in(language), about).unwrap()
}

/// The words of the HTML part, without its marks: enough for a template that has no other entities than these.
fn words(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let mut out = String::new();
    let mut inside = true;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&#38;", "&")
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_letter_is_whole_in_every_language() {
    for language in Language::ALL {
        for content in [
            code(),
            link(),
            code_with_link(),
            changed(),
            ask_again(),
            MessageContent::Test,
        ]
        .into_iter()
        .chain(FACTOR_NEWS.map(factor))
        {
            let rendered = write(&content, language, &about("Anna Berg"));
            let text = &rendered.text;
            let html = words(&rendered.html);
            assert!(
                rendered
                    .html
                    .contains(&format!("<html lang=\"{}\">", language.tag()))
            );
            assert!(!rendered.subject.is_empty() && rendered.subject.contains("Rekey"));
            for part in [text, &html] {
                assert!(part.contains("Anna Berg"), "{part}");
                assert!(part.contains("019-21 10 00"), "{part}");
                assert!(part.contains(URL), "{part}");
                assert!(!part.contains(['{', '}', '\u{1}']), "{part}");
                let is_of_flow =
                    !matches!(content, MessageContent::Test | MessageContent::Factor(_));
                assert_eq!(part.contains("K7Q-M2D"), is_of_flow, "{part}");
            }
            assert!(
                text.lines().all(|line| line.chars().count() <= 76),
                "{text}"
            );
            assert!(!text.contains("\n\n\n") && text.ends_with('\n'), "{text}");
            assert_eq!(dense(&html), dense(text), "both parts say the same");
        }
    }
}

#[test]
fn w15_a_notice_advises_only_what_its_reader_can_do() {
    let without_button = MessageContent::ContactChanged {
        user_name: "anna".into(),
        news: ContactNotification::Added,
        is_phone: false,
        at: "22 Nov 2026 14:05".into(),
        browser: None,
        works_from: None,
        stop: None,
        stop_code: None,
        added: None,
        ended: None,
    };
    let stopped = MessageContent::Reverted {
        user_name: "anna".into(),
        at: "22 Nov 2026 14:05".into(),
    };
    let messages = [
        changed(),
        factor(FactorNotification::Refused),
        without_button,
        stopped,
    ];
    let until = "30 Nov 2026 09:30";
    for language in Language::ALL {
        let catalogue = Catalogue::built_in(language);
        for (number, content) in messages.iter().enumerate() {
            for recourse in [Recourse::Earlier(until.into()), Recourse::Talk] {
                let to = Addressing {
                    recourse: &recourse,
                    ..about("Anna Berg")
                };
                let text = write(content, language, &to).text;
                assert!(!text.contains("/forgot-password"), "{text}");
                let names_it = recourse != Recourse::Talk && number < 3;
                assert_eq!(text.contains(until), names_it, "{text}");
                let said = if names_it {
                    catalogue.fill_server(ServerText::MailNotYouEarlier, &[("time", until)])
                } else if number < 3 {
                    catalogue.server(ServerText::MailNotYouTalk).to_owned()
                } else {
                    catalogue.server(ServerText::MailStoppedTalk).to_owned()
                };
                assert!(dense(&text).contains(&dense(&said)), "{text}");
            }
        }
    }
}

fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn the_code_is_alone_on_its_line_and_late_enough_for_a_lock_screen() {
    for language in Language::ALL {
        let rendered = write(&code(), language, &about("Anna Berg"));
        assert!(rendered.text.lines().any(|line| line == "012 345"));
        assert!(rendered.html.contains(">012 345</p>"));
        assert!(!rendered.subject.contains("012"));
        assert!(rendered.text.contains("anna"));
        assert!(rendered.text.contains("30") && rendered.text.contains("kl. 14.05"));
        assert!(rendered.html.contains("kl.\u{a0}14.05"));
        assert!(rendered.text.find("012 345") > Some(100));
        assert!(!rendered.html.contains("012345"));
    }
}

#[test]
fn links_show_their_address_and_lead_to_the_site_only() {
    for language in Language::ALL {
        for content in [code(), changed(), ask_again(), MessageContent::Test] {
            let html = write(&content, language, &about("Anna Berg")).html;
            let mut links = 0;
            for link in html.split("<a href=\"").skip(1) {
                let (href, rest) = link.split_once("\">").unwrap();
                let shown = rest.split_once("</a>").unwrap().0;
                assert_eq!(href, shown);
                assert!(href == URL || href == "https://rekey.example/forgot-password");
                links += 1;
            }
            assert_eq!(
                links,
                if matches!(
                    content,
                    MessageContent::Changed { .. } | MessageContent::AskAgain { .. }
                ) {
                    2
                } else {
                    1
                }
            );
            for loaded in [
                "<img", "<link", "<script", "url(", "@import", "<form", "src=",
            ] {
                assert!(!html.contains(loaded), "{loaded}");
            }
        }
    }
}

#[test]
fn a_button_has_its_bare_address_under_it_in_both_parts() {
    let address = format!("{URL}{PATH}");
    for language in Language::ALL {
        for content in [link(), code_with_link()] {
            let rendered = write(&content, language, &about("Anna Berg"));
            assert!(rendered.text.lines().any(|line| line == address));
            let button = format!("<a href=\"{address}\" style=\"");
            assert_eq!(rendered.html.matches(&button).count(), 1);
            let bare = format!("<a href=\"{address}\">{address}</a>");
            assert_eq!(rendered.html.matches(&bare).count(), 1);
            assert!(!rendered.subject.contains("/r/"));
            assert!(!format!("{content:?} {rendered:?}").contains("/r/"));
        }
        let alone = write(&link(), language, &about("Anna Berg"));
        assert!(!alone.text.contains("012 345"));
    }
}

#[test]
fn only_the_code_letter_holds_a_code() {
    let rendered = write(&ask_again(), Language::En, &about("Anna Berg"));
    assert!(!rendered.text.contains("012 345"));
    let text = write(&changed(), Language::En, &about("")).text;
    assert!(text.contains("Firefox") && text.contains("22 Nov 2026 14:05"));
}

#[test]
fn each_news_of_a_second_factor_has_words_of_its_own() {
    for language in Language::ALL {
        let all = FACTOR_NEWS.map(|news| write(&factor(news), language, &about("Anna Berg")));
        let mut subjects: Vec<_> = all.iter().map(|one| one.subject.as_str()).collect();
        let mut titles: Vec<_> = all
            .iter()
            .filter_map(|one| one.text.lines().nth(2))
            .collect();
        for said in [&mut subjects, &mut titles] {
            said.sort_unstable();
            said.dedup();
            assert_eq!(said.len(), FACTOR_NEWS.len(), "{said:?}");
        }
        for one in &all {
            assert!(one.text.contains("anna") && one.text.contains("22 Nov 2026 14:05"));
            assert!(one.text.contains("Firefox") && one.text.contains("/forgot-password"));
        }
        assert!(all[2].text.lines().any(|line| line.ends_with(": 7")));
    }
}

#[test]
fn a_name_can_neither_break_a_line_nor_mark_up() {
    let content = MessageContent::AskAgain {
        user_name: "a\r\n.\r\nQUIT<script>alert(1)</script>".into(),
        reference: "K7Q-M2D".into(),
    };
    let site = Addressing {
        site_name: "Rekey\r\nBcc: x@evil.example".into(),
        ..about("A\r\nBcc: x@evil.example <b>&\"'\u{202e}")
    };
    for language in Language::ALL {
        let rendered = write(&content, language, &site);
        assert!(!rendered.subject.contains(['\r', '\n']));
        assert!(!rendered.text.contains('\r'));
        assert!(
            rendered
                .text
                .lines()
                .all(|line| line != "." && !line.starts_with("Bcc"))
        );
        // No name that could be given today: there is no greeting.
        assert!(!rendered.text.contains("<b>&"));
        assert!(!rendered.html.contains("<b>") && !rendered.html.contains("<script"));
        assert!(
            rendered
                .html
                .contains("&#60;script&#62;alert(1)&#60;/script&#62;")
        );
        assert!(!rendered.html.contains('\u{202e}'));
    }
}

#[test]
fn without_a_name_there_is_no_greeting_and_without_a_contact_a_sentence() {
    let nobody = Addressing {
        contact: None,
        ..about(" \t")
    };
    for language in Language::ALL {
        let catalogue = Catalogue::built_in(language);
        let text = dense(&write(&MessageContent::Test, language, &nobody).text);
        let title = catalogue.server(ServerText::MailTestTitle);
        let first = catalogue.fill_server(ServerText::MailTestIntro, &[("site", "Rekey")]);
        let begin = dense(&format!("Rekey {title} {first}"));
        assert!(text.starts_with(&begin), "{text}");
        let contact = catalogue.fill_server(ServerText::MailContactNone, &[("site", "Rekey")]);
        assert!(text.contains(&dense(&contact)), "{text}");
    }
}

#[test]
fn a_letter_survives_the_outbox_and_shows_no_code_in_debug() {
    let json = serde_json::to_string(&code()).unwrap();
    assert_eq!(
        serde_json::from_str::<MessageContent>(&json).unwrap(),
        code()
    );
    let shown = format!(
        "{:?} {:?}",
        code(),
        write(&code(), Language::En, &about("Anna Berg"))
    );
    assert!(shown.contains("K7Q-M2D"));
    assert!(!shown.contains("012") && !shown.contains("anna"), "{shown}");
}
