//! A text field: label, hint, error and input.

use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

use crate::app::ui::{Ui, problem_at};
use crate::app::words;
use crate::rules::problem::{FieldName, FieldProblem};

/// What a field is made from.
pub struct Field {
    /// Its name, which is its id too.
    pub name: FieldName,
    /// Its label.
    pub label: &'static str,
    /// More about it, before it is filled in.
    pub hint: Option<&'static str>,
    /// What it holds at first.
    pub value: String,
    /// What the browser may fill in (HTML autofill).
    pub autocomplete: &'static str,
    /// The keyboard of a phone.
    pub inputmode: &'static str,
    /// Class of the input.
    pub class: &'static str,
}

/// The ids of what describes a field; `None` when nothing does.
pub fn described_by(name: &str, has_hint: bool, has_error: bool) -> Option<String> {
    match (has_hint, has_error) {
        (false, false) => None,
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-error")),
        (true, true) => Some(format!("{name}-hint {name}-error")),
    }
}

/// The error at a field.
pub fn error(ui: Ui, name: FieldName, problems: &[FieldProblem]) -> Option<impl IntoView + use<>> {
    problem_at(problems, name).map(|found| {
        let id = format!("{}-error", name.as_str());
        view! { <p class="error" id=id>{words::problem(ui.texts, ui.asked(), found.problem)}</p> }
    })
}

/// Draws a field.
pub fn field(ui: Ui, field: Field, problems: &[FieldProblem]) -> impl IntoView + use<> {
    let name = field.name.as_str();
    let error = error(ui, field.name, problems);
    let invalid = error.is_some().then_some("true");
    let described = described_by(name, field.hint.is_some(), error.is_some());
    let hint = field.hint.map(|hint| {
        let id = format!("{name}-hint");
        view! { <p class="hint" id=id>{hint}</p> }
    });
    view! {
        <label for=name>{field.label}</label>
        {hint}
        {error}
        // A block, so that text browsers begin the next label on a line of its own.
        <div>
            <input
                type="text"
                {..custom_attribute("autocorrect", "off")}
                id=name
                name=name
                class=field.class
                value=field.value
                autocomplete=ui.autocomplete(field.autocomplete)
                inputmode=field.inputmode
                autocapitalize="off"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=described
            />
        </div>
    }
}
