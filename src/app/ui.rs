//! What every page has at hand: the state, the sentences, and whether the browser's half runs.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

use super::route::Page;
use super::title::{focus_soon, heading};
use crate::rules::page::{Asked, PageState, RejectedPost};
use crate::rules::problem::{FieldName, FieldProblem};
use crate::texts::{Catalogue, Language, Text};

/// The app's shared things; a handful of pointers, so it is copied freely.
#[derive(Clone, Copy)]
pub struct Ui {
    /// What the pages show.
    pub state: RwSignal<PageState>,
    /// The page in view.
    pub page: RwSignal<Page>,
    /// The sentences.
    pub texts: &'static Catalogue,
    /// The language.
    pub language: Language,
    /// A post is under way.
    pub busy: RwSignal<bool>,
    /// The browser's half has taken over.
    pub ready: RwSignal<bool>,
    /// The new password as it is being typed.
    pub typed: RwSignal<String>,
    /// Number of the newest post, or of the change of page after it: only the newest one's answer moves the person.
    pub post: StoredValue<u32>,
    /// What the server last said of the wait for a new code, and when the wait ends by this browser's clock: kept here, so that a look
    /// at another page does not start it anew.
    pub wait: StoredValue<Option<(Wait, f64)>>,
}

/// The wait for a new code as the server states it: the flow's reference, the seconds, and how many more codes there are.
pub type Wait = (String, u16, u8);

impl Ui {
    /// Reads what the page starts from.
    pub fn start() -> Self {
        let (state, texts, language) = start();
        let page = Page::at(&path()).unwrap_or(Page::SignIn);
        let ui = Self {
            state: RwSignal::new(state),
            page: RwSignal::new(page),
            texts,
            language,
            busy: RwSignal::new(false),
            ready: RwSignal::new(false),
            typed: RwSignal::new(String::new()),
            post: StoredValue::new(0),
            wait: StoredValue::new(None),
        };
        Effect::new(move |_| {
            ui.ready.set(true);
            forget_lost(ui.language);
            // What is to be put right is heard first, also where a whole page was loaded to say it.
            if ui.state.with_untracked(|state| !state.problems.is_empty()) {
                focus_soon(".error-summary");
            }
            // Typed before the browser's half came.
            let field = document().get_element_by_id(FieldName::NewPassword.as_str());
            if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
                ui.typed.set(field.value());
            }
        });
        ui
    }

    /// A sentence.
    pub fn text(self, text: Text) -> &'static str {
        self.texts.get(text)
    }

    /// By what people may say who they are.
    pub fn asked(self) -> Asked {
        self.state.with_untracked(|state| state.site.asked)
    }

    /// What a browser may fill in (HTML autofill): nothing on a shared machine, where it also brings back what was written before.
    pub fn autocomplete(self, what: &'static str) -> &'static str {
        let forgets = self.state.with_untracked(|state| state.site.forgets);
        if forgets { "off" } else { what }
    }

    /// The heading of a page as it stands.
    pub fn heading(self, page: Page, state: &PageState) -> &'static str {
        self.text(heading(page, state))
    }

    /// A post begins, or what was under way no longer counts.
    pub fn next_post(self) -> u32 {
        self.post
            .update_value(|number| *number = number.wrapping_add(1));
        self.post.get_value()
    }

    /// Whether nothing newer has begun since.
    pub fn is_latest(self, number: u32) -> bool {
        self.post.get_value() == number
    }

    /// What the last post was refused or praised for is over once another page is asked for.
    pub fn forget_flash(self) {
        self.state.update(|state| {
            state.problems.clear();
            state.notice = None;
        });
    }

    /// Shows what a post was refused for; what the page otherwise shows changes only where the server said so.
    pub fn show_refusal(self, refusal: RejectedPost) -> Option<String> {
        let answer = *refusal.0;
        if answer.at.is_empty() {
            self.state
                .update(|state| state.problems = answer.state.problems);
            return None;
        }
        self.state.set(answer.state);
        Some(answer.at)
    }
}

/// Takes out of the address what only this showing of the page was to say, so that loading it again does not repeat it.
fn forget_lost(language: Language) {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    if !query.contains("lost") {
        return;
    }
    let path = location.pathname().unwrap_or_default();
    let address = format!("{path}?lang={}", language.tag());
    if let Ok(history) = window().history() {
        // An address that cannot be changed does no harm.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address));
    }
}

/// The problem at a field.
pub fn problem_at(problems: &[FieldProblem], name: FieldName) -> Option<&FieldProblem> {
    problems.iter().find(|problem| problem.field == Some(name))
}

#[cfg(feature = "ssr")]
fn path() -> String {
    crate::api::page::path()
}

#[cfg(not(feature = "ssr"))]
fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn start() -> (PageState, &'static Catalogue, Language) {
    match crate::api::page::current() {
        Some(page) => (page.state, page.sentences, page.language),
        // Only while the routes are listed at start-up: no page is drawn then.
        None => (PageState::default(), Catalogue::fallback(), Language::Sv),
    }
}

#[cfg(not(feature = "ssr"))]
fn start() -> (PageState, &'static Catalogue, Language) {
    use crate::api::page::Start;
    let text = document()
        .get_element_by_id("start")
        .and_then(|element| element.text_content())
        .unwrap_or_default();
    let start = serde_json::from_slice::<Start>(text.as_bytes()).unwrap_or_else(|_| Start {
        language: Language::Sv,
        sentences: Vec::new(),
        state: PageState::default(),
    });
    let catalogue = Catalogue::from_list(start.language, start.sentences);
    (start.state, Box::leak(Box::new(catalogue)), start.language)
}
