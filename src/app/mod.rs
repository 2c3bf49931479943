//! What a person sees. Every page works as plain HTML; the browser's half takes the same pages over and makes them quicker.

mod components;
mod forms;
mod pages;
#[cfg(feature = "ssr")]
mod shell;
mod title;
mod ui;
mod words;

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

#[cfg(feature = "ssr")]
pub use shell::{options, routes, style_path};

use components::{footer, skip_link};
use ui::Ui;

/// The whole app: what stands around every page, and the pages.
#[component]
pub fn App() -> impl IntoView {
    let (ui, offered) = Ui::start();
    provide_context(ui);
    let site = ui.state.with_untracked(|state| state.site.name.clone());
    view! {
        <Router>
            {skip_link(ui)}
            <header>{site}</header>
            <Routes fallback=|| ()>
                <Route path=path!("/sign-in") view=pages::SignIn/>
                <Route path=path!("/forgot-password") view=pages::Identify/>
                <Route path=path!("/forgot-password/code") view=pages::Code/>
                <Route path=path!("/forgot-password/new") view=pages::New/>
                <Route path=path!("/forgot-password/done") view=pages::Done/>
                <Route path=path!("/account") view=pages::Account/>
                <Route path=path!("/help") view=pages::Help/>
            </Routes>
            {footer(ui, &offered)}
            <title::Follow/>
        </Router>
    }
}
