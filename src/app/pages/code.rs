//! The second step: the code from the mail, or a new one.

use std::time::Duration;

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;

use super::{done, hidden, page, primary, settled};
use crate::api;
use crate::app::components::{Field, field, step_page};
use crate::app::dom::{say, wait};
use crate::app::forms::{Post, Values, poster, unchecked};
use crate::app::route::Page;
use crate::app::ui::{Ui, Wait};
use crate::rules::channel::{Channel, ProveBy};
use crate::rules::code::Code as SecurityCode;
use crate::rules::page::{FlowView, PageState, Site};
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
    call: |values| Box::pin(api::resend(values.get("token"), values.get("channel"))),
};

/// The page.
pub fn code(ui: Ui) -> impl IntoView {
    countdown(ui);
    page(ui, move |state| {
        let flow = state.flow.clone().unwrap_or_default();
        let (class, body) = if flow.step > Step::Code {
            (Some("ok"), EitherOf3::A(passed(ui, &state, &flow)))
        } else if flow.is_unknown {
            let again = settled(
                ui,
                Text::CodeUnknownText,
                Step::Identify.path(),
                Text::CodeOtherIdentifier,
            );
            (None, EitherOf3::B(again))
        } else {
            (None, EitherOf3::C(asked(ui, &state, &flow)))
        };
        let title = ui.heading(Page::Step(Step::Code), &state);
        step_page(ui, &state, Some(Step::Code), title, class, body)
    })
}

fn asked(ui: Ui, state: &PageState, flow: &FlowView) -> impl IntoView + use<> {
    let site = &state.site;
    let sent = (!flow.code_dead).then(|| sent(ui, site, flow));
    let form = (site.by_code() && !flow.code_dead).then(|| code_form(ui, state, flow));
    let link = (site.offers(ProveBy::MailLink) && !flow.code_dead)
        .then(|| about_link(ui, site, flow))
        .flatten();
    view! {
        {sent}
        {form}
        {link}
        {no_code(ui, state, flow)}
    }
}

/// Where the message goes; the same words for everybody who wrote who they are, with the other way for accounts that cannot be reached on this one.
fn sent(ui: Ui, site: &Site, flow: &FlowView) -> impl IntoView + use<> {
    let (sent, sent_to) = match flow.channel {
        Channel::Sms => (Text::CodeSmsSent, Text::CodeSmsSentTo),
        Channel::Mail if site.offers(ProveBy::MailCode) => (Text::CodeSent, Text::CodeSentTo),
        Channel::Mail => (Text::CodeLinkSent, Text::CodeLinkSentTo),
    };
    let sentence = if flow.identifier.is_empty() {
        ui.text(sent).to_owned()
    } else {
        ui.texts.fill(sent_to, &[("identifier", &flow.identifier)])
    };
    let instead = (site.channels().len() > 1).then(|| {
        ui.text(match flow.channel {
            Channel::Mail => Text::CodeInsteadSms,
            Channel::Sms => Text::CodeInsteadMail,
        })
    });
    view! { <p>{sentence}" "{instead}</p> }
}

/// How long the link works; where there is a code too, that a link is there at all.
fn about_link(ui: Ui, site: &Site, flow: &FlowView) -> Option<impl IntoView + use<>> {
    let sentence = if site.offers(ProveBy::MailCode) {
        if flow.channel == Channel::Sms {
            // A text message has none.
            return None;
        }
        let (minutes, hours) = (Text::CodeLinkInstead, Text::CodeLinkInsteadHours);
        link_lifetime(ui, site, minutes, hours)
    } else if site.by_code() {
        format!("{} {}", ui.text(Text::CodeLinkOrText), alone(ui, site))
    } else {
        alone(ui, site)
    };
    Some(view! { <p class="hint">{sentence}</p> })
}

fn alone(ui: Ui, site: &Site) -> String {
    link_lifetime(
        ui,
        site,
        Text::CodeLinkLifetime,
        Text::CodeLinkLifetimeHours,
    )
}

fn link_lifetime(ui: Ui, site: &Site, in_minutes: Text, in_hours: Text) -> String {
    let (text, name, count) = match site.link_minutes {
        minutes if minutes >= 120 && minutes.is_multiple_of(60) => {
            (in_hours, "hours", minutes / 60)
        }
        minutes => (in_minutes, "minutes", minutes),
    };
    ui.texts.fill(text, &[(name, &count.to_string())])
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
    view! {
        <form method="post" action="/api/forgot-password/code" novalidate on:submit=poster(ui, VERIFY)>
            {hidden("token", flow.token.clone())}
            {field(ui, code, &state.problems)}
            {primary(ui, Text::CodeSubmit)}
        </form>
        <p class="hint">{lifetime(ui, &state.site)}</p>
    }
}

/// How long the code works; on both ways where it may come on either.
fn lifetime(ui: Ui, site: &Site) -> String {
    let (mail, sms) = (site.minutes.0.to_string(), site.minutes.1.to_string());
    match (
        site.offers(ProveBy::MailCode),
        site.offers(ProveBy::SmsCode),
    ) {
        (true, true) => {
            let values = [("mail", mail.as_str()), ("sms", sms.as_str())];
            ui.texts.fill(Text::CodeLifetimeBoth, &values)
        }
        (true, false) => ui.texts.fill(Text::CodeLifetime, &[("minutes", &mail)]),
        // A mail has a link then, whose lifetime is told beside it.
        (false, _) => ui.texts.fill(Text::CodeLifetime, &[("minutes", &sms)]),
    }
}

