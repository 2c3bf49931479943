//! Sign-in.

use leptos::prelude::*;

use super::{page, primary};
use crate::api::{self, Secret};
use crate::app::components::{Field, field, password_field, step_page};
use crate::app::forms::{Post, Values, poster};
use crate::app::ui::Ui;
use crate::app::words;
use crate::rules;
use crate::rules::page::PageState;
use crate::rules::problem::{FieldName, FieldProblem};
use crate::texts::Text;

fn check(values: &Values, _: &PageState) -> Vec<FieldProblem> {
    rules::sign_in::problems(&values.get("identifier"), &values.get("password"))
}

const POST: Post = Post {
    check,
    call: |values| {
        Box::pin(api::sign_in(
            values.get("identifier"),
            Secret::new(values.get("password")),
        ))
    },
};

/// The page.
pub fn sign_in(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let written = state
            .typed
            .identifier
            .clone()
            .or_else(|| state.flow.as_ref().map(|flow| flow.identifier.clone()));
        let identifier = Field {
            name: FieldName::Identifier,
            label: ui.text(words::identifier(state.site.asked).0),
            hint: None,
            value: written.unwrap_or_default(),
            autocomplete: "username",
            inputmode: "email",
            class: "",
        };
        let body = view! {
            <form method="post" action="/api/sign-in" novalidate on:submit=poster(ui, POST)>
                {field(ui, identifier, &state.problems)}
                {password_field(ui, FieldName::Password, ui.text(Text::SignInPassword), "current-password", None, None, &state.problems)}
                <p><a href="/forgot-password">{ui.text(Text::SignInForgot)}</a></p>
                <p class="hidden" id="password-status" role="status"></p>
                {primary(ui, Text::SignInSubmit)}
            </form>
            <details>
                <summary>{ui.text(Text::SignInNeedHelp)}</summary>
                <p><a href="/forgot-password">{ui.text(Text::SignInForgot)}</a></p>
                <p><a href="/help">{ui.text(Text::CommonWayOutLink)}</a></p>
            </details>
        };
        step_page(ui, &state, None, ui.text(Text::SignInTitle), None, body)
    })
}
