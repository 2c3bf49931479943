//! The title of a page, and the focus after a change of page.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::ui::Ui;
use crate::rules::page::PageState;
use crate::rules::steps::Step;
use crate::texts::{Catalogue, Text};

/// The title of the page at `path`: the step, then the service; "Error:" before it when something is to be put right.
pub fn title(texts: &Catalogue, state: &PageState, path: &str) -> String {
    let at = state.flow.as_ref().map(|flow| flow.step);
    let is_over = state
        .flow
        .as_ref()
        .is_some_and(|flow| flow.already && !flow.signed_in);
    let is_dead = state.flow.as_ref().is_some_and(|flow| flow.code_dead);
    let heading = match path {
        "/forgot-password" => texts.get(Text::IdentifyTitle),
        "/forgot-password/code" if at > Some(Step::Code) => texts.get(Text::CodePassedTitle),
        "/forgot-password/code" if is_dead => texts.get(Text::CodeDeadTitle),
        "/forgot-password/code" => texts.get(Text::CodeTitle),
        "/forgot-password/new" if at > Some(Step::New) => texts.get(Text::DoneAlreadyTitle),
        "/forgot-password/new" => texts.get(Text::NewTitle),
        "/forgot-password/done" if is_over => texts.get(Text::DoneAlreadyTitle),
        "/forgot-password/done" => texts.get(Text::DoneTitle),
        "/help" => texts.get(Text::HelpTitle),
        "/account" => "",
        _ => texts.get(Text::SignInTitle),
    };
    let site = &state.site.name;
    let heading = if heading.is_empty() {
        site.clone()
    } else {
        format!("{heading} – {site}")
    };
    if state.problems.is_empty() {
        heading
    } else {
        format!("{} {heading}", texts.get(Text::CommonErrorPrefix))
    }
}

/// Keeps the document's title right while the browser's half moves between pages.
pub fn keep(ui: Ui) {
    Effect::new(move |_| {
        let path = ui.page.get().path();
        ui.state
            .with(|state| document().set_title(&title(ui.texts, state, path)));
    });
}

/// Focuses the first element that matches, once the page has been drawn.
pub fn focus_soon(selector: &'static str) {
    request_animation_frame(move || {
        let found = document().query_selector(selector).ok().flatten();
        if let Some(element) =
            found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // A focus that cannot be set leaves the page as usable as before.
            let _ = element.focus();
        }
    });
}
