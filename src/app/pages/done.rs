//! The last step: done, and what comes next.

use leptos::prelude::*;

use super::{page, way_on};
use crate::app::components::step_page;
use crate::app::route::Page;
use crate::app::ui::Ui;
use crate::rules::page::LinkState;
use crate::rules::steps::Step;
use crate::texts::Text;

/// The page.
pub fn done(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let (signed_in, already) = match (&state.link, &state.flow) {
            (Some(link), _) => (link.signed_in, link.state == LinkState::AlreadyDone),
            (None, Some(flow)) => (flow.signed_in, flow.already),
            (None, None) => (false, false),
        };
        let to_sign_in = || {
            way_on(
                "/sign-in".to_owned(),
                ui.text(Text::DoneToSignIn).to_owned(),
            )
        };
        let (text, way) = if signed_in {
            let portal = state
                .site
                .portal_url
                .clone()
                .unwrap_or_else(|| "/account".to_owned());
            let name = state
                .site
                .portal_name
                .clone()
                .unwrap_or_else(|| ui.text(Text::DoneToPortal).to_owned());
            (Text::DoneSignedIn, way_on(portal, name))
        } else if already {
            (Text::DoneAlreadyText, to_sign_in())
        } else {
            (Text::DoneText, to_sign_in())
        };
        // Sent here by an app: there the person goes on.
        let back = state
            .return_to
            .clone()
            .map(|place| way_on(place, ui.text(Text::DoneToReturn).to_owned()));
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
