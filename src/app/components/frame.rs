//! What stands around the question: skip link, step, way out, what happens next.

use leptos::prelude::*;

use super::notices::{notice, problem_summary};
use crate::app::ui::Ui;
use crate::rules::channel::Channel;
use crate::rules::page::{PageState, Site};
use crate::rules::steps::{Step, VISIBLE_STEPS};
use crate::texts::Text;

/// The link for those who do not want to pass everything by keyboard.
pub fn skip_link(ui: Ui) -> impl IntoView + use<> {
    view! { <a class="skip" href="#content">{ui.text(Text::CommonSkipToContent)}</a>" " }
}

/// The help for those whom no message reaches.
const CHANGED_CONTACT: &str = "/help/changed-contact";

/// A page: what was wrong, the step, the question, what belongs to it, and the way out.
pub fn step_page<B: IntoView>(
    ui: Ui,
    state: &PageState,
    step: Option<Step>,
    title: &str,
    class: Option<&'static str>,
    body: B,
) -> impl IntoView + use<B> {
    // Whoever must change the password at sign-in has come past the other steps.
    let is_forced = state
        .flow
        .as_ref()
        .is_some_and(|flow| flow.forced.is_some());
    let number = step.filter(|_| !is_forced).map(|step| {
        let (step, steps) = (step.number().to_string(), VISIBLE_STEPS.to_string());
        let text = ui
            .texts
            .fill(Text::CommonStepOf, &[("step", &step), ("steps", &steps)]);
        view! { <p class="step">{text}</p> }
    });
    let of_link = state.link.as_ref().and_then(|link| link.reference.clone());
    let of_flow = state.flow.as_ref().map(|flow| flow.reference.clone());
    let reference = of_link
        .or(of_flow)
        .filter(|_| step.is_some_and(|step| step > Step::Identify))
        .map(|reference| {
            view! { <p>{ui.text(Text::CommonCaseNumber)}": "<b>{reference}</b></p> }
        });
    // A page of the help, which is none of the app's: the browser goes there by itself.
    let better = state.site.feedback.then(|| {
        let page = ui.page.get_untracked().path().trim_start_matches('/');
        let href = format!("/help/feedback?page={page}");
        view! { <p><a href=href>{ui.text(Text::CommonBetter)}</a></p> }
    });
    view! {
        <main id="content">
            {problem_summary(ui, &state.problems)}
            {notice(ui, state.notice, state.site.by_code())}
            {number}
            <h1 tabindex="-1" class=class>{title.to_owned()}</h1>
            {body}
            <div class="way-out">
                <p>{ui.text(Text::CommonWayOutQuestion)}" "<a href=CHANGED_CONTACT>{ui.text(Text::CommonWayOutLink)}</a></p>
                {reference}
                {better}
            </div>
        </main>
        {step.map(|step| aside(ui, step, &state.site))}
    }
}

/// What happens next, beside the question where there is room.
fn aside(ui: Ui, at: Step, site: &Site) -> impl IntoView + use<> {
    let items: Vec<_> = [
        Text::AsideIdentify,
        match site.channels().as_slice() {
            [Channel::Sms] => Text::AsideCodeSms,
            [_, _] => Text::AsideCodeEither,
            _ if site.by_code() => Text::AsideCode,
            _ => Text::AsideLink,
        },
        Text::AsideNew,
        if site.signs_in {
            Text::AsideDoneSignedIn
        } else {
            Text::AsideDone
        },
    ]
    .into_iter()
    .zip(1..)
    .map(|(text, number): (Text, u8)| {
        let is_here = number == at.number();
        let here = is_here.then(|| view! { <b>{ui.text(Text::AsideNow)}</b> });
        let gap = is_here.then_some(" ");
        view! { <li aria-current=is_here.then_some("step")>{here}{gap}{ui.text(text)}</li> }
    })
    .collect();
    view! {
        <aside aria-labelledby="aside-title">
            <h2 id="aside-title">{ui.text(Text::AsideHeading)}</h2>
            <ol>{items}</ol>
        </aside>
    }
}
