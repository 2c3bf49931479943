//! What is done to the document by hand: a word that changes as somebody types or waits costs a browser far less to load than a signal and a
//! view for each.

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

/// The input with this id.
pub fn input(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Puts words where there is a place for them; the page may be gone by now. What stands there already is not said again.
pub fn say(id: &str, words: &str) {
    if let Some(place) = document().get_element_by_id(id)
        && place.text_content().as_deref() != Some(words)
    {
        place.set_text_content(Some(words));
    }
}

/// Says of a button that pressing it is of no use yet, or that it is.
pub fn wait(id: &str, waits: bool) {
    if let Some(button) = document().get_element_by_id(id) {
        // Where it cannot be said the answer to the press says it.
        let _ = if waits {
            button.set_attribute("aria-disabled", "true")
        } else {
            button.remove_attribute("aria-disabled")
        };
    }
}
