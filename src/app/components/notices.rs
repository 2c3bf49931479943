//! What stands above the question: what is to be put right, or what has just worked.

use leptos::prelude::*;

use crate::app::ui::Ui;
use crate::app::words;
use crate::rules::page::Notice;
use crate::rules::problem::FieldProblem;
use crate::texts::Text;

/// The list of what is to be put right, with links to the fields; nothing when there is nothing.
pub fn problem_summary(ui: Ui, problems: &[FieldProblem]) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let items: Vec<AnyView> = problems
        .iter()
        .map(|found| {
            let sentence = words::problem(ui.texts, found.problem);
            match found.field {
                // External, so that the router leaves the link to the browser, which moves the focus with it.
                Some(field) => view! { <li><a href=format!("#{}", field.as_str()) rel="external">{sentence}</a></li> }.into_any(),
                None => view! { <li>{sentence}</li> }.into_any(),
            }
        })
        .collect();
    let summary = view! {
        <div class="error-summary" role="alert" tabindex="-1" aria-labelledby="error-summary-title">
            <h2 id="error-summary-title">{ui.text(Text::CommonProblemHeading)}</h2>
            <ul>{items}</ul>
        </div>
    };
    Some(summary.into_any())
}

/// What has just worked. The element is always there, so that screen readers hear it when it fills.
pub fn notice(ui: Ui, notice: Option<Notice>) -> AnyView {
    let sentence = notice.map(|notice| {
        ui.text(match notice {
            Notice::Resent => Text::CodeResent,
            Notice::SignedOut => Text::SignInSignedOut,
        })
    });
    view! { <p class="notice" role="status">{sentence}</p> }.into_any()
}
