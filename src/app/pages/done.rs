//! The last step: done, and what comes next.

use leptos::prelude::*;

use super::{page, way_on};
use crate::app::components::step_page;
use crate::app::route::Page;
use crate::app::ui::Ui;
use crate::rules::page::{LinkState, PageState};
use crate::rules::steps::Step;
use crate::texts::Text;

/// What is so now, and the way on: signed in, or to sign-in.
fn onward(ui: Ui, state: &PageState) -> (Text, impl IntoView + use<>) {
    let (signed_in, already) = match (&state.link, &state.flow) {
        (Some(link), _) => (link.signed_in, link.state == LinkState::AlreadyDone),
        (None, Some(flow)) => (flow.signed_in, flow.already),
        (None, None) => (false, false),
    };
    let at_the_end = ui.page.get_untracked() == Page::Step(Step::Done);
    let text = if signed_in {
        Text::DoneSignedIn
    } else if already || !at_the_end {
        Text::DoneAlreadyText
    } else {
        Text::DoneText
    };
    let way = if signed_in {
        let site = &state.site;
        let portal = site.portal_url.clone();
        let name = site.portal_name.clone();
        way_on(
            portal.unwrap_or_else(|| "/account".to_owned()),
            name.unwrap_or_else(|| (ui.text(Text::DoneToPortal).to_owned(), None)),
        )
    } else {
        way_on(
            "/sign-in".to_owned(),
            (ui.text(Text::DoneToSignIn).to_owned(), None),
        )
    };
    (text, way)
}

/// The same in place of a page that is behind.
pub fn settled(ui: Ui, state: &PageState) -> impl IntoView + use<> {
    let (text, way) = onward(ui, state);
    view! {
        <p>{ui.text(text)}</p>
        {way}
    }
}

/// The page.
pub fn done(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let (text, way) = onward(ui, &state);
        // Sent here by an app: there the person goes on.
        let back = state
            .return_to
            .clone()
            .map(|place| way_on(place, (ui.text(Text::DoneToReturn).to_owned(), None)));
        let body = view! {
            <p>{ui.text(text)}</p>
            <p>{ui.text(Text::DoneSignedOut)}</p>
            {back}
            {way}
        };
        step_page(
            ui,
            &state,
            Some(Step::Done),
            ui.heading(Page::Step(Step::Done), &state),
            Some("ok"),
            body,
        )
    })
}
