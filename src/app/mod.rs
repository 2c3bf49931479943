//! What a person sees. Every page works as plain HTML; the browser's half takes the same pages over and makes them quicker.

mod components;
mod dom;
mod forms;
mod pages;
mod robot;
mod route;
#[cfg(feature = "ssr")]
mod shell;
mod title;
mod ui;
mod words;

use leptos::either::{Either, EitherOf6};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub use shell::{options, routes, style_path};

use crate::rules::steps::Step;
use crate::texts::Text;
use components::skip_link;
use route::Page;
use ui::Ui;

/// The whole app: what stands around every page, and the page in view.
#[must_use]
pub fn app() -> impl IntoView {
    let ui = Ui::start();
    title::keep(ui);
    route::follow(ui);
    robot::work(ui);
    let (name, lang, logo) = ui.state.with_untracked(|state| {
        let site = &state.site;
        (site.name.clone(), site.lang.clone(), site.logo.clone())
    });
    let site = match logo {
        Some(logo) => Either::Left(view! { <img class="logo" src=logo alt=name/> }),
        None => Either::Right(name),
    };
    let page = move || match ui.page.get() {
        Page::SignIn | Page::SignInPassword => EitherOf6::A(pages::sign_in(ui)),
        Page::Step(Step::Identify) => EitherOf6::B(pages::identify(ui)),
        Page::Step(Step::Code | Step::Factor) => EitherOf6::C(pages::code(ui)),
        Page::Step(Step::New) => EitherOf6::D(pages::new(ui)),
        Page::Step(Step::Done) => EitherOf6::E(pages::done(ui)),
        Page::Password => EitherOf6::F(pages::password(ui)),
    };
    // Nothing leads from a step of the reset to the one page of an account, nor back, within the same document.
    let account = ui.page.get_untracked() == Page::Password;
    let sign_out = account.then(|| {
        view! {
            // The name beside it may be in another language.
            <form method="post" action="/api/sign-out" class="sign-out" lang=ui.language.tag()>
                <button class="button button--quiet">{ui.text(Text::NewSignOut)}</button>
            </form>
        }
    });
    let parts = account.then(|| view! { <div class="parts" inner_html=parts_of_account()></div> });
    view! {
        {skip_link(ui)}
        <header lang=lang>{site}{sign_out}</header>
        {parts}
        {page}
    }
}

/// The other pages of the account, which the server has drawn when the browser's half takes over.
fn parts_of_account() -> String {
    #[cfg(feature = "ssr")]
    {
        crate::api::page::current()
            .and_then(|start| start.navigation)
            .unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    String::new()
}
