//! Keeps what people say of the pages: short, and nothing that tells who said it.
use std::net::IpAddr;

use crate::server::base::clock::DAY;
use crate::server::base::failure::Failure;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::limits::requests;
use crate::server::store;
use crate::server::store::feedback::Feedback;
use crate::texts::Language;

/// The longest text, in code points.
pub const WORDS_AT_MOST: usize = 500;

/// Whether the page answered the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It did.
    Yes,
    /// It did not.
    No,
}

impl Answer {
    /// Its name in forms and in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    /// The answer of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Yes, Self::No]
            .into_iter()
            .find(|answer| answer.as_str() == name)
    }
}

/// Why nothing was kept, apart from limits and faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedbackRejection {
    /// Neither an answer nor words.
    Nothing,
    /// More than [`WORDS_AT_MOST`].
    TooLong {
        /// How many there are.
        count: usize,
    },
}

/// What somebody says of a page.
#[derive(Debug, Clone, Copy)]
pub struct NewFeedback<'a> {
    /// The path of the page without its first slash, one of those that there are.
    pub page: &'a str,
    /// Its language.
    pub language: Language,
    /// Whether it answered the question.
    pub answer: Option<Answer>,
    /// The words, as [`tidy`] gives them.
    pub words: &'a str,
}

/// Words as they are kept: line breaks of one kind, nothing that only a machine obeys, no space around them.
#[must_use]
pub fn tidy(typed: &str) -> String {
    let kept: String = typed
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    kept.trim().to_owned()
}

/// Whether it can be kept, where yes or no was said or not.
///
/// # Errors
/// [`FeedbackRejection`].
pub fn check(is_answered: bool, words: &str) -> Result<(), FeedbackRejection> {
    let count = words.chars().count();
    if count > WORDS_AT_MOST {
        return Err(FeedbackRejection::TooLong { count });
    }
    if !is_answered && words.is_empty() {
        return Err(FeedbackRejection::Nothing);
    }
    Ok(())
}

/// Keeps what was said, unless this client address has said too much, and tells its id. The address itself is not kept.
///
/// # Errors
/// [`Failure::TooMany`], or [`Failure::Fault`] when the database does not answer.
pub async fn keep(ctx: &Context, client: IpAddr, said: NewFeedback<'_>) -> Result<String, Failure> {
    let now = ctx.now();
    let row = Feedback {
        id: random_id()?,
        page: said.page.to_owned(),
        language: said.language.tag().to_owned(),
        answer: said.answer.map(|answer| answer.as_str().to_owned()),
        words: said.words.to_owned(),
        created_at: now - now.rem_euclid(DAY),
    };
    let mut tx = ctx.store.begin().await?;
    requests::feedback_from(ctx, &mut tx, client).await?;
    store::feedback::insert(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row.id)
}

/// Puts words to an answer that was kept before them, so that one person is counted once. Words that are sent again change nothing.
///
/// # Errors
/// As [`keep`].
pub async fn add_words(
    ctx: &Context,
    client: IpAddr,
    id: &str,
    words: &str,
) -> Result<(), Failure> {
    let mut tx = ctx.store.begin().await?;
    requests::feedback_from(ctx, &mut tx, client).await?;
    store::feedback::add_words(&mut tx, id, words).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_tidied_before_they_are_counted() {
        assert_eq!(tidy(" a\r\n\u{7}b\u{1b}[2J \n"), "a\nb[2J");
        assert_eq!(
            check(false, &tidy(" \r\n ")),
            Err(FeedbackRejection::Nothing)
        );
        assert_eq!(check(true, ""), Ok(()));
        assert_eq!(check(false, &"å".repeat(500)), Ok(()));
        let long = "å".repeat(501);
        assert_eq!(
            check(false, &long),
            Err(FeedbackRejection::TooLong { count: 501 })
        );
    }
}
