//! The sentences for what is to be put right on the pages of an account, and the field that each is at.
use crate::rules::problem::{FieldProblem, Problem};
use crate::server::account::wrong::Wrong;
use crate::server::context::Context;
use crate::server::factor::Refusal;
use crate::server::identifiers::display_names;
use crate::texts::{Catalogue, MailText, Text};

/// The field and the sentence; no field for the page as a whole.
pub fn sentence(ctx: &Context, sentences: &Catalogue, wrong: Wrong) -> (&'static str, String) {
    let plain = |field, text| (field, sentences.mail(text).to_owned());
    match wrong {
        Wrong::FormStale => ("", sentences.get(Text::ProblemFormStale).to_owned()),
        Wrong::Unconfirmed => plain("", MailText::AccountWrongUnconfirmed),
        Wrong::PasswordWrong => plain("password", MailText::AccountWrongPassword),
        Wrong::PasswordEmpty => plain("password", MailText::AccountWrongPasswordEmpty),
        Wrong::PasswordWait { minutes } => {
            let minutes = minutes.to_string();
            let values = [("minutes", minutes.as_str())];
            (
                "password",
                sentences.fill_mail(MailText::AccountWrongPasswordWait, &values),
            )
        }
        Wrong::PasswordHeld => plain("", MailText::AccountHeld),
        Wrong::Factor(refusal) => ("totp", of_factor(sentences, refusal)),
        Wrong::WayUnknown => plain("", MailText::AccountWrongWay),
        Wrong::CodesUsedUp => plain("", MailText::AccountWrongCodesUsedUp),
        Wrong::NoCode => plain("", MailText::AccountWrongNoCode),
        Wrong::NameEmpty => plain("name", MailText::AccountWrongNameEmpty),
        Wrong::NameTooLong => {
            let max = display_names::LONGEST.to_string();
            let values = [("max", max.as_str())];
            (
                "name",
                sentences.fill_mail(MailText::AccountWrongNameLong, &values),
            )
        }
        Wrong::NameJoined => plain("name", MailText::AccountWrongNameJoined),
        Wrong::NameDigits => {
            let max = display_names::MOST_DIGITS.to_string();
            let values = [("max", max.as_str())];
            (
                "name",
                sentences.fill_mail(MailText::AccountWrongNameDigits, &values),
            )
        }
        Wrong::NameUnusable => plain("name", MailText::AccountWrongNameUnusable),
        Wrong::MailUnusable => plain("mail", MailText::AccountWrongMailUnusable),
        Wrong::PhoneUnusable => plain("phone", MailText::AccountWrongPhoneUnusable),
        Wrong::PhoneUnreachable => plain("phone", MailText::AccountWrongPhoneUnreachable),
        Wrong::ContactKnown => plain("", MailText::AccountWrongContactKnown),
        Wrong::ContactsFull => plain("", MailText::AccountWrongContactsFull),
        Wrong::ContactLast => plain("", MailText::AccountWrongContactLast),
        Wrong::ContactGone => plain("", MailText::AccountWrongContactGone),
        Wrong::ContactsClosed => ("", closed(ctx, sentences)),
    }
}

/// What is to be put right about a code of an app or a recovery code.
pub fn of_factor(sentences: &Catalogue, refusal: Refusal) -> String {
    let text = match refusal {
        Refusal::Empty => MailText::FactorProblemEmpty,
        Refusal::Unusable => MailText::FactorProblemUnusable,
        Refusal::Wrong => MailText::FactorProblemWrong,
        Refusal::Used => MailText::FactorProblemUsed,
        Refusal::NoAccount => return sentences.get(Text::ProblemAccountEmpty).to_owned(),
        Refusal::Wait { minutes } => {
            let minutes = minutes.to_string();
            return sentences.fill_mail(MailText::FactorProblemWait, &[("minutes", &minutes)]);
        }
    };
    sentences.mail(text).to_owned()
}

/// Why contacts cannot be changed, and who helps.
pub fn closed(ctx: &Context, sentences: &Catalogue) -> String {
    let values = [("contact", helper(ctx, sentences))];
    sentences.fill_mail(MailText::AccountContactsClosed, &values)
}

/// Who helps, as far as the organisation has said so.
pub fn helper<'a>(ctx: &'a Context, sentences: &'a Catalogue) -> &'a str {
    let contact = ctx.config.support.contact.as_deref();
    contact.unwrap_or_else(|| sentences.mail(MailText::HelpContactNone))
}

/// The same for what the rules have against a code.
pub fn of_problems(sentences: &Catalogue, problems: &[FieldProblem]) -> (&'static str, String) {
    let Some(found) = problems.first() else {
        return ("", String::new());
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
    (found.field.map_or("", |field| field.as_str()), words)
}
