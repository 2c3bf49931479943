//! What text messages say: sentences of the catalogue, and a last line that ties the code to the site.
//!
//! The last line is an origin-bound one-time code (WICG, "Origin-bound one-time codes delivered via SMS", §3): a browser offers the code on
//! that host only. Nothing else in the message names an account, a person or an address (STANDARDS M04).

use unicode_normalization::UnicodeNormalization as _;
use url::Url;

use super::gsm::Size;
use crate::server::delivery::plain::one_line;
use crate::server::delivery::{FactorNotification, MessageContent, Recourse, contact_facts};
use crate::texts::{Catalogue, ServerText, Text};

/// What stands in for a code where only the way of a message is tried out.
const NO_CODE: &str = "000000";

/// What every text message says of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    name: String,
    host: String,
}

impl Site {
    /// The service by its name and its configured origin. The port is left out, since an origin-bound code has none (WICG §3.1), and a host
    /// with other than ASCII letters is in its ASCII form (RFC 3490), as in every URL.
    ///
    /// Names are composed (NFC), for combining marks are in no alphabet of text messages.
    #[must_use]
    pub fn new(name: &str, origin: &str) -> Self {
        let host = Url::parse(origin)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        Self {
            name: one_line(name).nfc().collect(),
            host: host.unwrap_or_default(),
        }
    }

    /// The message with a code: on its first line the code, whose it is and a warning; then an empty line; then the line for the browser,
    /// without a line break at its end, which would make it unreadable to the browser (WICG §4.1).
    #[must_use]
    pub fn code(&self, catalogue: &Catalogue, code: &str) -> String {
        self.bound(catalogue, ServerText::SmsCode, code)
    }

    /// What a message says as a text message; `None` for one that carries a link, which never goes this way. No account is named, a contact
    /// masked at most (STANDARDS M04, decision 0039), and no message has a link, so that people need not learn to trust one. `recourse` is what
    /// the reader can do about what was somebody else's.
    #[must_use]
    pub fn content(
        &self,
        catalogue: &Catalogue,
        content: &MessageContent,
        recourse: &Recourse,
    ) -> Option<String> {
        let earlier = |text, until: &str| {
            let values = [("site", self.name.as_str()), ("time", until)];
            one_line(&catalogue.fill_server(text, &values))
        };
        let plain = |text| one_line(&catalogue.fill_server(text, &[("site", &self.name)]));
        Some(match content {
            MessageContent::Code { code, .. }
            | MessageContent::ConfirmPerson { code, .. }
            | MessageContent::ConfirmContact { code, .. } => self.code(catalogue, code),
            MessageContent::Link { .. } => return None,
            MessageContent::Elsewhere {
                provider: Some(provider),
                ..
            } => {
                let values = [("site", self.name.as_str()), ("provider", &provider.name)];
                one_line(&catalogue.fill_server(ServerText::SmsElsewhereProvider, &values))
            }
            MessageContent::Elsewhere { provider: None, .. } => {
                plain(ServerText::SmsElsewhereNobody)
            }
            MessageContent::Changed {
                stop_code: Some(code),
                ..
            } => self.revert_line(catalogue, ServerText::SmsChangedStop, code),
            MessageContent::Changed { .. } => match recourse {
                Recourse::Reset => plain(ServerText::SmsChanged),
                Recourse::Earlier(until) => earlier(ServerText::SmsChangedEarlier, until),
                Recourse::Talk => plain(ServerText::SmsChangedTalk),
            },
            MessageContent::ContactChanged { .. } => {
                self.contact_changed(catalogue, content, recourse)?
            }
            MessageContent::Reverted { .. } => plain(ServerText::SmsStopped),
            MessageContent::AskAgain { .. } => plain(ServerText::SmsAskAgain),
            MessageContent::Factor(about) => plain(match about.news {
                FactorNotification::On => ServerText::SmsFactorOn,
                FactorNotification::Off => ServerText::SmsFactorOff,
                FactorNotification::CodeUsed { .. } => ServerText::SmsFactorCodeUsed,
                FactorNotification::NewCodes => ServerText::SmsFactorNewCodes,
                FactorNotification::Refused if *recourse == Recourse::Reset => {
                    ServerText::SmsFactorRefused
                }
                FactorNotification::Refused => ServerText::SmsFactorRefusedTalk,
            }),
            MessageContent::Test => self.test(catalogue),
        })
    }

