//! The second step: the code from the mail, or a new one.

use std::time::Duration;

use leptos::either::Either;
use leptos::prelude::*;

use super::{hidden, page, primary, settled};
use crate::api;
use crate::app::components::{Field, field, step_page};
use crate::app::forms::{Post, Values, poster, unchecked};
use crate::app::route::Page;
use crate::app::ui::{Ui, Wait};
use crate::rules::code::Code as SecurityCode;
use crate::rules::page::{FlowView, PageState};
use crate::rules::problem::{FieldName, FieldProblem};
use crate::rules::steps::Step;
use crate::texts::Text;

/// How often the countdown is drawn.
const TICK: Duration = Duration::from_secs(1);

fn check(values: &Values, _: &PageState) -> Vec<FieldProblem> {
    SecurityCode::parse(&values.get("code"))
        .err()
        .map(FieldProblem::from)
        .into_iter()
        .collect()
}

const VERIFY: Post = Post {
    check,
    call: |values| Box::pin(api::verify(values.get("token"), values.get("code"))),
};

const RESEND: Post = Post {
    check: unchecked,
    call: |values| Box::pin(api::resend(values.get("token"))),
};

/// The page.
pub fn code(ui: Ui) -> impl IntoView {
    let seconds = countdown(ui);
    page(ui, move |state| {
        let flow = state.flow.clone().unwrap_or_default();
        let (class, body) = if flow.step > Step::Code {
            (Some("ok"), Either::Left(passed(ui, &flow)))
        } else {
            (None, Either::Right(asked(ui, &state, &flow, seconds)))
        };
        let title = ui.heading(Page::Step(Step::Code), &state);
        step_page(ui, &state, Some(Step::Code), title, class, body)
    })
}

fn asked(
    ui: Ui,
    state: &PageState,
    flow: &FlowView,
    seconds: RwSignal<u16>,
) -> impl IntoView + use<> {
    let by_code = state.site.by_code;
    let sent = (!flow.code_dead).then(|| sent(ui, flow, by_code));
    let form = (by_code && !flow.code_dead).then(|| code_form(ui, state, flow));
    let link = (state.site.by_link && !flow.code_dead).then(|| about_link(ui, flow, by_code));
    view! {
        {sent}
        {form}
        {link}
        {no_code(ui, state, flow, seconds)}
    }
}

fn sent(ui: Ui, flow: &FlowView, by_code: bool) -> impl IntoView + use<> {
    let (sent, sent_to) = if by_code {
        (Text::CodeSent, Text::CodeSentTo)
    } else {
        (Text::CodeLinkSent, Text::CodeLinkSentTo)
    };
    let sentence = if flow.identifier.is_empty() {
        ui.text(sent).to_owned()
    } else {
        ui.texts.fill(sent_to, &[("identifier", &flow.identifier)])
    };
    view! { <p>{sentence}</p> }
}

/// How long the link works; where there is a code too, that a link is there at all.
fn about_link(ui: Ui, flow: &FlowView, by_code: bool) -> impl IntoView + use<> {
    let sentence = if by_code {
        ui.text(Text::CodeLinkInstead).to_owned()
    } else if flow.code_minutes >= 120 && flow.code_minutes.is_multiple_of(60) {
        let hours = (flow.code_minutes / 60).to_string();
        ui.texts
            .fill(Text::CodeLinkLifetimeHours, &[("hours", &hours)])
    } else {
        let minutes = flow.code_minutes.to_string();
        ui.texts
            .fill(Text::CodeLinkLifetime, &[("minutes", &minutes)])
    };
    view! { <p>{sentence}</p> }
}

fn code_form(ui: Ui, state: &PageState, flow: &FlowView) -> impl IntoView + use<> {
    let code = Field {
        name: FieldName::Code,
        label: ui.text(Text::CodeLabel),
        hint: Some(ui.text(Text::CodeHint)),
        value: String::new(),
        autocomplete: "one-time-code",
        inputmode: "numeric",
        class: "code",
    };
    let minutes = flow.code_minutes.to_string();
    view! {
        <form method="post" action="/api/forgot-password/code" novalidate on:submit=poster(ui, VERIFY)>
            {hidden("token", flow.token.clone())}
            {field(ui, code, &state.problems)}
            {primary(ui, Text::CodeSubmit)}
        </form>
        <p class="hint">{ui.texts.fill(Text::CodeLifetime, &[("minutes", &minutes)])}</p>
    }
}

