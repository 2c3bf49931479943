//! The first step: who are you?

use leptos::prelude::*;

use super::{hidden, page, primary};
use crate::api;
use crate::app::components::{Field, Radios, described_by, error, field, radios, step_page};
use crate::app::forms::{Post, Values, poster};
use crate::app::robot;
use crate::app::ui::Ui;
use crate::app::words;
use crate::rules::channel::Channel;
use crate::rules::page::PageState;
use crate::rules::problem::{FieldName, FieldProblem, Problem};
use crate::rules::steps::Step;
use crate::rules::{identifier, postal_code};
use crate::texts::Text;

fn check(values: &Values, state: &PageState) -> Vec<FieldProblem> {
    let identifier = identifier::check(&values.get("identifier")).err();
    let postal_code = state
        .site
        .ask_postal_code
        .then(|| postal_code::canonical(&values.get("postal_code")).err());
    let robot =
        (state.robot_check && values.get("robot").is_empty()).then_some(Problem::RobotUnticked);
    identifier
        .into_iter()
        .chain(postal_code.flatten())
        .chain(robot)
        .map(FieldProblem::from)
        .collect()
}

const POST: Post = Post {
    check,
    call: |values| {
        let get = |name| values.get(name);
        let (form, robot) = (get("form"), get("robot"));
        let (identifier, channel, postal_code) =
            (get("identifier"), get("channel"), get("postal_code"));
        Box::pin(async move {
            let proof = robot::proof(!robot.is_empty(), form.clone()).await;
            api::identify(form, identifier, channel, postal_code, robot, proof).await
        })
    },
};

/// The page.
pub fn identify(ui: Ui) -> impl IntoView {
    page(ui, move |state| {
        let written = state
            .typed
            .identifier
            .clone()
            .or_else(|| state.flow.as_ref().map(|flow| flow.identifier.clone()));
        let asked = state.site.asked;
        let hint = match (asked.has_mail(), asked.has_phone()) {
            (true, true) => Some(ui.text(Text::IdentifyHintPhone)),
            (true, false) => Some(ui.text(Text::IdentifyHint)),
            (false, _) => None,
        };
        let identifier = Field {
            name: FieldName::Identifier,
            label: ui.text(words::identifier(asked).0),
            hint,
            value: written.unwrap_or_default(),
            autocomplete: "username",
            inputmode: "email",
            class: "",
        };
        let submit = if state.site.by_code() {
            Text::IdentifySubmit
        } else {
            Text::IdentifyLinkSubmit
        };
        let body = view! {
            <p>{ui.text(Text::IdentifyIntro)}</p>
            <form method="post" action="/api/forgot-password/identify" novalidate on:submit=poster(ui, POST)>
                {hidden("form", state.form.clone())}
                {field(ui, identifier, &state.problems)}
                {state.site.ask_postal_code.then(|| postal_code_field(ui, &state))}
                {state.site.choose_channel.then(|| channels(ui, &state))}
                {state.robot_check.then(|| not_a_robot(ui, &state))}
                {primary(ui, submit)}
            </form>
            <div inner_html=state.site.notes.clone()></div>
            <p><a href="/sign-in">{ui.text(Text::CommonBackToSignIn)}</a></p>
        };
        step_page(
            ui,
            &state,
            Some(Step::Identify),
            ui.text(Text::IdentifyTitle),
            None,
            body,
        )
    })
}

fn postal_code_field(ui: Ui, state: &PageState) -> impl IntoView + use<> {
    let postal_code = Field {
        name: FieldName::PostalCode,
        label: ui.text(Text::IdentifyPostalCode),
        hint: Some(ui.text(Text::IdentifyPostalCodeHint)),
        value: state.typed.postal_code.clone().unwrap_or_default(),
        autocomplete: "postal-code",
        inputmode: "text",
        class: "short",
    };
    field(ui, postal_code, &state.problems)
}

/// The same choice for everybody: it tells nothing of what an account has.
fn channels(ui: Ui, state: &PageState) -> impl IntoView + use<> {
    let chosen = state
        .typed
        .channel
        .or_else(|| state.flow.as_ref().map(|flow| flow.channel))
        .or_else(|| state.site.channels().first().copied());
    let answers = state.site.channels().into_iter().map(|channel| {
        let words = match channel {
            Channel::Mail => Text::IdentifyChannelMail,
            Channel::Sms => Text::IdentifyChannelSms,
        };
        (channel.as_str().to_owned(), ui.text(words).to_owned())
    });
    let choice = Radios {
        name: "channel",
        field: None,
        legend: ui.text(Text::IdentifyChannel),
        answers: answers.collect(),
        chosen: chosen.map(|channel| channel.as_str().to_owned()),
    };
    radios(ui, choice, &[])
}

/// The box, and, without the browser's half, what it costs.
fn not_a_robot(ui: Ui, state: &PageState) -> impl IntoView + use<> {
    let name = FieldName::Robot.as_str();
    let error = error(ui, FieldName::Robot, &state.problems);
    let described = described_by(name, false, error.is_some());
    view! {
        {error}
        <p class="choice">
            <input type="checkbox" id=name name=name value="yes" checked=state.typed.robot aria-describedby=described/>
            <label for=name>{ui.text(Text::IdentifyRobot)}</label>
        </p>
        <noscript><p class="hint">{ui.text(Text::IdentifyRobotSlow)}</p></noscript>
    }
}