/// What to do when no code comes.
fn no_code(ui: Ui, state: &PageState, flow: &FlowView) -> impl IntoView + use<> {
    let heading = if state.site.by_code() {
        Text::CodeNoCodeHeading
    } else {
        Text::CodeNoLinkHeading
    };
    // Of a code that is dead nobody asks where it is.
    let has = |channel| state.site.channels().contains(&channel);
    let where_is_it = (!flow.code_dead).then(|| {
        let mail = has(Channel::Mail).then(|| {
            let wait = ui
                .texts
                .fill(Text::CodeNoCodeWait, &[("sender", &state.site.sender)]);
            view! { <p>{wait}</p> }
        });
        let sms = has(Channel::Sms).then(|| view! { <p>{ui.text(Text::CodeNoTextWait)}</p> });
        view! {
            <details>
                <summary>{ui.text(heading)}</summary>
                {mail}
                {sms}
                <p><a href="/help/no-message">{ui.text(Text::CodeNoCodeHelp)}</a></p>
            </details>
        }
    });
    let may_switch = flow.resends_left > 0 && state.site.choose_channel;
    view! {
        {where_is_it}
        {(flow.resends_left == 0).then(|| no_more(ui))}
        <div class="again">
            {(flow.resends_left > 0).then(|| resend(ui, flow, state.site.by_code()))}
            {may_switch.then(|| switch(ui, flow))}
        </div>
        {(!flow.identifier.is_empty()).then(|| view! { <p><a href="/forgot-password">{ui.text(Text::CodeOtherIdentifier)}</a></p> })}
    }
}

fn no_more(ui: Ui) -> impl IntoView + use<> {
    view! { <p>{ui.text(Text::CodeNoMoreResends)}</p> }
}

fn resend(ui: Ui, flow: &FlowView, by_code: bool) -> impl IntoView + use<> {
    let button = if by_code {
        Text::CodeResend
    } else {
        Text::CodeLinkResend
    };
    let wait = wait_words(ui, by_code, flow.resend_in);
    let class = if flow.code_dead { "button" } else { "as-link" };
    view! {
        <p class="hint" id="resend-hint">{wait}</p>
        <p class="hint" id="resend-ready" role="status"></p>
        <form method="post" action="/api/forgot-password/resend" novalidate on:submit=poster(ui, RESEND)>
            {hidden("token", flow.token.clone())}
            <button class=class id="resend" aria-describedby="resend-hint">
                {ui.text(button)}
            </button>
        </form>
    }
}

/// The code on the other way. It counts as a new code, and waits as one.
fn switch(ui: Ui, flow: &FlowView) -> impl IntoView + use<> {
    let other = flow.channel.other();
    let words = match other {
        Channel::Mail => Text::CodeSwitchMail,
        Channel::Sms => Text::CodeSwitchSms,
    };
    view! {
        <form method="post" action="/api/forgot-password/resend" novalidate on:submit=poster(ui, RESEND)>
            {hidden("token", flow.token.clone())}
            {hidden("channel", other.as_str().to_owned())}
            <button class="as-link" id="switch" aria-describedby="resend-hint">{ui.text(words)}</button>
        </form>
    }
}

/// When another message may be asked for; nothing where it may be now.
fn wait_words(ui: Ui, by_code: bool, seconds: u16) -> String {
    let text = match (seconds, by_code) {
        (0, _) => return String::new(),
        (_, true) => Text::CodeResendIn,
        (_, false) => Text::CodeLinkResendIn,
    };
    ui.texts.fill(text, &[("seconds", &seconds.to_string())])
}

/// Shows how long it takes until another message may be asked for.
fn show(ui: Ui, seconds: u16) {
    let by_code = ui.state.with_untracked(|state| state.site.by_code());
    say("resend-hint", &wait_words(ui, by_code, seconds));
    let ready = match (seconds, by_code) {
        (0, true) => ui.text(Text::CodeResendReady),
        (0, false) => ui.text(Text::CodeLinkResendReady),
        _ => "",
    };
    say("resend-ready", ready);
    for button in ["resend", "switch"] {
        wait(button, seconds > 0);
    }
}

/// Counts the seconds down in the browser until another message may be asked for, from what the server said last.
fn countdown(ui: Ui) {
    let told = move |state: &PageState| {
        let flow = state.flow.as_ref()?;
        Some((flow.reference.clone(), flow.resend_in, flow.resends_left))
    };
    // Started anew only by what the server has said, not by an error that was found here.
    let told = Memo::new(move |_| ui.state.with(told));
    Effect::new(move |_| {
        let Some(told) = told.get() else {
            return;
        };
        let until = ends_at(ui, told);
        show(ui, left(until));
        let running = set_interval_with_handle(move || show(ui, left(until)), TICK).ok();
        on_cleanup(move || {
            if let Some(running) = running {
                running.clear();
            }
        });
    });
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
fn passed(ui: Ui, state: &PageState, flow: &FlowView) -> impl IntoView + use<> {
    if flow.step == Step::Done {
        Either::Left(done::settled(ui, state))
    } else {
        Either::Right(settled(
            ui,
            Text::CodePassedText,
            flow.step.path(),
            Text::CodePassedContinue,
        ))
    }
}
