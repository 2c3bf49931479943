//! From the closed vocabulary of problems to sentences.

use crate::rules::page::Asked;
use crate::rules::problem::Problem;
use crate::texts::{Catalogue, Text};

/// The label of the field in which people say who they are, and what it says when it is empty.
pub const fn identifier(asked: Asked) -> (Text, Text) {
    match asked {
        Asked::UserNameOrMail => (Text::IdentifyLabel, Text::ProblemIdentifierEmpty),
        Asked::Mail => (Text::IdentifyLabelMail, Text::ProblemIdentifierEmptyMail),
        Asked::Phone => (Text::IdentifyLabelPhone, Text::ProblemIdentifierEmptyPhone),
        Asked::UserName => (
            Text::IdentifyLabelUserName,
            Text::ProblemIdentifierEmptyUserName,
        ),
        Asked::MailOrPhone => (
            Text::IdentifyLabelMailPhone,
            Text::ProblemIdentifierEmptyMailPhone,
        ),
        Asked::UserNameOrPhone => (
            Text::IdentifyLabelUserNamePhone,
            Text::ProblemIdentifierEmptyUserNamePhone,
        ),
        Asked::Any => (Text::IdentifyLabelAny, Text::ProblemIdentifierEmptyAny),
    }
}

/// The sentence for a problem.
pub fn problem(texts: &Catalogue, asked: Asked, problem: Problem) -> String {
    let (text, numbers) = match problem {
        Problem::IdentifierEmpty => (identifier(asked).1, [None, None]),
        other => sentence_of(other),
    };
    let numbers: Vec<(&str, String)> = numbers
        .into_iter()
        .flatten()
        .map(|(name, number)| (name, number.to_string()))
        .collect();
    let values: Vec<(&str, &str)> = numbers
        .iter()
        .map(|(name, number)| (*name, number.as_str()))
        .collect();
    texts.fill(text, &values)
}

type Numbers = [Option<(&'static str, u16)>; 2];

fn sentence_of(problem: Problem) -> (Text, Numbers) {
    let count = |text, count: u8| (text, [Some(("count", u16::from(count))), None]);
    let plain = |text| (text, [None, None]);
    match problem {
        Problem::IdentifierEmpty => plain(Text::ProblemIdentifierEmpty),
        Problem::IdentifierTooLong { max } => {
            (Text::ProblemIdentifierTooLong, [Some(("max", max)), None])
        }
        Problem::IdentifierUnusable => plain(Text::ProblemIdentifierUnusable),
        Problem::PostalCodeEmpty => plain(Text::ProblemPostalCodeEmpty),
        Problem::PostalCodeUnusable => plain(Text::ProblemPostalCodeUnusable),
        Problem::AccountEmpty => plain(Text::ProblemAccountEmpty),
        Problem::CodeEmpty => plain(Text::ProblemCodeEmpty),
        Problem::CodeTooShort { count } => {
            (Text::ProblemCodeTooShort, [Some(("count", count)), None])
        }
        Problem::CodeTooLong { count } => {
            (Text::ProblemCodeTooLong, [Some(("count", count)), None])
        }
        Problem::CodeNotDigits => plain(Text::ProblemCodeNotDigits),
        Problem::CodeWrong { left: 1 } => plain(Text::ProblemCodeWrongLast),
        Problem::CodeWrong { left } => count(Text::ProblemCodeWrong, left),
        Problem::CodeReplaced { left } => count(Text::ProblemCodeReplaced, left),
        Problem::CodeExpired => plain(Text::ProblemCodeExpired),
        Problem::CodeUsed => plain(Text::ProblemCodeUsed),
        Problem::CodeTriesUsedUp => plain(Text::ProblemCodeTriesUsedUp),
        Problem::ResendTooEarly { seconds } => (
            Text::ProblemResendTooEarly,
            [Some(("seconds", seconds)), None],
        ),
        Problem::ResendsUsedUp => plain(Text::ProblemResendsUsedUp),
        Problem::PasswordEmpty => plain(Text::ProblemPasswordEmpty),
        Problem::PasswordTooShort { min, count } => (
            Text::ProblemPasswordTooShort,
            [Some(("min", min)), Some(("count", count))],
        ),
        Problem::PasswordTooLong { max, count } => (
            Text::ProblemPasswordTooLong,
            [Some(("max", max)), Some(("count", count))],
        ),
        Problem::PasswordControl => plain(Text::ProblemPasswordControl),
        Problem::PasswordNotAscii => plain(Text::ProblemPasswordNotAscii),
        Problem::PasswordNotLettersAndDigits => plain(Text::ProblemPasswordNotLettersAndDigits),
        Problem::PasswordPersonal => plain(Text::ProblemPasswordPersonal),
        Problem::PasswordCommon => plain(Text::ProblemPasswordCommon),
        Problem::PasswordFormer => plain(Text::ProblemPasswordFormer),
        Problem::PasswordAttemptsUsedUp => plain(Text::ProblemPasswordAttemptsUsedUp),
        Problem::ConfirmEmpty => plain(Text::ProblemConfirmEmpty),
        Problem::ConfirmDiffers => plain(Text::ProblemConfirmDiffers),
        Problem::SignInPasswordEmpty => plain(Text::ProblemSignInPasswordEmpty),
        Problem::SignInRefused => plain(Text::ProblemSignInRefused),
        Problem::SignInWait { minutes } => {
            (Text::ProblemSignInWait, [Some(("minutes", minutes)), None])
        }
        Problem::FlowExpired => plain(Text::ProblemFlowExpired),
        Problem::FlowMissing => plain(Text::ProblemFlowMissing),
        Problem::FlowElsewhere => plain(Text::ProblemFlowElsewhere),
        Problem::StepSkipped => plain(Text::ProblemStepSkipped),
        Problem::TooManyRequests { minutes } => (
            Text::ProblemTooManyRequests,
            [Some(("minutes", minutes)), None],
        ),
        Problem::Busy => plain(Text::ProblemBusy),
        Problem::Unavailable => plain(Text::ProblemUnavailable),
        Problem::Offline => plain(Text::ProblemOffline),
    }
}
