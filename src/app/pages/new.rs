//! The third step: the new password, with its rules in view.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::{hidden, link, page, primary, settled};
use crate::api::{self, Secret};
use crate::app::components::{password_field, step_page};
use crate::app::forms::{Post, Values, nfc, poster};
use crate::app::route::Page;
use crate::app::ui::Ui;
use crate::rules::page::{Choosing, LinkState, PageState};
use crate::rules::password::{self, Characters, Mark, Policy, Rule};
use crate::rules::problem::{FieldName, FieldProblem};
use crate::rules::steps::Step;
use crate::texts::Text;

fn check(values: &Values, state: &PageState) -> Vec<FieldProblem> {
    let (typed, confirm) = (
        nfc(&values.get("new_password")),
        nfc(&values.get("confirm_password")),
    );
    let under = state.choosing();
    password::field_problems(&under.policy, &typed, &confirm, &under.personal, None)
}

const POST: Post = Post {
    check,
    call: |values| {
        let secret = |name| Secret::new(values.get(name));
        Box::pin(api::choose(
            values.get("token"),
            secret("new_password"),
            secret("confirm_password"),
        ))
    },
};

/// The page.
pub fn new(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let is_done = state
            .flow
            .as_ref()
            .is_some_and(|flow| flow.step == Step::Done);
        let over = state.link.as_ref();
        let over = over.filter(|link| link.state != LinkState::Open);
        let (class, body) = if let Some(link) = over {
            (None, EitherOf3::A(link::over(ui, link)))
        } else if is_done && state.link.is_none() {
            let over = settled(ui, Text::DoneAlreadyText, "/sign-in", Text::DoneToSignIn);
            (Some("ok"), EitherOf3::B(over))
        } else {
            (None, EitherOf3::C(asked(ui, &state)))
        };
        let title = ui.heading(Page::Step(Step::New), &state);
        step_page(ui, &state, Some(Step::New), title, class, body)
    })
}

fn asked(ui: Ui, state: &PageState) -> impl IntoView + use<> {
    let under = state.choosing();
    let account = ui
        .texts
        .fill(Text::NewAccount, &[("user_name", &under.user_name)]);
    let problems = &state.problems;
    view! {
        <p>{account}</p>
        <form method="post" action="/api/forgot-password/new" novalidate on:submit=poster(ui, POST)>
            {hidden("token", under.token.clone())}
            <input class="hidden" type="text" name="username" autocomplete="username" value=under.user_name.clone() readonly tabindex="-1" aria-hidden="true"/>
            {rules(ui, &under)}
            {password_field(
                ui,
                FieldName::NewPassword,
                ui.text(Text::NewLabel),
                "new-password",
                Some("new_password-hint new_password-advice"),
                Some(password::passwordrules(&under.policy)),
                problems,
            )}
            <p class="hint" id="new_password-advice" role="status">{move || advice(ui)}</p>
            {password_field(ui, FieldName::ConfirmPassword, ui.text(Text::NewConfirmLabel), "new-password", None, None, problems)}
            <p class="hidden" id="password-status" role="status"></p>
            {primary(ui, Text::NewSubmit)}
        </form>
        <p><a href="/help/forgotten-password">{ui.text(Text::NewOldPassword)}</a></p>
    }
}

/// Said only when something was typed that not every keyboard has.
fn advice(ui: Ui) -> Option<&'static str> {
    ui.typed
        .with(|typed| password::has_unusual(typed))
        .then(|| ui.text(Text::NewUnusualCharacters))
}

/// The rules, ticking themselves off: the same function that the server refuses by.
fn rules(ui: Ui, under: &Choosing) -> impl IntoView + use<> {
    let sentences = password::marks(&under.policy, "", &under.personal, None);
    let items: Vec<_> = sentences
        .into_iter()
        .map(|(rule, _)| {
            let (policy, personal) = (under.policy.clone(), under.personal.clone());
            let sentence = sentence(ui, rule, &policy);
            let mark = Memo::new(move |_| {
                let typed = ui.typed.with(|typed| {
                    if typed.is_empty() {
                        String::new()
                    } else {
                        nfc(typed)
                    }
                });
                let marks = password::marks(&policy, &typed, &personal, None);
                marks
                    .into_iter()
                    .find(|(each, _)| *each == rule)
                    .map_or(Mark::Later, |(_, mark)| mark)
            });
            let class = move || match mark.get() {
                Mark::Met => "met",
                Mark::Unmet => "unmet",
                Mark::Later => "later",
            };
            let word = move || {
                ui.text(match mark.get() {
                    Mark::Met => Text::NewMet,
                    Mark::Unmet => Text::NewUnmet,
                    Mark::Later => Text::NewLater,
                })
            };
            view! { <li class=class>{sentence}" "<b>{word}</b></li> }
        })
        .collect();
    view! {
        <div class="rules" id="new_password-hint">
            <h2>{ui.text(Text::NewRulesHeading)}</h2>
            <ul>{items}</ul>
            <p>{ui.text(Text::NewAdvice)}</p>
        </div>
    }
}

fn sentence(ui: Ui, rule: Rule, policy: &Policy) -> String {
    let (min, max) = (policy.min_length.to_string(), policy.max_length.to_string());
    match rule {
        Rule::MinLength => ui.texts.fill(Text::NewRuleMinLength, &[("min", &min)]),
        Rule::MaxLength => ui.texts.fill(Text::NewRuleMaxLength, &[("max", &max)]),
        Rule::Characters if policy.characters == Characters::Ascii => {
            ui.text(Text::NewRuleAscii).to_owned()
        }
        Rule::Characters => ui.text(Text::NewRuleLettersAndDigits).to_owned(),
        Rule::NotPersonal => ui.text(Text::NewRuleNotPersonal).to_owned(),
        Rule::NotCommon => ui.text(Text::NewRuleNotCommon).to_owned(),
        Rule::NotFormer => ui.text(Text::NewRuleNotFormer).to_owned(),
    }
}
