//! From the closed vocabulary of problems to sentences.

use crate::rules::advice::Advice;
use crate::rules::page::Asked;
use crate::rules::password::shown;
use crate::rules::problem::Problem;
use crate::texts::{Catalogue, Language, Text};

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

/// The letters beyond a to z that every keyboard of a language has.
pub const fn letters(language: Language) -> &'static str {
    match language {
        Language::Sv => "åäö",
        Language::Nb => "æøå",
        Language::En => "",
    }
}

/// The sentence for a problem.
pub fn problem(texts: &Catalogue, asked: Asked, problem: Problem) -> String {
    if let Problem::PasswordForbidden { character } | Problem::PasswordNotAscii { character } =
        problem
    {
        let (text, _) = sentence_of(problem);
        let character = self::character(texts, character);
        return texts.fill(text, &[("character", &character)]);
    }
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

/// The sentence for advice on a password; empty where there is nothing to say.
pub fn advice(texts: &'static Catalogue, advice: Advice) -> &'static str {
    texts.get(match advice {
        Advice::Nothing => return "",
        Advice::Good => Text::NewStrengthGood,
        Advice::Keys => Text::NewStrengthKeys,
        Advice::Repeats => Text::NewStrengthRepeats,
        Advice::Sequences => Text::NewStrengthSequences,
        Advice::Dates => Text::NewStrengthDates,
        Advice::Names => Text::NewStrengthNames,
        Advice::Common => Text::NewStrengthCommon,
        Advice::Words => Text::NewStrengthWords,
    })
}

/// Characters that a password may not have, by their names, with commas between them.
pub fn characters(texts: &Catalogue, characters: &str) -> String {
    let names: Vec<String> = characters.chars().map(|c| character(texts, c)).collect();
    names.join(", ")
}

fn character(texts: &Catalogue, character: char) -> String {
    if character == ' ' {
        return texts.get(Text::NewSpace).to_owned();
    }
    shown(character)
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
        Problem::RobotUnticked => plain(Text::ProblemRobotUnticked),
        Problem::RobotStale => plain(Text::ProblemRobotStale),
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
        Problem::PasswordNotAscii { .. } => plain(Text::ProblemPasswordNotAscii),
        Problem::PasswordForbidden { .. } => plain(Text::ProblemPasswordForbidden),
        Problem::PasswordNoLetter => plain(Text::ProblemPasswordNoLetter),
        Problem::PasswordNoDigit => plain(Text::ProblemPasswordNoDigit),
        Problem::PasswordPersonal => plain(Text::ProblemPasswordPersonal),
        Problem::PasswordCommon => plain(Text::ProblemPasswordCommon),
        Problem::PasswordBreached => plain(Text::ProblemPasswordBreached),
        Problem::PasswordUnchecked => plain(Text::ProblemPasswordUnchecked),
        Problem::PasswordFormer => plain(Text::ProblemPasswordFormer),
        Problem::PasswordAttemptsUsedUp => plain(Text::ProblemPasswordAttemptsUsedUp),
        Problem::PasswordAlreadySet => plain(Text::ProblemPasswordAlreadySet),
        Problem::ConfirmEmpty => plain(Text::ProblemConfirmEmpty),
        Problem::ConfirmDiffers => plain(Text::ProblemConfirmDiffers),
        Problem::SignInPasswordEmpty => plain(Text::ProblemSignInPasswordEmpty),
        Problem::SignInRefused => plain(Text::ProblemSignInRefused),
        Problem::PasswordNotPresent => plain(Text::ProblemPasswordNotPresent),
        Problem::SessionOver => plain(Text::ProblemSessionOver),
        Problem::FormStale => plain(Text::ProblemFormStale),
        Problem::PasswordWait { minutes } => (
            Text::ProblemPasswordWait,
            [Some(("minutes", minutes)), None],
        ),
        Problem::SignInWait { minutes } if minutes > 60 => (
            Text::ProblemSignInWaitHours,
            [Some(("hours", minutes.div_ceil(60))), None],
        ),
        Problem::SignInWait { minutes } => {
            (Text::ProblemSignInWait, [Some(("minutes", minutes)), None])
        }
        Problem::FlowExpired => plain(Text::ProblemFlowExpired),
        Problem::FlowMissing => plain(Text::ProblemFlowMissing),
        Problem::FlowElsewhere => plain(Text::ProblemFlowElsewhere),
        Problem::LinkElsewhere => plain(Text::ProblemLinkElsewhere),
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