/// What to do when no code comes.
fn no_code(
    ui: Ui,
    state: &PageState,
    flow: &FlowView,
    seconds: RwSignal<u16>,
) -> impl IntoView + use<> {
    let (burst, hourly) = (
        flow.messages_burst.to_string(),
        flow.messages_per_hour.to_string(),
    );
    let heading = if state.site.by_code {
        Text::CodeNoCodeHeading
    } else {
        Text::CodeNoLinkHeading
    };
    // Of a code that is dead nobody asks where it is.
    let where_is_it = (!flow.code_dead).then(|| {
        view! {
            <h2>{ui.text(heading)}</h2>
            <p>{ui.texts.fill(Text::CodeNoCodeWait, &[("sender", &state.site.sender)])}</p>
            <p><a href="/help/no-message">{ui.text(Text::CodeNoCodeHelp)}</a></p>
        }
    });
    view! {
        {where_is_it}
        <p>{ui.texts.fill(Text::CodeNoCodeLimit, &[("burst", &burst), ("hourly", &hourly)])}</p>
        {(flow.resends_left == 0).then(|| no_more(ui))}
        {(flow.resends_left > 0).then(|| resend(ui, flow, seconds, state.site.by_code))}
        <p><a href="/forgot-password">{ui.text(Text::CodeOtherIdentifier)}</a></p>
    }
}

fn no_more(ui: Ui) -> impl IntoView + use<> {
    view! { <p>{ui.text(Text::CodeNoMoreResends)}</p> }
}

fn resend(ui: Ui, flow: &FlowView, seconds: RwSignal<u16>, by_code: bool) -> impl IntoView + use<> {
    let (resend_in, ready, button) = if by_code {
        (Text::CodeResendIn, Text::CodeResendReady, Text::CodeResend)
    } else {
        (
            Text::CodeLinkResendIn,
            Text::CodeLinkResendReady,
            Text::CodeLinkResend,
        )
    };
    let waits = move || Some(seconds.get()).filter(|seconds| *seconds > 0);
    let wait = move || {
        waits().map(|seconds| {
            ui.texts
                .fill(resend_in, &[("seconds", &seconds.to_string())])
        })
    };
    let is_ready = move || (ui.ready.get() && waits().is_none()).then(|| ui.text(ready));
    let class = if flow.code_dead {
        "button"
    } else {
        "button button--quiet"
    };
    view! {
        <form method="post" action="/api/forgot-password/resend" novalidate on:submit=poster(ui, RESEND)>
            {hidden("token", flow.token.clone())}
            <p class="hint" id="resend-hint">{wait}</p>
            <p class="hint" role="status">{is_ready}</p>
            <button class=class id="resend" aria-describedby="resend-hint" aria-disabled=move || waits().filter(|_| ui.ready.get()).map(|_| "true")>
                {ui.text(button)}
            </button>
        </form>
    }
}

/// Seconds until a new code may be asked for, counted down in the browser from what the server said last.
fn countdown(ui: Ui) -> RwSignal<u16> {
    let told = move |state: &PageState| {
        let flow = state.flow.as_ref()?;
        Some((flow.reference.clone(), flow.resend_in, flow.resends_left))
    };
    // Started anew only by what the server has said, not by an error that was found here.
    let told = Memo::new(move |_| ui.state.with(told));
    let seconds = RwSignal::new(told.with_untracked(|told| told.as_ref().map_or(0, |told| told.1)));
    Effect::new(move |_| {
        let Some(told) = told.get() else {
            seconds.set(0);
            return;
        };
        let until = ends_at(ui, told);
        seconds.set(left(until));
        let running = set_interval_with_handle(move || seconds.set(left(until)), TICK).ok();
        on_cleanup(move || {
            if let Some(running) = running {
                running.clear();
            }
        });
    });
    seconds
}

/// When the wait ends, in milliseconds by this browser's clock. The server's word is counted from when it was first heard, also when the
/// page was left and looked at again.
fn ends_at(ui: Ui, told: Wait) -> f64 {
    let known = ui.wait.with_value(|known| {
        known
            .as_ref()
            .filter(|(before, _)| *before == told)
            .map(|(_, until)| *until)
    });
    known.unwrap_or_else(|| {
        let until = js_sys::Date::now() + f64::from(told.1) * 1000.0;
        ui.wait.set_value(Some((told, until)));
        until
    })
}

/// Whole seconds until then: measured against the clock, not counted in ticks, since a sleeping tab gets fewer of those.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what fits"
)]
fn left(until: f64) -> u16 {
    ((until - js_sys::Date::now()) / 1000.0)
        .ceil()
        .clamp(0.0, f64::from(u16::MAX)) as u16
}

/// The step is behind: the way on instead of the form.
fn passed(ui: Ui, flow: &FlowView) -> impl IntoView + use<> {
    if flow.step == Step::Done {
        settled(ui, Text::DoneAlreadyText, "/sign-in", Text::DoneToSignIn)
    } else {
        settled(
            ui,
            Text::CodePassedText,
            Step::New.path(),
            Text::CodePassedContinue,
        )
    }
}
