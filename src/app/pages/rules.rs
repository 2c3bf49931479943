//! The rules of a new password under its field: how they stand as somebody types, folded on a phone.

use leptos::prelude::*;

use crate::app::dom::say;
use crate::app::forms::nfc;
use crate::app::ui::Ui;
use crate::app::words;
use crate::rules::page::Choosing;
use crate::rules::password::{self, Mark, Policy, Rule};
use crate::texts::Text;

/// The place that says what speaks against a character that was typed.
pub(super) const ADVICE: &str = "new_password-advice";

/// The box of the rules.
const RULES: &str = "new_password-hint";

/// A window that is narrower is a phone's, in CSS pixels; style/parts.css knows the same width.
const PHONE: f64 = 640.0;

/// What is typed, as the rules take it.
pub(super) fn typed(ui: Ui) -> String {
    ui.typed.with(|typed| {
        // The server draws the field empty, and has no browser to compose by.
        if typed.is_empty() {
            String::new()
        } else {
            nfc(typed)
        }
    })
}

/// Said only when something was typed that may not be there, with the reason, or that not every keyboard has.
fn advice(ui: Ui, policy: &Policy, typed: &str) -> String {
    match password::character_problem(policy, typed) {
        Some(problem) => words::problem(ui.texts, ui.asked(), problem),
        None if password::has_unusual(typed, words::letters(ui.language)) => {
            ui.text(Text::NewUnusualCharacters).to_owned()
        }
        None => String::new(),
    }
}

/// How the rules stand: how many of those in the list are left, and of each its class and its word. What only the server can check is left
/// until it has.
fn standing(ui: Ui, under: &Choosing, typed: &str) -> (String, Vec<(&'static str, String)>) {
    let policy = &under.policy;
    let (mut unmet, mut left, mut all) = (0_usize, 0_usize, 0_usize);
    let each = |(rule, mark): (Rule, Mark)| {
        // Nobody is told of the longest password before it is too long.
        let is_told = rule != Rule::MaxLength || mark == Mark::Unmet;
        unmet += usize::from(mark == Mark::Unmet);
        left += usize::from(mark != Mark::Met);
        all += usize::from(is_told);
        let (class, word) = match mark {
            Mark::Met if !is_told => ("gone", Text::NewMet),
            Mark::Met => ("met", Text::NewMet),
            Mark::Unmet => ("unmet", Text::NewUnmet),
            Mark::Later => ("later", Text::NewLater),
        };
        let offending = password::offending(rule, policy, typed);
        let word = if offending.is_empty() {
            ui.text(word).to_owned()
        } else {
            let characters = words::characters(ui.texts, &offending);
            ui.texts
                .fill(Text::NewRemove, &[("characters", &characters)])
        };
        (class, word)
    };
    let marks = password::marks(policy, typed, &under.personal, None);
    let each: Vec<_> = marks.into_iter().map(each).collect();
    let (left, all) = (left.to_string(), all.to_string());
    let summary = if unmet == 0 {
        ui.text(Text::NewRulesMet).to_owned()
    } else {
        ui.texts
            .fill(Text::NewRulesLeft, &[("left", &left), ("all", &all)])
    };
    (summary, each)
}

/// Shows how the rules stand now.
fn show(summary: &str, each: &[(&'static str, String)]) {
    let Some(rules) = document().get_element_by_id(RULES) else {
        return;
    };
    if let Some(place) = rules.first_element_child() {
        place.set_text_content(Some(summary));
    }
    let mut item = rules
        .last_element_child()
        .and_then(|list| list.first_element_child());
    for (class, word) in each {
        let Some(now) = item else { return };
        now.set_class_name(class);
        if let Some(place) = now.last_element_child() {
            place.set_text_content(Some(word));
        }
        item = now.next_element_sibling();
    }
}

/// The rules, ticking themselves off: the same function that the server refuses by. On a phone they are folded, so that the fields and the
/// button stay together. How they stand is said by the browser's half alone, since without it nothing would change as somebody types.
pub(super) fn rules(ui: Ui, under: &Choosing) -> impl IntoView + use<> {
    let all = password::marks(&under.policy, "", &under.personal, None);
    let items: Vec<_> = all
        .into_iter()
        .map(|(rule, _)| {
            let class = (rule == Rule::MaxLength).then_some("gone");
            let sentence = sentence(ui, rule, &under.policy);
            view! { <li class=class>{sentence}" "<b></b></li> }
        })
        .collect();
    let takes_spaces = !under.policy.forbidden.contains(' ');
    let under = under.clone();
    Effect::new(move |was_shown: Option<()>| {
        let typed = typed(ui);
        let (summary, each) = standing(ui, &under, &typed);
        show(&summary, &each);
        say(ADVICE, &advice(ui, &under.policy, &typed));
        let width = window().inner_width().ok().and_then(|width| width.as_f64());
        if was_shown.is_none()
            && width.is_some_and(|width| width < PHONE)
            && let Some(rules) = document().get_element_by_id(RULES)
        {
            // Where it cannot be folded it is only longer.
            let _ = rules.remove_attribute("open");
        }
    });
    view! {
        <details class="rules" id=RULES open>
            <summary>{ui.text(Text::NewRulesTitle)}</summary>
            <h2>{ui.text(Text::NewRulesHeading)}</h2>
            {takes_spaces.then(|| view! { <p>{ui.text(Text::NewAdvice)}</p> })}
            <ul>{items}</ul>
        </details>
    }
}

fn sentence(ui: Ui, rule: Rule, policy: &Policy) -> String {
    let (min, max) = (policy.min_length.to_string(), policy.max_length.to_string());
    match rule {
        Rule::MinLength => ui.texts.fill(Text::NewRuleMinLength, &[("min", &min)]),
        Rule::MaxLength => ui.texts.fill(Text::NewRuleMaxLength, &[("max", &max)]),
        Rule::Letter => ui.text(Text::NewRuleLetter).to_owned(),
        Rule::Digit => ui.text(Text::NewRuleDigit).to_owned(),
        Rule::Forbidden => {
            let characters = words::characters(ui.texts, &policy.forbidden);
            ui.texts
                .fill(Text::NewRuleForbidden, &[("characters", &characters)])
        }
        Rule::Ascii => ui.text(Text::NewRuleAscii).to_owned(),
        Rule::NotPersonal => ui.text(Text::NewRuleNotPersonal).to_owned(),
        Rule::NotCommon => ui.text(Text::NewRuleNotCommon).to_owned(),
        Rule::NotFormer => ui.text(Text::NewRuleNotFormer).to_owned(),
    }
}
