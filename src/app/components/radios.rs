//! A choice of a few: the question, and one radio button for each answer.

use leptos::prelude::*;

use super::field::{described_by, error};
use crate::app::ui::Ui;
use crate::rules::problem::{FieldName, FieldProblem};

/// What a choice is made from.
pub struct Radios {
    /// Its name in the form.
    pub name: &'static str,
    /// The field that problems are shown at, where it has one.
    pub field: Option<FieldName>,
    /// The question.
    pub legend: &'static str,
    /// The answers: value and words.
    pub answers: Vec<(String, String)>,
    /// The value that is chosen at first.
    pub chosen: Option<String>,
}

/// Draws a choice. The first button has the field's id, so that the summary of problems leads to it.
pub fn radios(ui: Ui, radios: Radios, problems: &[FieldProblem]) -> impl IntoView + use<> {
    let name = radios.name;
    let error = radios.field.and_then(|field| error(ui, field, problems));
    let described = described_by(name, false, error.is_some());
    let buttons: Vec<_> = radios
        .answers
        .into_iter()
        .zip(0..)
        .map(|((value, words), number): (_, u8)| {
            let id = if number == 0 {
                name.to_owned()
            } else {
                format!("{name}-{number}")
            };
            let for_id = id.clone();
            let checked = radios.chosen.as_deref() == Some(value.as_str());
            view! {
                <p class="choice">
                    <input type="radio" id=id name=name value=value.clone() checked=checked/>
                    <label for=for_id>{words}</label>
                </p>
            }
        })
        .collect();
    view! {
        <fieldset class="choices" aria-describedby=described>
            <legend>{radios.legend}</legend>
            {error}
            {buttons}
        </fieldset>
    }
}
