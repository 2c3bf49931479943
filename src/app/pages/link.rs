//! A mailed link under which no password can be chosen: what became of it, and one button for a new one.

use leptos::either::Either;
use leptos::prelude::*;

use super::way_on;
use crate::api;
use crate::app::forms::{Post, poster, unchecked};
use crate::app::ui::Ui;
use crate::rules::page::{LinkState, LinkView};
use crate::rules::steps::Step;
use crate::texts::Text;

const RENEW: Post = Post {
    check: unchecked,
    call: |_| Box::pin(api::renew_link()),
};

/// What a link that is over says, and the way on.
pub fn over(ui: Ui, link: &LinkView) -> impl IntoView + use<> {
    let text = match link.state {
        LinkState::Open | LinkState::Damaged => Text::LinkDamagedText,
        LinkState::Expired => Text::LinkExpiredText,
        LinkState::Used => Text::LinkUsedText,
        LinkState::Replaced => Text::LinkReplacedText,
        LinkState::Changed => Text::LinkChangedText,
        LinkState::Stale => Text::LinkStaleText,
        LinkState::Done | LinkState::AlreadyDone => Text::DoneAlreadyText,
    };
    let is_used = matches!(
        link.state,
        LinkState::Used | LinkState::Done | LinkState::AlreadyDone
    );
    let sign_in = is_used.then(|| {
        way_on(
            "/sign-in".to_owned(),
            (ui.text(Text::DoneToSignIn).to_owned(), None),
        )
    });
    let again = if link.can_renew {
        // The link of the mail still works; another is for whoever cannot find it.
        let class = if is_used || link.state == LinkState::Stale {
            "button button--quiet"
        } else {
            "button"
        };
        Either::Left(view! {
            <form method="post" action="/api/forgot-password/link" on:submit=poster(ui, RENEW)>
                <p><button class=class>{ui.text(Text::LinkRenew)}</button></p>
            </form>
        })
    } else {
        Either::Right(way_on(
            Step::Identify.path().to_owned(),
            (ui.text(Text::LinkAsk).to_owned(), None),
        ))
    };
    view! {
        <p>{ui.text(text)}</p>
        {sign_in}
        {again}
        <p><a href="/help/link">{ui.text(Text::LinkHelp)}</a></p>
    }
}
