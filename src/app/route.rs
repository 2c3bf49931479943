//! Which page is in view, and moving between pages without leaving the document.
//!
//! Seven fixed paths need no routing library in the browser, where every byte counts
//! (docs/decisions/0004-no-router-in-the-browser.md). Every link and form also works without any of this.

use super::ui::Ui;
use crate::rules::steps::Step;

/// A page of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Sign-in.
    SignIn,
    /// Its second page, where it has two.
    SignInPassword,
    /// A step of the reset.
    Step(Step),
    /// The page on which somebody who is signed in changes the password.
    Password,
}

impl Page {
    /// Every page, for the server's routes.
    pub const ALL: [Self; 7] = [
        Self::SignIn,
        Self::SignInPassword,
        Self::Step(Step::Identify),
        Self::Step(Step::Code),
        Self::Step(Step::New),
        Self::Step(Step::Done),
        Self::Password,
    ];

    /// Its path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::SignIn => "/sign-in",
            Self::SignInPassword => "/sign-in/password",
            Self::Step(step) => step.path(),
            Self::Password => "/account/security/password",
        }
    }

    /// The page at a path; a query does not count.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|page| page.path() == path)
    }
}

/// Shows the page at `path` and puts it into the browser's history; a path that is no page of the app is left to the browser.
#[cfg_attr(
    feature = "ssr",
    expect(unused_variables, reason = "only a browser has a history")
)]
pub fn go(ui: Ui, path: &str) {
    #[cfg(feature = "hydrate")]
    browser::go(ui, path);
}

/// Takes over the links of the app and the browser's back and forward buttons.
#[cfg_attr(
    feature = "ssr",
    expect(unused_variables, reason = "only a browser has links to follow")
)]
pub fn follow(ui: Ui) {
    #[cfg(feature = "hydrate")]
    browser::follow(ui);
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, JsValue};

    use super::Page;
    use crate::app::title::focus_soon;
    use crate::app::ui::Ui;
    use crate::rules::page::LinkState;
    use crate::rules::steps::{Step, Visit, visit};

    pub(super) fn go(ui: Ui, path: &str) {
        let Some(page) = Page::at(path).filter(|page| fits(ui, *page)) else {
            // Left to the browser and the server; when even that fails, the page in view stays.
            let _ = window().location().set_href(path);
            return;
        };
        let pushed = window()
            .history()
            .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(path)));
        if pushed.is_ok() {
            show(ui, page);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// Whether what this browser knows is enough to draw the page: the same order of steps that the server holds.
    fn fits(ui: Ui, page: Page) -> bool {
        ui.state.with_untracked(|state| {
            let at = state.flow.as_ref().map_or(Step::Identify, |flow| flow.step);
            let link = state.link.as_ref().map(|link| link.state);
            match page {
                Page::Step(Step::New) if link.is_some() => true,
                Page::Step(Step::Done) if link == Some(LinkState::Done) => true,
                Page::Step(step) => !matches!(visit(at, step), Visit::Ahead(_)),
                // The server fetches what the page works under.
                Page::Password => state.change.is_some(),
                Page::SignIn => state.person.is_none(),
                Page::SignInPassword => {
                    state.person.is_none()
                        && state.site.password_apart
                        && state.typed.identifier.is_some()
                }
            }
        })
    }

    /// A new page begins with its heading.
    fn show(ui: Ui, page: Page) {
        if ui.page.get_untracked() != page {
            // What was typed and what is under way belong to the page that is left.
            ui.typed.set(String::new());
            ui.next_post();
            ui.busy.set(false);
            ui.page.set(page);
            focus_soon("h1");
        }
    }

    pub(super) fn follow(ui: Ui) {
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            let path = window().location().pathname().unwrap_or_default();
            // A link to a field of the same page comes by here too, and changes nothing.
            let Some(page) = Page::at(&path).filter(|page| *page != ui.page.get_untracked()) else {
                return;
            };
            if fits(ui, page) {
                ui.forget_flash();
                show(ui, page);
            } else {
                // The server knows where this browser belongs; without it the page in view stays.
                let _ = window().location().replace(&path);
            }
        });
        let click = window_event_listener(leptos::ev::click, move |event| {
            let plain = event.button() == 0
                && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let link = target.and_then(|target| target.closest("a[href^='/']").ok().flatten());
            let path = link
                .filter(|_| plain && !event.default_prevented())
                .and_then(|link| link.get_attribute("href"));
            if let Some(path) = path.filter(|path| Page::at(path).is_some()) {
                event.prevent_default();
                ui.forget_flash();
                go(ui, &path);
            }
        });
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
    }
}
