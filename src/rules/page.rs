//! What a page needs to know to draw itself: made by the server, shipped inside the page, read again by the browser's
//! half. It holds nothing that the person in front of the page may not see.

mod site;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::password::Policy;
use super::problem::FieldProblem;
use super::required_change::RequiredChange;
use super::steps::Step;

pub use site::{Asked, Site, Worded};

/// Everything that one page shows apart from its fixed sentences.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageState {
    /// The flow of this browser, if there is one.
    pub flow: Option<FlowView>,
    /// The mailed link that this browser has opened, if it has.
    pub link: Option<LinkView>,
    /// Who is signed in, if anybody.
    pub person: Option<Person>,
    /// What the password is changed under, on the page where somebody who is signed in does that.
    pub change: Option<Choosing>,
    /// What the last post was refused for, in the order of the fields.
    pub problems: Vec<FieldProblem>,
    /// What was written, to fill the form again.
    pub typed: Typed,
    /// "I am not a robot" is to be ticked here.
    pub robot_check: bool,
    /// Something good that just happened.
    pub notice: Option<Notice>,
    /// Random value of this page's form, so that a second post of the same form is recognised.
    pub form: String,
    /// Where the person came from and is led back to.
    pub return_to: Option<String>,
    /// Whose portal this is.
    pub site: Site,
}

/// What was written into a form that was refused. Never a secret.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// The identifier.
    pub identifier: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The way that was chosen.
    pub channel: Option<Channel>,
    /// The account that was picked.
    pub account: Option<String>,
    /// "I am not a robot" was ticked.
    pub robot: bool,
}

/// The proof under which a password is being chosen: an open link, the flow's code, or a session.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosing {
    /// Form token.
    pub token: String,
    /// The account's user name, or those of all for which one password is chosen, a line each.
    pub user_name: String,
    /// User names among which the person picks.
    pub accounts: Vec<String>,
    /// Why it has to be chosen, where it was begun at sign-in.
    pub forced: Option<RequiredChange>,
    /// Words that the password must not be made of.
    pub personal: Vec<String>,
    /// The rules.
    pub policy: Policy,
}

impl PageState {
    /// What the page of the new password works under.
    #[must_use]
    pub fn choosing(&self) -> Choosing {
        if let Some(change) = &self.change {
            return change.clone();
        }
        if let Some(link) = &self.link {
            return Choosing {
                token: link.token.clone(),
                user_name: link.user_name.clone(),
                accounts: Vec::new(),
                forced: None,
                personal: link.personal.clone(),
                policy: link.policy.clone(),
            };
        }
        let flow = self.flow.clone().unwrap_or_default();
        Choosing {
            token: flow.token,
            user_name: flow.user_name.unwrap_or_default(),
            accounts: flow.accounts,
            forced: flow.forced,
            personal: flow.personal,
            policy: flow.policy.unwrap_or_default(),
        }
    }
}

/// What a post is answered with: the page to be at, and what that page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Path of the page to be at.
    pub at: String,
    /// What it shows.
    pub state: PageState,
}

/// A post that was not done: the page to be at says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("refused")]
pub struct RejectedPost(pub Box<Answer>);

/// What a browser may know of its own flow. Up to the proof it is the same whether or not there is an account.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts, each with its own sentence on a page"
)]
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowView {
    /// Where the flow stands.
    pub step: Step,
    /// Why it was begun at sign-in, if it was.
    pub forced: Option<RequiredChange>,
    /// The way that was asked for.
    pub channel: Channel,
    /// There is no such account; said only where the organisation has chosen to say so.
    pub is_unknown: bool,
    /// The public reference, say `K7Q-M2D`.
    pub reference: String,
    /// Form token bound to this flow.
    pub token: String,
    /// What the person wrote to say who they are.
    pub identifier: String,
    /// Seconds until a new code may be asked for; 0 means now.
    pub resend_in: u16,
    /// How many more codes this flow gets.
    pub resends_left: u8,
    /// The newest code can no longer be used (too old, or too many tries).
    pub code_dead: bool,
    /// The account's user name; only after the proof.
    pub user_name: Option<String>,
    /// User names among which the person picks, where several accounts share the address; only after the proof.
    pub accounts: Vec<String>,
    /// Words that the password must not be made of; only after the proof.
    pub personal: Vec<String>,
    /// The rules for the new password; only where one is chosen.
    pub policy: Option<Policy>,
    /// The person was signed in when the password was saved.
    pub signed_in: bool,
    /// The password had been saved before this page was asked for.
    pub already: bool,
}

