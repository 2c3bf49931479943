//! The third step: the new password, with its rules in view.

use std::time::Duration;

use leptos::either::EitherOf3;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::rules::{ADVICE, rules, typed};
use super::{MANAGER, done, hidden, link, manager, page, primary};
use crate::api::{self, Secret};
use crate::app::components::{Radios, password_field, radios, step_page};
use crate::app::dom::{input, say};
use crate::app::forms::{Post, Values, nfc, poster};
use crate::app::route::Page;
use crate::app::ui::Ui;
use crate::app::words;
use crate::rules::page::{Choosing, LinkState, PageState};
use crate::rules::password;
use crate::rules::problem::{FieldName, FieldProblem, Problem};
use crate::rules::required_change::RequiredChange;
use crate::rules::steps::Step;
use crate::texts::Text;

/// What the server finds easy to guess.
const STRENGTH: &str = "new_password-strength";

/// So long nobody has typed before advice is asked for.
const PAUSE: Duration = Duration::from_millis(600);

fn check(values: &Values, state: &PageState) -> Vec<FieldProblem> {
    let (typed, confirm) = (
        nfc(&values.get("new_password")),
        nfc(&values.get("confirm_password")),
    );
    let under = state.choosing();
    let picked = under.accounts.is_empty() || !values.get("account").is_empty();
    let nobody = (!picked).then_some(Problem::AccountEmpty);
    nobody
        .map(FieldProblem::from)
        .into_iter()
        .chain(password::field_problems(
            &under.policy,
            &typed,
            &confirm,
            &under.personal,
            None,
        ))
        .collect()
}

const POST: Post = Post {
    check,
    call: |values| {
        let secret = |name| Secret::new(values.get(name));
        Box::pin(api::choose(
            values.get("token"),
            values.get("account"),
            secret("new_password"),
            secret("confirm_password"),
        ))
    },
};

const CHANGE: Post = Post {
    check: |values, state| {
        let empty = values.get("password").is_empty();
        let empty = empty.then_some(Problem::SignInPasswordEmpty);
        let mut problems: Vec<FieldProblem> = empty.into_iter().map(Into::into).collect();
        problems.extend(check(values, state));
        problems
    },
    call: |values| {
        let secret = |name| Secret::new(values.get(name));
        Box::pin(api::change_password(
            values.get("token"),
            secret("password"),
            secret("new_password"),
            secret("confirm_password"),
        ))
    },
};

/// The page on which somebody who is signed in and knows the password changes it.
pub fn password(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let body = view! {
            <p><a href="/account/security">{ui.text(Text::NewBackToSecurity)}</a></p>
            {asked(ui, &state)}
        };
        let title = ui.heading(Page::Password, &state);
        step_page(ui, &state, None, title, None, body)
    })
}

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
            (Some("ok"), EitherOf3::B(done::settled(ui, &state)))
        } else {
            (None, EitherOf3::C(asked(ui, &state)))
        };
        let title = ui.heading(Page::Step(Step::New), &state);
        step_page(ui, &state, Some(Step::New), title, class, body)
    })
}

