//! Help: what to do when no code comes, and whom to ask.

use leptos::prelude::*;

use super::{page, way_on};
use crate::app::components::step_page;
use crate::app::ui::Ui;
use crate::texts::Text;

fn section(ui: Ui, heading: Text, text: String) -> impl IntoView + use<> {
    view! { <h2>{ui.text(heading)}</h2><p>{text}</p> }
}

/// The page.
pub fn help(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let contact = match &state.site.contact {
            Some(contact) => ui.texts.fill(Text::HelpContact, &[("contact", contact)]),
            None => ui.text(Text::HelpContactNone).to_owned(),
        };
        let no_code = ui
            .texts
            .fill(Text::HelpNoCodeText, &[("sender", &state.site.sender)]);
        // A number to tell is there only while a reset is under way.
        let case = state.flow.as_ref().map(|flow| {
            let reference = flow.reference.clone();
            view! {
                <p>{ui.text(Text::HelpContactText)}</p>
                <p>{ui.text(Text::CommonCaseNumber)}": "<b>{reference}</b></p>
            }
        });
        let body = view! {
            {section(ui, Text::HelpNoCodeHeading, no_code)}
            {section(ui, Text::HelpOtherAddressHeading, ui.text(Text::HelpOtherAddressText).to_owned())}
            {section(ui, Text::HelpForgottenHeading, ui.text(Text::HelpForgottenText).to_owned())}
            {section(ui, Text::HelpContactHeading, contact)}
            {case}
            {way_on("/forgot-password".to_owned(), ui.text(Text::HelpStart).to_owned())}
        };
        step_page(ui, &state, None, ui.text(Text::HelpTitle), None, body)
    })
}
