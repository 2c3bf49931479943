//! The sentences for what is to be put right on the pages of an account, and the field that each is at.
use crate::rules::problem::{FieldProblem, Problem};
use crate::server::account::rejection::Rejection;
use crate::server::base::passage::{Passage, Wording};
use crate::server::context::Context;
use crate::server::factor::FactorRejection;
use crate::server::http::drawn::flash::FormError;
use crate::server::identifiers::display_names;
use crate::texts::{Catalogue, ServerText, Text};

/// The sentence for what a use-case of an account refused for, at its field.
pub fn sentence(ctx: &Context, sentences: &Catalogue, rejection: Rejection) -> FormError {
    let plain = |field: &str, text| FormError::new(field, sentences.server(text));
    match rejection {
        Rejection::Problems(problems) => of_problems(sentences, &problems),
        Rejection::FormStale => FormError::of_page(sentences.get(Text::ProblemFormStale)),
        Rejection::Unconfirmed => plain("", ServerText::AccountWrongUnconfirmed),
        Rejection::PasswordWrong => plain("password", ServerText::AccountWrongPassword),
        Rejection::PasswordEmpty => plain("password", ServerText::AccountWrongPasswordEmpty),
        Rejection::PasswordWait { minutes } => {
            let minutes = minutes.to_string();
            let values = [("minutes", minutes.as_str())];
            FormError::new(
                "password",
                sentences.fill_server(ServerText::AccountWrongPasswordWait, &values),
            )
        }
        Rejection::PasswordHeld => plain("", ServerText::AccountHeld),
        Rejection::Factor(rejection) => FormError::new("totp", of_factor(sentences, rejection)),
        Rejection::ChannelUnknown => plain("", ServerText::AccountWrongWay),
        Rejection::CodesUsedUp => plain("", ServerText::AccountWrongCodesUsedUp),
        Rejection::NoCode => plain("", ServerText::AccountWrongNoCode),
        Rejection::NameEmpty => plain("name", ServerText::AccountWrongNameEmpty),
        Rejection::NameTooLong => {
            let max = display_names::LONGEST.to_string();
            let values = [("max", max.as_str())];
            FormError::new(
                "name",
                sentences.fill_server(ServerText::AccountWrongNameLong, &values),
            )
        }
        Rejection::NameJoined => plain("name", ServerText::AccountWrongNameJoined),
        Rejection::NameDigits => {
            let max = display_names::MOST_DIGITS.to_string();
            let values = [("max", max.as_str())];
            FormError::new(
                "name",
                sentences.fill_server(ServerText::AccountWrongNameDigits, &values),
            )
        }
        Rejection::NameUnusable => plain("name", ServerText::AccountWrongNameUnusable),
        Rejection::MailUnusable => plain("mail", ServerText::AccountWrongMailUnusable),
        Rejection::PhoneUnusable => plain("phone", ServerText::AccountWrongPhoneUnusable),
        Rejection::PhoneUnreachable => plain("phone", ServerText::AccountWrongPhoneUnreachable),
        Rejection::ContactKnown => plain("", ServerText::AccountWrongContactKnown),
        Rejection::ContactsFull => plain("", ServerText::AccountWrongContactsFull),
        Rejection::ContactLast => plain("", ServerText::AccountWrongContactLast),
        Rejection::ContactGone => plain("", ServerText::AccountWrongContactGone),
        Rejection::ContactsClosed => FormError::of_page(closed(ctx, sentences).plain()),
    }
}

/// What is to be put right about a code of an app or a recovery code.
pub fn of_factor(sentences: &Catalogue, rejection: FactorRejection) -> String {
    let text = match rejection {
        FactorRejection::Empty => ServerText::FactorProblemEmpty,
        FactorRejection::Unusable => ServerText::FactorProblemUnusable,
        FactorRejection::Wrong => ServerText::FactorProblemWrong,
        FactorRejection::Used => ServerText::FactorProblemUsed,
        FactorRejection::NoAccount => return sentences.get(Text::ProblemAccountEmpty).to_owned(),
        FactorRejection::Wait { minutes } => {
            let minutes = minutes.to_string();
            return sentences.fill_server(ServerText::FactorProblemWait, &[("minutes", &minutes)]);
        }
    };
    sentences.server(text).to_owned()
}

/// Why contacts cannot be changed, and who helps.
pub fn closed(ctx: &Context, sentences: &Catalogue) -> Passage {
    let values = [("contact", helper(ctx, sentences))];
    Passage::fill(sentences.server(ServerText::AccountContactsClosed), &values)
}

/// Who helps, as far as the organisation has said so.
pub fn helper<'a>(ctx: &'a Context, sentences: &'a Catalogue) -> Wording<'a> {
    ctx.config.support.contact.as_ref().map_or_else(
        || sentences.server(ServerText::HelpContactNone).into(),
        |contact| ctx.wording(contact, sentences),
    )
}

/// The same for what the rules have against a code.
fn of_problems(sentences: &Catalogue, problems: &[FieldProblem]) -> FormError {
    let Some(found) = problems.first() else {
        return FormError::of_page("");
    };
    let plain = |text| sentences.get(text).to_owned();
    let count = |text, count: u16| sentences.fill(text, &[("count", &count.to_string())]);
    let words = match found.problem {
        Problem::CodeEmpty => plain(Text::ProblemCodeEmpty),
        Problem::CodeTooShort { count: written } => count(Text::ProblemCodeTooShort, written),
        Problem::CodeTooLong { count: written } => count(Text::ProblemCodeTooLong, written),
        Problem::CodeNotDigits => plain(Text::ProblemCodeNotDigits),
        Problem::CodeWrong { left: 1 } => plain(Text::ProblemCodeWrongLast),
        Problem::CodeWrong { left } => count(Text::ProblemCodeWrong, left.into()),
        Problem::CodeExpired => plain(Text::ProblemCodeExpired),
        Problem::CodeTriesUsedUp => plain(Text::ProblemCodeTriesUsedUp),
        Problem::ResendsUsedUp => plain(Text::ProblemResendsUsedUp),
        Problem::ResendTooEarly { seconds } => {
            let seconds = seconds.to_string();
            sentences.fill(Text::ProblemResendTooEarly, &[("seconds", &seconds)])
        }
        _ => plain(Text::ProblemUnavailable),
    };
    FormError::new(found.field.map_or("", |field| field.as_str()), words)
}

/// What a device is called.
pub fn device(sentences: &Catalogue, device: &str) -> String {
    if device.is_empty() {
        sentences
            .server(ServerText::AccountDeviceUnknown)
            .to_owned()
    } else {
        device.to_owned()
    }
}
