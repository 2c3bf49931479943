//! The pages, one a step.

mod code;
mod done;
mod identify;
mod link;
mod new;
mod rules;
mod sign_in;

pub use code::code;
pub use done::done;
pub use identify::identify;
pub use new::{new, password};
pub use sign_in::sign_in;

use leptos::prelude::*;

use super::ui::Ui;
use crate::rules::page::{PageState, Worded};
use crate::texts::Text;

/// Draws a page anew whenever its state changes. What is typed stays, since the elements stay.
fn page<V: IntoView>(
    ui: Ui,
    draw: impl Fn(PageState) -> V + Send + 'static,
) -> impl Fn() -> V + Send {
    move || draw(ui.state.get())
}

/// The page's one primary button; while a post is under way it says so.
fn primary(ui: Ui, text: Text) -> impl IntoView + use<> {
    let words = move || {
        ui.text(if ui.busy.get() {
            Text::CommonWorking
        } else {
            text
        })
    };
    // The space is for text browsers, which draw the button beside the field.
    view! { " "<button class="button" aria-disabled=move || ui.busy.get().then_some("true")>{words}</button> }
}

/// A link that is the page's main way on.
fn way_on(href: String, (text, lang): Worded) -> impl IntoView + use<> {
    view! { <p><a class="button" href=href lang=lang>{text}</a></p> }
}

/// There is nothing to fill in here any more: a sentence and the way on.
fn settled(ui: Ui, text: Text, href: &str, way: Text) -> impl IntoView + use<> {
    view! {
        <p>{ui.text(text)}</p>
        {way_on(href.to_owned(), (ui.text(way).to_owned(), None))}
    }
}

/// The id of the field that tells password managers whose password it is.
const MANAGER: &str = "username";

/// Tells password managers whose password it is. Text browsers show it too, so it has a label, and a line of its own.
fn manager(ui: Ui, label: &'static str, value: String) -> impl IntoView + use<> {
    view! {
        <p class="hidden" aria-hidden="true">
            <label for=MANAGER>{label}</label>
            " "
            <input id=MANAGER type="text" name="username" autocomplete=ui.autocomplete("username") value=value readonly tabindex="-1"/>
        </p>
    }
}

/// A value that the form carries along.
fn hidden(name: &'static str, value: String) -> impl IntoView + use<> {
    view! { <input type="hidden" name=name value=value/> }
}
