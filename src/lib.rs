//! Rekey: self-service password reset. The map of the house:
//!
//! - [`rules`]: what is true on both sides, pure
//! - [`texts`]: the sentences, generated from `locales/`
//! - [`api`]: what the browser may ask, one server function a file
//! - [`app`]: what a person sees
//! - `server`: use-cases, what they stand on, and the door to the web (only with feature `ssr`)
//!
//! Arrows go one way: app → api → server; `rules` and `texts` may be used by all and use nothing of ours.

pub mod api;
pub mod app;
pub mod rules;
#[cfg(feature = "ssr")]
pub mod server;
pub mod texts;

/// The browser's entry: takes over the page that the server has drawn.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::app);
}
