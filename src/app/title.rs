//! The title of a page, and the focus after a change of page.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::route::Page;
use super::ui::Ui;
use crate::rules::page::{LinkState, PageState};
use crate::rules::steps::Step;
use crate::texts::{Catalogue, Text};

/// The heading of a page as it stands.
pub fn heading(page: Page, state: &PageState) -> Text {
    let flow = state.flow.as_ref();
    let link = state.link.as_ref().map(|link| link.state);
    let by_code = state.site.by_code();
    let at = flow.map(|flow| flow.step);
    let is_over = flow.is_some_and(|flow| flow.already && !flow.signed_in);
    let is_dead = flow.is_some_and(|flow| flow.code_dead);
    match page {
        Page::Step(Step::Identify) => Text::IdentifyTitle,
        Page::Step(Step::Code | Step::Factor) if at > Some(Step::Code) => Text::CodePassedTitle,
        Page::Step(Step::Code | Step::Factor) if flow.is_some_and(|flow| flow.is_unknown) => {
            Text::CodeUnknownTitle
        }
        Page::Step(Step::Code | Step::Factor) if is_dead && by_code => Text::CodeDeadTitle,
        Page::Step(Step::Code | Step::Factor) if is_dead => Text::CodeLinkDeadTitle,
        Page::Step(Step::Code | Step::Factor) if by_code => Text::CodeTitle,
        Page::Step(Step::Code | Step::Factor) => Text::CodeLinkTitle,
        Page::Step(Step::New | Step::Done) if link.is_some() => match link.unwrap_or_default() {
            LinkState::Open => Text::NewTitle,
            LinkState::Damaged => Text::LinkDamagedTitle,
            LinkState::Expired => Text::LinkExpiredTitle,
            LinkState::Used => Text::LinkUsedTitle,
            LinkState::Replaced => Text::LinkReplacedTitle,
            LinkState::Changed => Text::LinkChangedTitle,
            LinkState::Stale => Text::LinkStaleTitle,
            LinkState::Done => Text::DoneTitle,
            LinkState::AlreadyDone => Text::DoneAlreadyTitle,
        },
        Page::Step(Step::New) if at > Some(Step::New) => Text::DoneAlreadyTitle,
        Page::Step(Step::New) => Text::NewTitle,
        Page::Step(Step::Done) if is_over => Text::DoneAlreadyTitle,
        Page::Step(Step::Done) if flow.is_some_and(|flow| flow.forced.is_some()) => {
            Text::DoneChangedTitle
        }
        Page::Step(Step::Done) => Text::DoneTitle,
        Page::SignIn => Text::SignInTitle,
        Page::SignInPassword => Text::SignInPasswordTitle,
        Page::Password => Text::NewChangeTitle,
    }
}

/// The title of a page: its heading, then the service; "Error:" before it when something is to be put right.
pub fn title(texts: &Catalogue, state: &PageState, page: Page) -> String {
    let site = &state.site.name;
    let title = format!("{} – {site}", texts.get(heading(page, state)));
    if state.problems.is_empty() {
        title
    } else {
        format!("{} {title}", texts.get(Text::CommonErrorPrefix))
    }
}

/// Keeps the document's title right while the browser's half moves between pages.
pub fn keep(ui: Ui) {
    Effect::new(move |_| {
        let page = ui.page.get();
        ui.state
            .with(|state| document().set_title(&title(ui.texts, state, page)));
    });
}

/// Focuses the first element that matches, once the page has been drawn.
pub fn focus_soon(selector: &'static str) {
    request_animation_frame(move || focus(selector));
}

/// The same, but only where the element that had the focus is gone.
pub fn focus_if_lost(selector: &'static str) {
    request_animation_frame(move || {
        let focused = document().active_element();
        if focused.is_none_or(|element| element.tag_name() == "BODY") {
            focus(selector);
        }
    });
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // A focus that cannot be set leaves the page as usable as before.
        let _ = element.focus();
    }
}