/// How a mailed link stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// A password may be chosen under it.
    Open,
    /// Part of it is missing or was mistyped.
    #[default]
    Damaged,
    /// It is too old, or so old that nothing is known of it.
    Expired,
    /// A password was chosen under it before.
    Used,
    /// A newer one was sent.
    Replaced,
    /// Password, contact or state of the account changed otherwise.
    Changed,
    /// It was opened too long ago in this browser: it may be opened again.
    Stale,
    /// A password has just been chosen under it in this browser.
    Done,
    /// The same, and the page has said so before.
    AlreadyDone,
}

impl LinkState {
    /// Whether nothing was or can be done under it here.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Open | Self::Done | Self::AlreadyDone)
    }
}

/// What the holder of a mailed link may know of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// How it stands.
    pub state: LinkState,
    /// Form token bound to this link.
    pub token: String,
    /// The case number, where the link is known.
    pub reference: Option<String>,
    /// Whether a new one can be sent without asking who it is for.
    pub can_renew: bool,
    /// The account's user name, where the link is open.
    pub user_name: String,
    /// Words that the password must not be made of.
    pub personal: Vec<String>,
    /// The rules for the new password.
    pub policy: Policy,
    /// The person was signed in when the password was saved.
    pub signed_in: bool,
}

/// Somebody is signed in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The user name.
    pub user_name: String,
}

/// Something good that just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A new code is on its way.
    Resent,
    /// The session was ended on request.
    SignedOut,
    /// The session has ended by itself, or was ended elsewhere.
    SessionOver,
    /// The session had run out when something was posted; what was written is there again after sign-in.
    WrittenKept,
    /// The session was ended when something was posted; what was written is gone.
    WrittenLost,
    /// The password was changed by somebody who was signed in.
    PasswordChanged,
    /// A person's name was changed.
    NameChanged,
    /// A contact was added, replaced or removed.
    ContactChanged,
    /// A contact was added where there was no other to be told.
    ContactAdded,
    /// Sessions were ended.
    SessionsEnded,
    /// The person has re-authenticated.
    Confirmed,
    /// Nobody was at a shared machine any more, and it has forgotten whoever was.
    Forgotten,
}

// Written by hand because tokens and personal data must not reach a log through `{:?}`.

impl fmt::Debug for PageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageState")
            .field("flow", &self.flow)
            .field("person", &self.person)
            .field("problems", &self.problems)
            .field("notice", &self.notice)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FlowView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowView")
            .field("step", &self.step)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LinkView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkView")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Choosing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Choosing").finish_non_exhaustive()
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_from_json_and_keeps_its_secrets_out_of_logs() {
        let state = PageState {
            flow: Some(FlowView {
                step: Step::New,
                token: "secret".into(),
                identifier: "secret".into(),
                personal: vec!["secret".into()],
                ..FlowView::default()
            }),
            person: Some(Person {
                user_name: "secret".into(),
            }),
            change: Some(Choosing {
                token: "secret".into(),
                ..Choosing::default()
            }),
            typed: Typed {
                identifier: Some("secret".into()),
                ..Typed::default()
            },
            form: "secret".into(),
            ..PageState::default()
        };
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<PageState>(&text).unwrap(), state);
        assert!(!format!("{state:?}").contains("secret"));
    }
}
