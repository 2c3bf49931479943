//! The document around the app, and the app's routes: only on the server.

use any_spawner::Executor;
use axum::Router;
use axum::extract::Request;
use axum::routing::{get, post};
use leptos::config::{LeptosOptions, get_config_from_str};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{handle_server_fns_with_context, render_app_to_stream_with_context};

use super::app;
use super::route::Page;
use super::title::title;
use crate::api::page;
use crate::rules::page::PageState;
use crate::texts::{Catalogue, Language};

/// Where the built files are: as `shipped`, the text of the shipped Leptos.toml, says, unless cargo-leptos or `LEPTOS_*` variables differ.
///
/// A program without cargo-leptos's list of hashes beside it was built by cargo alone: it serves the pages without their browser's half.
#[must_use]
pub fn options(shipped: &str) -> LeptosOptions {
    let mut options = get_config_from_str(shipped)
        .unwrap_or_else(|_| LeptosOptions::builder().output_name("rekey").build());
    options.hash_files &= hashes(&options).is_some();
    options
}

fn hashes(options: &LeptosOptions) -> Option<String> {
    let beside = std::env::current_exe()
        .ok()?
        .parent()?
        .join(options.hash_file.as_ref());
    std::fs::read_to_string(beside).ok()
}

/// The path of the style sheet: cargo-leptos puts a hash into its name.
#[must_use]
pub fn style_path(options: &LeptosOptions) -> String {
    let hashes = hashes(options)
        .filter(|_| options.hash_files)
        .unwrap_or_default();
    let hash = hashes
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(kind, _)| kind.trim() == "css")
        .map(|(_, hash)| format!(".{}", hash.trim()))
        .unwrap_or_default();
    format!(
        "/{}/{}{hash}.css",
        options.site_pkg_dir, options.output_name
    )
}

/// The routes of the pages and of the server functions; `provide` puts into the Leptos context what they need.
pub fn routes(
    options: &LeptosOptions,
    provide: impl Fn() + Clone + Send + Sync + 'static,
) -> Router {
    // A second call finds it done already, which is as good.
    let _ = Executor::init_tokio();
    let (style, options) = (style_path(options), options.clone());
    let draw =
        render_app_to_stream_with_context(provide.clone(), move || shell(&options, style.clone()));
    let answer = move |request: Request| handle_server_fns_with_context(provide.clone(), request);
    let pages = Page::ALL.into_iter().fold(Router::new(), |router, page| {
        router.route(page.path(), get(draw.clone()))
    });
    server_fn_paths().fold(pages, |router, (path, _)| {
        router.route(path, post(answer.clone()))
    })
}

/// Text that can stand in an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn shell(options: &LeptosOptions, style: String) -> impl IntoView + use<> {
    let nonce = use_nonce();
    if let Some(nonce) = &nonce {
        page::allow_scripts(nonce);
    }
    let start = page::current();
    let at = Page::at(&page::path()).unwrap_or(Page::SignIn);
    let colours = start.as_ref().and_then(|start| start.colours.clone());
    let colours = colours.map(|href| view! { <link rel="stylesheet" href=href/> });
    // Outside the app, for none of it is needed in the steps.
    let stay = start.as_ref().and_then(|start| start.stay.clone());
    let stay_script = stay
        .is_some()
        .then(|| view! { <script src="/stay.js" defer></script> });
    // What pages of an account look like is loaded with them alone.
    let account =
        (at == Page::Password).then(|| view! { <link rel="stylesheet" href="/account.css"/> });
    let footer = start.as_ref().map(|start| start.footer.clone());
    let stay = stay.map(|region| view! { <div class="staying" inner_html=region></div> });
    let (language, title, json) = match &start {
        Some(start) => (
            start.language,
            title(start.sentences, &start.state, at),
            page::start_as_json(start),
        ),
        None => (
            Language::Sv,
            title(Catalogue::fallback(), &PageState::default(), at),
            String::new(),
        ),
    };
    let options = options.clone();
    view! {
        <!DOCTYPE html>
        <html lang=language.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                // Not as a child: a debug build puts a mark behind it, which a title would show.
                <title inner_html=escaped(&title)></title>
                <link rel="stylesheet" href=style/>
                {account}
                {colours}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <script type="application/json" id="start" nonce=nonce.clone() inner_html=json></script>
                {stay_script}
                <script src="/language.js" nonce=nonce defer></script>
            </head>
            <body>
                {app()}
                <footer inner_html=footer></footer>
                {stay}
            </body>
        </html>
    }
}
