//! What stands above the question: what is to be put right, or what has just worked.

use leptos::prelude::*;

use crate::app::ui::Ui;
use crate::app::words;
use crate::rules::page::Notice;
use crate::rules::problem::FieldProblem;
use crate::texts::Text;

/// The list of what is to be put right, with links to the fields; nothing when there is nothing.
pub fn problem_summary(ui: Ui, problems: &[FieldProblem]) -> Option<impl IntoView + use<>> {
    if problems.is_empty() {
        return None;
    }
    let items: Vec<_> = problems
        .iter()
        .map(|found| {
            let sentence = words::problem(ui.texts, ui.asked(), found.problem);
            let (linked, plain) = match found.field {
                Some(field) => (Some((format!("#{}", field.as_str()), sentence)), None),
                None => (None, Some(sentence)),
            };
            let link = linked.map(|(field, sentence)| view! { <a href=field>{sentence}</a> });
            view! { <li>{link}{plain}</li> }
        })
        .collect();
    let summary = view! {
        <div class="error-summary" role="alert" tabindex="-1" aria-labelledby="error-summary-title">
            <h2 id="error-summary-title">{ui.text(Text::CommonProblemHeading)}</h2>
            <ul>{items}</ul>
        </div>
    };
    Some(summary)
}

/// What has just worked. The element is always there, so that screen readers hear it when it fills.
pub fn notice(ui: Ui, notice: Option<Notice>, by_code: bool) -> impl IntoView + use<> {
    let sentence = notice.and_then(|notice| {
        Some(ui.text(match notice {
            Notice::Resent if by_code => Text::CodeResent,
            Notice::Resent => Text::CodeLinkResent,
            Notice::SignedOut => Text::SignInSignedOut,
            Notice::SessionOver => Text::ProblemSessionOver,
            Notice::WrittenKept => Text::SignInWrittenKept,
            Notice::WrittenLost => Text::SignInWrittenLost,
            Notice::PasswordChanged => Text::SignInPasswordChanged,
            Notice::Forgotten => Text::IdentifyForgotten,
            // Said on pages that are none of the app's.
            _ => return None,
        }))
    });
    // That somebody is signed out is neither good nor bad.
    let class = match notice {
        None | Some(Notice::Resent | Notice::PasswordChanged) => "notice",
        Some(_) => "notice notice--plain",
    };
    view! { <p class=class role="status">{sentence}</p> }
}
