//! Strength advice from zxcvbn: what makes a password easy to guess, never whether it may be used (STANDARDS C15).
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zxcvbn::Score;
use zxcvbn::feedback::{Feedback, Warning};

use crate::rules::advice::Advice;
use crate::server::directory::Password;

/// Code points that are looked at: its work grows faster than the text, and what is longer is not weaker.
const LOOKED_AT: usize = 64;

/// Passwords that are looked at at the same time. More get no advice: nobody waits for it.
const AT_ONCE: usize = 2;

/// The places in which passwords are looked at.
#[derive(Debug)]
pub struct Adviser {
    places: Semaphore,
}

impl Default for Adviser {
    fn default() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE),
        }
    }
}

impl Adviser {
    /// Advice on a password, off the async threads. `personal` are words that its owner's friends would try first.
    pub async fn advise(&self, password: Password, personal: Vec<String>) -> Advice {
        let Ok(_place) = self.places.try_acquire() else {
            return Advice::Nothing;
        };
        let looked = spawn_blocking(move || of(&password, &personal)).await;
        looked.unwrap_or_default()
    }
}

fn of(password: &str, personal: &[String]) -> Advice {
    let text = Password::new(password.chars().take(LOOKED_AT).collect());
    let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
    let found = zxcvbn::zxcvbn(&text, &personal);
    if found.score() >= Score::Three {
        return Advice::Good;
    }
    match found.feedback().and_then(Feedback::warning) {
        Some(
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess,
        ) => Advice::Keys,
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => Advice::Repeats,
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Advice::Sequences,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => {
            Advice::Dates
        }
        Some(
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => Advice::Names,
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword
            | Warning::AWordByItselfIsEasyToGuess,
        ) => Advice::Common,
        None => Advice::Words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_password_easy_to_guess_is_named() {
        for (password, advice) in [
            ("fyra gröna katter på taket", Advice::Good),
            ("qwertyuiop[]asd", Advice::Keys),
            ("abcdefghijklmnop", Advice::Sequences),
            ("passwordpassword", Advice::Repeats),
        ] {
            assert_eq!(of(password, &[]), advice, "{password}");
        }
        let own = ["lillköpings kommun".to_owned()];
        assert_ne!(of("lillköpings kommun", &own), Advice::Good);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_place() {
        let adviser = Adviser::default();
        let good = || Password::new("fyra gröna katter på taket".to_owned());
        assert_eq!(adviser.advise(good(), Vec::new()).await, Advice::Good);
        let _both = adviser.places.acquire_many(2).await.expect("open");
        assert_eq!(adviser.advise(good(), Vec::new()).await, Advice::Nothing);
    }
}
