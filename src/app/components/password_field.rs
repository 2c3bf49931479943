//! A password field with a button that shows what was typed. The button is made when the browser's half runs: text browsers show what is
//! hidden.

use leptos::attr::custom::custom_attribute;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::field::{described_by, error};
use crate::app::ui::Ui;
use crate::rules::problem::{FieldName, FieldProblem};
use crate::texts::Text;

/// Draws a password field. `rules` describe generated passwords to password managers (`passwordrules`), empty for none.
pub fn password_field(
    ui: Ui,
    name: FieldName,
    label: &'static str,
    autocomplete: &'static str,
    hint: Option<&'static str>,
    rules: Option<String>,
    problems: &[FieldProblem],
) -> impl IntoView + use<> {
    let id = name.as_str();
    let error = error(ui, name, problems);
    let invalid = error.is_some().then_some("true");
    let described = match (hint, described_by(id, false, error.is_some())) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (hint, error) => error.or(hint.map(str::to_owned)),
    };
    let is_new = name == FieldName::NewPassword;
    // Programs that fill in fields may tell of a change alone; after typing it comes too, and is no news then.
    let typed = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        if is_new && ui.typed.with_untracked(|known| *known != value) {
            ui.typed.set(value);
        }
    };
    view! {
        <label for=id>{label}</label>
        {error}
        <div class="reveal">
            <input
                type="password"
                {..custom_attribute("passwordrules", rules)}
                {..custom_attribute("autocorrect", "off")}
                id=id
                name=id
                autocomplete=ui.autocomplete(autocomplete)
                autocapitalize="off"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=described
                on:input=typed
                on:change=typed
            />
            {move || ui.ready.get().then(|| view! {
                <button
                    type="button"
                    aria-label=accessible_name(ui, false, label)
                    on:click=move |event| toggle(ui, label, &event)
                >
                    {ui.text(Text::CommonShow)}
                </button>
            })}
        </div>
    }
}

fn accessible_name(ui: Ui, shown: bool, label: &str) -> String {
    let action = if shown {
        Text::CommonHidePassword
    } else {
        Text::CommonShowPassword
    };
    format!("{}: {label}", ui.text(action))
}

fn toggle(ui: Ui, label: &str, event: &MouseEvent) {
    let button = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(button) = button else { return };
    let field = button
        .previous_element_sibling()
        .and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
    let Some(field) = field else { return };
    let shown = field.type_() == "password";
    field.set_type(if shown { "text" } else { "password" });
    button.set_text_content(Some(ui.text(if shown {
        Text::CommonHide
    } else {
        Text::CommonShow
    })));
    // The name says what the button does now; an attribute that cannot be set leaves its visible text to do so.
    let _ = button.set_attribute("aria-label", &accessible_name(ui, shown, label));
    if let Some(status) = document().get_element_by_id("password-status") {
        let said = if shown {
            Text::CommonPasswordShown
        } else {
            Text::CommonPasswordHidden
        };
        status.set_text_content(Some(ui.text(said)));
    }
}

/// Hides all passwords again before a form goes out, so that no browser remembers one as ordinary text.
pub fn hide_passwords() {
    let Ok(fields) = document().query_selector_all(".reveal input[type=text]") else {
        return;
    };
    for index in 0..fields.length() {
        let field = fields
            .get(index)
            .and_then(|node| node.dyn_into::<web_sys::HtmlInputElement>().ok());
        let button = field
            .and_then(|field| field.next_element_sibling())
            .and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
        // The button does all that belongs to it: type, words, accessible name.
        if let Some(button) = button {
            button.click();
        }
    }
}