    /// News of a change, and the code that stops it: no link, but the words of the one that leads to where it is written.
    fn revert_line(&self, catalogue: &Catalogue, text: ServerText, code: &str) -> String {
        let help = catalogue.get(Text::SignInNeedHelp);
        let values = [("site", self.name.as_str()), ("help", help), ("code", code)];
        one_line(&catalogue.fill_server(text, &values))
    }

    /// News of changed contacts. What came or went is named, masked, where one part has room for it; a second part costs a second message.
    fn contact_changed(
        &self,
        catalogue: &Catalogue,
        content: &MessageContent,
        recourse: &Recourse,
    ) -> Option<String> {
        let MessageContent::ContactChanged {
            is_phone,
            stop_code,
            added,
            ended,
            ..
        } = content
        else {
            return None;
        };
        let (plain, named, more) = match (stop_code, recourse) {
            (Some(code), _) => (
                ServerText::SmsNewsStop,
                ServerText::SmsNewsStopNamed,
                ("code", code.as_str()),
            ),
            (None, Recourse::Earlier(until)) => (
                ServerText::SmsNewsEarlier,
                ServerText::SmsNewsEarlierNamed,
                ("time", until.as_str()),
            ),
            (None, Recourse::Reset | Recourse::Talk) => {
                (ServerText::SmsNews, ServerText::SmsNewsNamed, ("", ""))
            }
        };
        let values = [
            ("site", self.name.as_str()),
            ("help", catalogue.get(Text::SignInNeedHelp)),
            more,
        ];
        let plain = one_line(&catalogue.fill_server(plain, &values));
        let (new, old) = contact_facts(*is_phone);
        let what = match (added, ended) {
            (Some(contact), _) => (new, contact),
            (None, Some(contact)) => (old, contact),
            (None, None) => return Some(plain),
        };
        // The dots of the mask are in no alphabet of text messages.
        let contact = what.1.replace('…', "*");
        let what = catalogue.fill_server(what.0, &[("contact", &contact)]);
        let values = [values[0], values[1], values[2], ("what", what.as_str())];
        let named = one_line(&catalogue.fill_server(named, &values));
        Some(if Size::of(&named).fits_one() {
            named
        } else {
            plain
        })
    }

    /// A message that shows that text messages leave. It has the last line too, so that it meets the same filters on its way.
    #[must_use]
    pub fn test(&self, catalogue: &Catalogue) -> String {
        self.bound(catalogue, ServerText::SmsTest, NO_CODE)
    }

