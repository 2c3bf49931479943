//! The start page of somebody who is signed in.

use leptos::prelude::*;

use super::page;
use crate::api;
use crate::app::components::step_page;
use crate::app::forms::{Post, poster, unchecked};
use crate::app::ui::Ui;
use crate::rules::page::Site;
use crate::texts::Text;

const SIGN_OUT: Post = Post {
    check: unchecked,
    call: |_| Box::pin(api::sign_out()),
};

/// The page.
pub fn account(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let person = state.person.clone().unwrap_or_default();
        let title = ui.texts.fill(Text::StartTitle, &[("name", &person.name)]);
        let signed_in = ui
            .texts
            .fill(Text::StartText, &[("site", &state.site.name)]);
        let changed = person.password_changed.as_ref().map(|date| {
            let sentence = ui.texts.fill(Text::StartPasswordChanged, &[("date", date)]);
            view! { <p>{sentence}</p> }
        });
        let body = view! {
            <p>{signed_in}</p>
            {changed}
            {portal(ui, &state.site)}
            <form method="post" action="/api/sign-out" on:submit=poster(ui, SIGN_OUT)>
                <button class="button button--quiet">{ui.text(Text::StartSignOut)}</button>
            </form>
        };
        step_page(ui, &state, None, &title, None, body)
    })
}

fn portal(ui: Ui, site: &Site) -> Option<impl IntoView + use<>> {
    let url = site.portal_url.clone()?;
    let name = site
        .portal_name
        .clone()
        .unwrap_or_else(|| ui.text(Text::DoneToPortal).to_owned());
    Some(super::way_on(url, name))
}
