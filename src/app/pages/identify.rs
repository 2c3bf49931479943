//! The first step: who are you?

use leptos::prelude::*;

use super::{hidden, page, primary};
use crate::api;
use crate::app::components::{Field, field, step_page};
use crate::app::forms::{Post, Values, poster};
use crate::app::ui::Ui;
use crate::rules::identifier;
use crate::rules::page::{Note, PageState};
use crate::rules::problem::{FieldName, FieldProblem};
use crate::rules::steps::Step;
use crate::texts::Text;

fn check(values: &Values, _: &PageState) -> Vec<FieldProblem> {
    identifier::check(&values.get("identifier"))
        .err()
        .map(FieldProblem::from)
        .into_iter()
        .collect()
}

const POST: Post = Post {
    check,
    call: |values| Box::pin(api::identify(values.get("form"), values.get("identifier"))),
};

/// What everybody is told beforehand.
fn note(note: Note) -> impl IntoView {
    let link = note
        .link
        .map(|(href, words)| view! { " "<a href=href>{words}</a> });
    view! { <p class="hint">{note.words}{link}</p> }
}

/// The page.
pub fn identify(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let written = state
            .typed_identifier
            .clone()
            .or_else(|| state.flow.as_ref().map(|flow| flow.identifier.clone()));
        let identifier = Field {
            name: FieldName::Identifier,
            label: ui.text(Text::IdentifyLabel),
            hint: Some(ui.text(Text::IdentifyHint)),
            value: written.unwrap_or_default(),
            autocomplete: "username",
            inputmode: "email",
            class: "",
        };
        let scope = ui
            .texts
            .fill(Text::IdentifyScope, &[("site", &state.site.name)]);
        let notes: Vec<_> = state.site.notes.iter().cloned().map(note).collect();
        let submit = if state.site.by_code {
            Text::IdentifySubmit
        } else {
            Text::IdentifyLinkSubmit
        };
        let body = view! {
            <p>{ui.text(Text::IdentifyIntro)}</p>
            <form method="post" action="/api/forgot-password/identify" novalidate on:submit=poster(ui, POST)>
                {hidden("form", state.form.clone())}
                {field(ui, identifier, &state.problems)}
                {primary(ui, submit)}
            </form>
            <p class="hint">{scope}</p>
            {notes}
            <p><a href="/sign-in">{ui.text(Text::CommonBackToSignIn)}</a></p>
        };
        step_page(
            ui,
            &state,
            Some(Step::Identify),
            ui.text(Text::IdentifyTitle),
            None,
            body,
        )
    })
}