fn asked(ui: Ui, state: &PageState) -> impl IntoView + use<> {
    let under = state.choosing();
    let is_picked = !under.accounts.is_empty();
    let why = under.forced.map(|why| {
        let text = match why {
            RequiredChange::MustChange => Text::NewMustChange,
            RequiredChange::Expired => Text::NewExpired,
        };
        view! { <p>{ui.text(text)}</p> }
    });
    let account = (!is_picked).then(|| {
        let account = if under.user_name.contains('\n') {
            let all = under.user_name.replace('\n', ", ");
            ui.texts.fill(Text::NewAccounts, &[("user_names", &all)])
        } else {
            let values = [("user_name", under.user_name.as_str())];
            ui.texts.fill(Text::NewAccount, &values)
        };
        view! { <p>{account}</p> }
    });
    let which = is_picked.then(|| which_account(ui, state, &under));
    let problems = &state.problems;
    let (post, action) = if state.change.is_some() {
        (CHANGE, "/api/account/password")
    } else {
        (POST, "/api/forgot-password/new")
    };
    let present = state.change.is_some().then(|| {
        let label = ui.text(Text::NewPresentLabel);
        password_field(
            ui,
            FieldName::Password,
            label,
            "current-password",
            None,
            None,
            problems,
        )
    });
    // A password manager keeps one name, with which somebody can sign in.
    let kept = state.typed.account.clone().filter(|_| is_picked);
    let kept = kept.unwrap_or_else(|| {
        let first = under.user_name.split('\n').next();
        first.unwrap_or_default().to_owned()
    });
    view! {
        {why}
        {account}
        <form method="post" action=action novalidate on:input=settle(ui, &under) on:submit=poster(ui, post)>
            {hidden("token", under.token.clone())}
            {manager(ui, ui.text(Text::IdentifyLabelUserName), kept)}
            {which}
            {present}
            {password_field(
                ui,
                FieldName::NewPassword,
                ui.text(Text::NewLabel),
                "new-password",
                Some("new_password-hint new_password-advice"),
                Some(password::passwordrules(&under.policy)),
                problems,
            )}
            <p class="hint" id=ADVICE role="status"></p>
            {strength(ui, &under)}
            {rules(ui, &under)}
            {password_field(ui, FieldName::ConfirmPassword, ui.text(Text::NewConfirmLabel), "new-password", None, None, problems)}
            <p class="hidden" id="password-status" role="status"></p>
            {primary(ui, Text::NewSubmit)}
        </form>
        <p><a href="/help/forgotten-password">{ui.text(Text::NewOldPassword)}</a></p>
    }
}

/// Several accounts share the address that was given: the person says which one is meant.
fn which_account(ui: Ui, state: &PageState, under: &Choosing) -> impl IntoView + use<> {
    let answers = under.accounts.iter();
    let choice = Radios {
        name: FieldName::Account.as_str(),
        field: Some(FieldName::Account),
        legend: ui.text(Text::NewWhichAccount),
        answers: answers.map(|name| (name.clone(), name.clone())).collect(),
        chosen: state.typed.account.clone(),
    };
    let picked = |event| {
        if let Some(field) = input(MANAGER) {
            field.set_value(&event_target_value(&event));
        }
    };
    view! { <div on:change=picked>{radios(ui, choice, &state.problems)}</div> }
}

/// What the server finds easy to guess in a password that the rules accept, once the person pauses. Nothing waits for it.
fn strength(ui: Ui, under: &Choosing) -> impl IntoView + use<> {
    let under = under.clone();
    Effect::new(move |_| {
        let typed = typed(ui);
        say(STRENGTH, "");
        if password::problems(&under.policy, &typed, &under.personal, None).is_some() {
            return;
        }
        let token = under.token.clone();
        let is_same = move |typed: &str| ui.typed.with_untracked(|now| nfc(now) == typed);
        let ask = move || {
            if !is_same(&typed) {
                return;
            }
            spawn_local(async move {
                let found = api::advise(token, Secret::new(typed.clone())).await;
                if let Ok(found) = found
                    && is_same(&typed)
                {
                    say(STRENGTH, words::advice(ui.texts, found));
                }
            });
        };
        set_timeout(ask, PAUSE);
    });
    view! { <p class="hint" id=STRENGTH role="status"></p> }
}

/// Takes away what is said at the fields as soon as it is no longer so; what the server alone can refuse goes with the next letter.
fn settle(ui: Ui, under: &Choosing) -> impl Fn(Event) + Clone + use<> {
    let under = under.clone();
    move |_| {
        let typed = |name: FieldName| {
            let field = input(name.as_str());
            field.map_or_else(String::new, |field| nfc(&field.value()))
        };
        let fields = [FieldName::NewPassword, FieldName::ConfirmPassword];
        let [first, second] = fields.map(typed);
        let now = password::field_problems(&under.policy, &first, &second, &under.personal, None);
        let stands = |shown: &FieldProblem| {
            shown.field.is_none_or(|field| !fields.contains(&field)) || now.contains(shown)
        };
        if !ui
            .state
            .with_untracked(|state| state.problems.iter().all(stands))
        {
            ui.state.update(|state| state.problems.retain(stands));
        }
    }
}
