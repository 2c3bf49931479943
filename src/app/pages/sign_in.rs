//! Sign-in: on one page, or on two where the organisation wants that.

use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

use super::{hidden, manager, page, primary};
use crate::api::{self, Secret};
use crate::app::components::{Field, field, password_field, step_page};
use crate::app::forms::{Post, Values, poster};
use crate::app::route::Page;
use crate::app::ui::Ui;
use crate::app::words;
use crate::rules;
use crate::rules::page::PageState;
use crate::rules::problem::{FieldName, FieldProblem};
use crate::texts::Text;

fn check(values: &Values, _: &PageState) -> Vec<FieldProblem> {
    let identifier = values.get("identifier");
    if values.get("next").is_empty() {
        rules::sign_in::problems(&identifier, &values.get("password"))
    } else {
        let problem = rules::identifier::check(&identifier).err();
        problem.map(FieldProblem::from).into_iter().collect()
    }
}

const POST: Post = Post {
    check,
    call: |values| {
        Box::pin(api::sign_in(
            values.get("identifier"),
            Secret::new(values.get("password")),
            values.get("next"),
        ))
    },
};

/// The page, or the one of the two that is in view.
pub fn sign_in(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let written = state
            .typed
            .identifier
            .clone()
            .or_else(|| state.flow.as_ref().map(|flow| flow.identifier.clone()))
            .unwrap_or_default();
        let at = ui.page.get_untracked();
        let is_second = at == Page::SignInPassword;
        let is_first = state.site.password_apart && !is_second;
        let who = is_second.then(|| who(ui, &written));
        let identifier = (!is_second).then(|| {
            let identifier = Field {
                name: FieldName::Identifier,
                label: ui.text(words::identifier(state.site.asked).0),
                hint: None,
                value: written,
                autocomplete: "username",
                inputmode: "email",
                class: "",
            };
            field(ui, identifier, &state.problems)
        });
        let next = is_first.then(|| hidden("next", "1".to_owned()));
        let password = (!is_first).then(|| password(ui, &state));
        let submit = if is_first {
            Text::SignInNext
        } else {
            Text::SignInSubmit
        };
        // Text messages carry no links, so their codes are taken here.
        let told = state.site.texts.then(|| told(ui));
        let body = view! {
            <form method="post" action="/api/sign-in" novalidate on:submit=poster(ui, POST)>
                {who}
                {identifier}
                {next}
                {password}
                {primary(ui, submit)}
            </form>
            <details>
                <summary>{ui.text(Text::SignInNeedHelp)}</summary>
                <p><a href="/forgot-password">{ui.text(Text::SignInForgot)}</a></p>
                {told}
                <p><a href="/help">{ui.text(Text::CommonWayOutLink)}</a></p>
            </details>
        };
        step_page(ui, &state, None, ui.heading(at, &state), None, body)
    })
}

/// The field for the code of a text message that told of a change; the page that it is posted to is the server's.
fn told(ui: Ui) -> impl IntoView + use<> {
    const ID: &str = "stop_code";
    view! {
        <form method="post" action="/stop/code" novalidate>
            <label for=ID>{ui.text(Text::SignInToldOfChange)}</label>
            <input
                {..custom_attribute("autocorrect", "off")}
                id=ID
                name=ID
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
            />
            <button class="button button--quiet">{ui.text(Text::SignInToldSubmit)}</button>
        </form>
    }
}

/// Who was written on the first page, for the person, for the post and for password managers.
fn who(ui: Ui, written: &str) -> impl IntoView + use<> {
    view! {
        <p><b>{written.to_owned()}</b>" "<a href="/sign-in">{ui.text(Text::SignInChange)}</a></p>
        {hidden("identifier", written.to_owned())}
        {manager(ui, ui.text(words::identifier(ui.asked()).0), written.to_owned())}
    }
}

fn password(ui: Ui, state: &PageState) -> impl IntoView + use<> {
    view! {
        {password_field(ui, FieldName::Password, ui.text(Text::SignInPassword), "current-password", None, None, &state.problems)}
        <p><a href="/forgot-password">{ui.text(Text::SignInForgot)}</a></p>
        <p class="hidden" id="password-status" role="status"></p>
    }
}
