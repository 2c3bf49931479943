//! The messages about an account that somebody is signed in to: codes that confirm something, and the notifications of what was changed.

use serde::{Deserialize, Serialize};

use super::{Fact, MessageContent, Paragraph, Recourse, Writer, grouped};
use crate::texts::ServerText;

/// Where the code of a notification is typed, below the site's address.
const CODE_PATH: &str = "/stop/code";

/// What became of the contacts of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContactNotification {
    /// It has one more.
    Added,
    /// One took the place of another.
    Replaced,
    /// It has one less.
    Removed,
}

/// A code and how long it works.
#[derive(Clone, Copy)]
pub(super) struct TimedCode<'a> {
    pub(super) code: &'a str,
    pub(super) minutes: i64,
    pub(super) until: &'a str,
}

/// "This was not me".
#[derive(Clone, Copy)]
pub(super) struct RevertMeans<'a> {
    /// The path of the link.
    pub(super) path: &'a str,
    /// Until when it works.
    pub(super) until: &'a str,
    /// The code that does the same where the mail program has damaged the link; mails that were made before have none.
    pub(super) code: Option<&'a str>,
}

impl Writer<'_> {
    /// The subject and the paragraphs of a message about somebody's account; the test message's for any other.
    pub(super) fn about_account(&self, content: &MessageContent) -> (String, Vec<Paragraph>) {
        match content {
            MessageContent::Changed {
                stop,
                stop_code,
                is_kept,
                ..
            } => {
                let signed_out = if *is_kept {
                    ServerText::MailChangedSignedOutOthers
                } else {
                    ServerText::MailChangedSignedOut
                };
                let mut blocks = vec![
                    self.words(signed_out, &[]),
                    Paragraph::Facts(self.facts(content)),
                ];
                match stop {
                    Some((path, until)) => {
                        let stop = RevertMeans {
                            path,
                            until,
                            code: stop_code.as_deref(),
                        };
                        blocks.extend(self.revert_paragraphs(ServerText::MailChangedStop, stop));
                    }
                    None => blocks.push(self.not_you()),
                }
                (self.fill(ServerText::MailChangedSubject, &[]), blocks)
            }
            MessageContent::ConfirmPerson {
                code,
                minutes,
                until,
                user_name,
            } => {
                let minutes = *minutes;
                self.confirm_person(
                    user_name,
                    TimedCode {
                        code,
                        minutes,
                        until,
                    },
                )
            }
            MessageContent::ConfirmContact {
                code,
                minutes,
                until,
            } => {
                let minutes = *minutes;
                self.confirm_contact(TimedCode {
                    code,
                    minutes,
                    until,
                })
            }
            MessageContent::ContactChanged {
                works_from,
                stop,
                stop_code,
                ..
            } => {
                let stop = stop.as_ref().map(|(path, until)| RevertMeans {
                    path,
                    until,
                    code: stop_code.as_deref(),
                });
                self.contact_changed(self.facts(content), works_from.as_deref(), stop)
            }
            MessageContent::Reverted { user_name, at } => self.reverted(user_name, at),
            _ => (self.fill(ServerText::MailTestSubject, &[]), Vec::new()),
        }
    }

    fn code_lines(&self, code: TimedCode<'_>) -> [Paragraph; 3] {
        let minutes = code.minutes.to_string();
        [
            self.words(ServerText::MailCodeLine, &[]),
            Paragraph::Code(grouped(code.code)),
            self.words(
                ServerText::MailCodeLifetime,
                &[("time", code.until), ("minutes", &minutes)],
            ),
        ]
    }

    /// A code for somebody who is signed in and wants to change something.
    pub(super) fn confirm_person(
        &self,
        user_name: &str,
        code: TimedCode<'_>,
    ) -> (String, Vec<Paragraph>) {
        let mut blocks =
            vec![self.words(ServerText::MailConfirmIntro, &[("user_name", user_name)])];
        blocks.extend(self.code_lines(code));
        blocks.push(self.words(ServerText::MailCodeNotYou, &[]));
        (self.fill(ServerText::MailConfirmSubject, &[]), blocks)
    }

    /// A code for whoever reads a new address. It may be somebody else's, so it names no account.
    pub(super) fn confirm_contact(&self, code: TimedCode<'_>) -> (String, Vec<Paragraph>) {
        let mut blocks = vec![self.words(ServerText::MailContactIntro, &[])];
        blocks.extend(self.code_lines(code));
        blocks.push(self.words(ServerText::MailContactNotYou, &[]));
        (self.fill(ServerText::MailContactSubject, &[]), blocks)
    }

    /// What was changed. New and former contacts are named as little as the mailbox of a stranger may learn (decision 0039).
    fn contact_changed(
        &self,
        facts: Vec<Fact>,
        works_from: Option<&str>,
        stop: Option<RevertMeans<'_>>,
    ) -> (String, Vec<Paragraph>) {
        let mut blocks = vec![Paragraph::Facts(facts)];
        if let Some(from) = works_from {
            blocks.push(self.words(ServerText::MailNewsWaits, &[("time", from)]));
        }
        match stop {
            Some(stop) => blocks.extend(self.revert_paragraphs(ServerText::MailNewsStop, stop)),
            // Made by an earlier version, which did not tell.
            None if *self.recourse == Recourse::Reset => {}
            None => blocks.push(self.not_you()),
        }
        (self.fill(ServerText::MailNewsSubject, &[]), blocks)
    }

    /// What to do about what was somebody else's, as far as this reader can do anything.
    pub(super) fn not_you(&self) -> Paragraph {
        match self.recourse {
            Recourse::Reset => self.link(ServerText::MailChangedNotYou),
            Recourse::Earlier(until) => {
                self.words(ServerText::MailNotYouEarlier, &[("time", until)])
            }
            Recourse::Talk => self.words(ServerText::MailNotYouTalk, &[]),
        }
    }

    /// "This was not me", until when that can be said, and the way without the link.
    pub(super) fn revert_paragraphs(
        &self,
        words: ServerText,
        stop: RevertMeans<'_>,
    ) -> Vec<Paragraph> {
        let button = self.fill(ServerText::MailStopButton, &[]);
        let mut blocks = vec![
            self.words(words, &[]),
            Paragraph::Button(button, format!("{}{}", self.site_url, stop.path)),
            self.words(ServerText::MailStopLifetime, &[("time", stop.until)]),
        ];
        if let Some(code) = stop.code {
            let url = format!("{}{CODE_PATH}", self.site_url);
            blocks.push(self.words(ServerText::MailStopCode, &[("url", &url), ("code", code)]));
        }
        blocks
    }

    /// The change that the reader has made was stopped by somebody else.
    pub(super) fn reverted(&self, user_name: &str, at: &str) -> (String, Vec<Paragraph>) {
        let intro = self.words(
            ServerText::MailStoppedIntro,
            &[("user_name", user_name), ("time", at)],
        );
        let action = match self.recourse {
            Recourse::Reset => self.link(ServerText::MailStoppedAction),
            // The contact went with the change.
            Recourse::Earlier(_) | Recourse::Talk => self.words(ServerText::MailStoppedTalk, &[]),
        };
        let blocks = vec![intro, action];
        (self.fill(ServerText::MailStoppedSubject, &[]), blocks)
    }
}
