//! What a page starts from, handed from the server to the app and shipped inside the page to the browser's half.

use serde::{Deserialize, Serialize};

use crate::rules::page::PageState;
use crate::texts::Language;

/// Everything that the browser's half needs to take over a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// The language of the page.
    pub language: Language,
    /// The sentences, in the order of [`crate::texts::Text`].
    pub sentences: Vec<String>,
    /// What the page shows.
    pub state: PageState,
}

#[cfg(feature = "ssr")]
mod server_side {
    use axum::http::request::Parts;
    use axum::http::{HeaderValue, header};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use super::Start;
    use crate::server::context::Shared;
    use crate::server::http::layers::headers::{Scripts, content_security_policy};
    use crate::server::http::wizard::pages::AppPage;

    /// The page under way, as the server has prepared it.
    #[must_use]
    pub fn current() -> Option<AppPage> {
        use_context::<Parts>().and_then(|parts| parts.extensions.get::<AppPage>().cloned())
    }

    /// The path of the page under way.
    #[must_use]
    pub fn path() -> String {
        use_context::<Parts>()
            .map(|parts| parts.uri.path().to_owned())
            .unwrap_or_default()
    }

    /// [`Start`] as JSON that can stand inside a script element: nothing in it can end that element.
    #[must_use]
    pub fn start_as_json(page: &AppPage) -> String {
        let start = Start {
            language: page.language,
            sentences: page.sentences.list().to_vec(),
            state: page.state.clone(),
        };
        serde_json::to_string(&start)
            .unwrap_or_default()
            .replace('<', "\\u003c")
    }

    /// Lets the page's own scripts run, and only those.
    pub fn allow_scripts(nonce: &str) {
        if let (Some(ctx), Some(options)) =
            (use_context::<Shared>(), use_context::<ResponseOptions>())
            && let Ok(policy) =
                HeaderValue::try_from(content_security_policy(&ctx, Scripts::Nonce(nonce)))
        {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

#[cfg(feature = "ssr")]
pub use server_side::{allow_scripts, current, path, start_as_json};
