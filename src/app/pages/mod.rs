//! The pages, one a step.

mod account;
mod code;
mod done;
mod help;
mod identify;
mod new;
mod sign_in;

pub use account::Account;
pub use code::Code;
pub use done::Done;
pub use help::Help;
pub use identify::Identify;
pub use new::New;
pub use sign_in::SignIn;

use leptos::prelude::*;

use super::ui::Ui;
use crate::rules::page::PageState;
use crate::texts::Text;

/// Draws a page anew whenever its state changes. What is typed stays, since the elements stay.
fn page(draw: impl Fn(Ui, PageState) -> AnyView + Send + 'static) -> AnyView {
    let ui = expect_context::<Ui>();
    (move || draw(ui, ui.state.get())).into_any()
}

/// The page's one primary button; while a post is under way it says so.
fn primary(ui: Ui, text: Text) -> AnyView {
    let words = move || {
        ui.text(if ui.busy.get() {
            Text::CommonWorking
        } else {
            text
        })
    };
    view! { <button class="button" aria-disabled=move || ui.busy.get().then_some("true")>{words}</button> }.into_any()
}

/// A link that is the page's main way on.
fn way_on(href: String, text: String) -> AnyView {
    view! { <p><a class="button" href=href>{text}</a></p> }.into_any()
}

/// A value that the form carries along.
fn hidden(name: &'static str, value: String) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}