    fn bound(&self, catalogue: &Catalogue, text: ServerText, code: &str) -> String {
        let sentence = catalogue.fill_server(text, &[("code", code), ("site", &self.name)]);
        let sentence = one_line(&sentence);
        format!("{sentence}\n\n@{} #{code}", self.host)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::server::delivery::ContactNotification;
    use crate::texts::Language;

    /// The algorithm of WICG §4.1 ("parse an origin-bound one-time code message"): host and code.
    fn parse(text: &str) -> Option<(&str, &str)> {
        fn token(text: &str, marker: char) -> Option<(&str, &str)> {
            let rest = text.strip_prefix(marker)?;
            let end = rest
                .find(|c: char| c.is_ascii_whitespace())
                .unwrap_or(rest.len());
            (end > 0).then(|| rest.split_at(end))
        }
        let last = text.split('\n').next_back()?;
        let (host, rest) = token(last, '@')?;
        let (code, _) = token(rest.strip_prefix(' ')?, '#')?;
        Some((host, code))
    }

    #[test]
    fn the_longest_names_still_fit_one_message() {
        let name = "Räddningstjänsten Østre Åland!";
        let host = "aterstallning.raddningstjansten.exam.ple";
        assert_eq!((name.chars().count(), host.len()), (30, 40));
        let site = Site::new(name, &format!("https://{host}:8443"));
        for language in Language::ALL {
            let catalogue = Catalogue::built_in(language);
            let text = site.code(&catalogue, "012345");
            let tag = language.tag();
            let measured = Size::of(&text);
            assert!(matches!(measured, Size::Septets(_)), "{tag}: {measured:?}");
            assert!(measured.fits_one(), "{tag}: {measured:?}");
            let place = text.find("012345").unwrap();
            assert!(text[..place].chars().count() + 6 <= 10, "{tag}: {text}");
            let lines: Vec<&str> = text.split('\n').collect();
            assert_eq!(lines.len(), 3, "{tag}: {text}");
            assert!(lines[0].contains(name), "{tag}: {text}");
            assert_eq!(lines[1], "", "{tag}");
            assert_eq!(lines[2], format!("@{host} #012345"), "{tag}");
            assert_eq!(parse(&text), Some((host, "012345")), "{tag}");
            assert!(!text.contains("http"), "{tag}: {text}");
            for text in [
                ServerText::SmsChanged,
                ServerText::SmsChangedStop,
                ServerText::SmsNews,
                ServerText::SmsNewsStop,
                ServerText::SmsAskAgain,
                ServerText::SmsElsewhereProvider,
                ServerText::SmsElsewhereNobody,
                ServerText::SmsFactorOn,
                ServerText::SmsFactorOff,
                ServerText::SmsFactorCodeUsed,
                ServerText::SmsFactorNewCodes,
                ServerText::SmsFactorRefused,
                ServerText::SmsFactorRefusedTalk,
                ServerText::SmsChangedEarlier,
                ServerText::SmsChangedTalk,
                ServerText::SmsNewsEarlier,
            ] {
                let values = [
                    ("code", "k7q2-m2d9-xy3t"),
                    ("help", catalogue.get(Text::SignInNeedHelp)),
                    ("site", name),
                    ("provider", "Organisationens Microsoft-konto"),
                    ("time", "30 september 2026 kl. 14.05"),
                ];
                let text = catalogue.fill_server(text, &values);
                assert!(Size::of(&text).fits_one(), "{tag}: {text}");
                assert!(
                    !text.contains("http") && !text.contains('@'),
                    "{tag}: {text}"
                );
            }
            for text in [
                ServerText::SmsCode,
                ServerText::SmsTest,
                ServerText::SmsChanged,
                ServerText::SmsChangedStop,
                ServerText::SmsNewsStop,
                ServerText::SmsAskAgain,
                ServerText::SmsElsewhereProvider,
                ServerText::SmsElsewhereNobody,
                ServerText::SmsFactorOn,
                ServerText::SmsFactorOff,
                ServerText::SmsFactorCodeUsed,
                ServerText::SmsFactorNewCodes,
                ServerText::SmsFactorRefused,
                ServerText::SmsFactorRefusedTalk,
                ServerText::SmsChangedEarlier,
                ServerText::SmsChangedTalk,
                ServerText::SmsNewsEarlier,
                ServerText::SmsNewsNamed,
                ServerText::SmsNewsEarlierNamed,
                ServerText::SmsNewsStopNamed,
            ] {
                let rest = catalogue
                    .server(text)
                    .replace("{code}", "")
                    .replace("{site}", "")
                    .replace("{help}", "")
                    .replace("{provider}", "")
                    .replace("{what}", "")
                    .replace("{time}", "");
                assert!(!rest.contains('{'), "{tag}: no name of a person: {rest}");
            }
            let trial = site.test(&catalogue);
            assert!(Size::of(&trial).fits_one(), "{tag}: {trial}");
            assert_eq!(parse(&trial), Some((host, NO_CODE)), "{tag}");
        }
    }

    #[test]
    fn a_changed_contact_is_named_where_one_message_has_room() {
        let news = |added: &str, stop_code: Option<&str>| MessageContent::ContactChanged {
            user_name: "anna".into(),
            news: ContactNotification::Replaced,
            is_phone: added.starts_with('…'),
            at: "2026-11-28 kl. 10.40".into(),
            browser: None,
            works_from: None,
            stop: None,
            stop_code: stop_code.map(str::to_owned),
            added: Some(added.into()),
            ended: Some("a…@d….example".into()),
        };
        let site = Site::new("Exempelkommun", "https://rekey.example");
        let earlier = Recourse::Earlier("2026-11-30 kl. 14.05".into());
        for language in Language::ALL {
            let catalogue = Catalogue::built_in(language);
            let tag = language.tag();
            for recourse in [&Recourse::Talk, &earlier] {
                for stop_code in [None, Some("k7q2-m2d9-xy3t")] {
                    for (contact, named) in [("t…@o….example", "t*@o*.example"), ("…78", ": *78.")]
                    {
                        let content = news(contact, stop_code);
                        let text = site.content(&catalogue, &content, recourse).unwrap();
                        assert!(text.contains(named), "{tag}: {text}");
                        assert!(!text.contains("anna") && !text.contains("a*@"), "{text}");
                        let length = Size::of(&text);
                        assert!(matches!(length, Size::Septets(_)), "{tag}: {text}");
                        assert!(length.fits_one(), "{tag}: {text}");
                    }
                    // No room: the message says the rest. Nor has it where a letter is in no alphabet but the widest.
                    let long = format!("t…@o….{}", "x".repeat(120));
                    for (contact, is_named) in [(&*long, Some(false)), ("ł…@o….example", None)]
                    {
                        let content = news(contact, stop_code);
                        let text = site.content(&catalogue, &content, recourse).unwrap();
                        assert!(Size::of(&text).fits_one(), "{tag}: {text}");
                        let is_as_told = is_named.is_none_or(|named| named == text.contains('@'));
                        assert!(is_as_told, "{tag}: {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_host_is_that_of_the_browser() {
        for (origin, host) in [
            ("https://rekey.example.org", "rekey.example.org"),
            ("https://lösenord.example", "xn--lsenord-90a.example"),
            ("http://127.0.0.1:3000", "127.0.0.1"),
            ("https://REKEY.example:8443", "rekey.example"),
        ] {
            let text = Site::new("Rekey", origin).code(Catalogue::fallback(), "123456");
            assert_eq!(parse(&text), Some((host, "123456")), "{origin}");
        }
    }

    #[test]
    fn names_stay_on_the_first_line() {
        let site = Site::new("Å\u{301}s\n@evil.example #1", "https://rekey.example");
        let text = site.code(Catalogue::fallback(), "123456");
        assert_eq!(parse(&text), Some(("rekey.example", "123456")));
        assert_eq!(text.split('\n').count(), 3);
        let composed = Site::new("A\u{30a}s", "https://rekey.example");
        let text = composed.code(Catalogue::fallback(), "123456");
        assert!(matches!(Size::of(&text), Size::Septets(_)), "{text}");
    }

    #[test]
    fn an_own_sentence_keeps_the_last_line() {
        let own = BTreeMap::from([("sms.code".to_owned(), "@x #1 {code}".to_owned())]);
        let catalogue = Catalogue::with_overrides(Language::Sv, &own).unwrap();
        let text = Site::new("Rekey", "https://rekey.example").code(&catalogue, "123456");
        assert_eq!(parse(&text), Some(("rekey.example", "123456")));
    }
}
