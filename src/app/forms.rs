//! Posting a form without leaving the page: the same form that posts by itself where the browser's half does not run.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;

use super::components::hide_passwords;
use super::dom::input;
use super::route::go;
use super::title::{focus_if_lost, focus_soon};
use super::ui::Ui;
use crate::rules::page::{Answer, PageState, RejectedPost};
use crate::rules::problem::{FieldProblem, Problem};

/// How long a post may take: a little longer than the server lets itself take.
const PATIENCE: Duration = Duration::from_secs(35);

/// The values of a form.
pub struct Values(web_sys::FormData);

impl Values {
    /// The value of a field, empty when it has none.
    pub fn get(&self, name: &str) -> String {
        self.0.get(name).as_string().unwrap_or_default()
    }
}

/// What a post is answered with, later.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, RejectedPost>>>>;

/// How a form is posted: what is looked at before, and which server function is called.
#[derive(Clone, Copy)]
pub struct Post {
    /// Looks at the values first; a problem found here never reaches the server.
    pub check: fn(&Values, &PageState) -> Vec<FieldProblem>,
    /// Calls the server.
    pub call: fn(&Values) -> Answering,
}

/// No check before the server's.
pub fn unchecked(_: &Values, _: &PageState) -> Vec<FieldProblem> {
    Vec::new()
}

/// Text in Unicode's canonical composition, as the rules take it; the browser knows how.
pub fn nfc(typed: &str) -> String {
    js_sys::JsString::from(typed).normalize("NFC").into()
}

/// Handles the submit events of a form.
pub fn poster(ui: Ui, post: Post) -> impl Fn(SubmitEvent) + Clone + 'static {
    move |event: SubmitEvent| {
        event.prevent_default();
        let form = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let Some(data) = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else {
            return;
        };
        if ui.busy.get_untracked() {
            return;
        }
        hide_passwords();
        let values = Values(data);
        let problems = ui
            .state
            .with_untracked(|state| (post.check)(&values, state));
        if !problems.is_empty() {
            ui.state.update(|state| state.problems = problems);
            focus_soon(".error-summary");
            return;
        }
        ui.busy.set(true);
        let number = ui.next_post();
        set_timeout(move || give_up(ui, number), PATIENCE);
        let answering = (post.call)(&values);
        spawn_local(async move {
            let at = match answering.await {
                Ok(answer) => {
                    ui.state.set(answer.state);
                    Some(answer.at)
                }
                Err(refusal) => {
                    if refused_what_was_typed(&refusal) {
                        clear_passwords(ui);
                    }
                    ui.show_refusal(refusal)
                }
            };
            if !ui.is_latest(number) {
                // The person has moved on meanwhile: what was done is known, but nobody is pulled back.
                ui.forget_flash();
                return;
            }
            ui.busy.set(false);
            let here = window().location().pathname().unwrap_or_default();
            if let Some(at) = at.filter(|at| *at != here) {
                ui.typed.set(String::new());
                go(ui, &at);
            }
            let (wrong, worked) = ui
                .state
                .with_untracked(|state| (!state.problems.is_empty(), state.notice.is_some()));
            let code = input("code");
            if wrong {
                // What was wrong is written over by the next try.
                if let Some(code) = code {
                    code.select();
                }
                focus_soon(".error-summary");
            } else {
                if worked {
                    // A new code is on its way: the one before it is of no use.
                    if let Some(code) = code {
                        code.set_value("");
                    }
                    // The good news stands at the top of the page.
                    window().scroll_to_with_x_and_y(0.0, 0.0);
                }
                // What was posted from may be gone, and the focus with it.
                focus_if_lost("h1");
            }
        });
    }
}

/// Nothing has come: the connection is given up as lost, and the person may try again. An answer that still comes changes only what is known.
fn give_up(ui: Ui, number: u32) {
    if !(ui.is_latest(number) && ui.busy.get_untracked()) {
        return;
    }
    ui.next_post();
    ui.busy.set(false);
    ui.state
        .update(|state| state.problems = vec![Problem::Offline.into()]);
    focus_soon(".error-summary");
}

/// Whether the refusal is about what was typed, rather than about us or the way to us: then all of it stays for another try.
fn refused_what_was_typed(refusal: &RejectedPost) -> bool {
    let about_us = |problem| {
        matches!(
            problem,
            Problem::Offline
                | Problem::Busy
                | Problem::PasswordUnchecked
                | Problem::Unavailable
                | Problem::TooManyRequests { .. }
        )
    };
    refusal
        .0
        .state
        .problems
        .iter()
        .any(|found| !about_us(found.problem))
}

/// What the server refused is not left standing in a password field.
fn clear_passwords(ui: Ui) {
    ui.typed.set(String::new());
    let Ok(fields) = document().query_selector_all(".reveal input") else {
        return;
    };
    for index in 0..fields.length() {
        if let Some(field) = fields
            .get(index)
            .and_then(|node| node.dyn_into::<web_sys::HtmlInputElement>().ok())
        {
            field.set_value("");
        }
    }
}
