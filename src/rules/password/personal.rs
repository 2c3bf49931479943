//! Whether a password is nothing but somebody's own name, user name or the name of the service, dressed up.
//!
//! The whole password counts: a long phrase that merely has a name in it is a good password (NIST SP 800-63B-4
//! section 3.1.1.2; OWASP ASVS 6.2.11).

/// Shorter words occur in every other word, so they count only when the password is nothing but the one, repeated.
const SHORTEST: usize = 4;

/// Whether `password` is made of personal words and signs alone, in any case, with look-alikes (`@` for a) and with
/// digits and separators before, between and after.
pub(super) fn is_made_of(password: &str, personal: &[String]) -> bool {
    let (words, short): (Vec<_>, Vec<_>) = personal
        .iter()
        .flat_map(|text| words(text))
        .partition(|word| word.len() >= SHORTEST);
    let password = fold(password);
    covers(&words, &password) || short.iter().any(|word| repeats(word, &password))
}

/// The words in a personal text: all of it without its separators, and each of its parts.
fn words(text: &str) -> Vec<Vec<char>> {
    let folded = fold(text);
    let mut words: Vec<Vec<char>> = folded
        .split(|c| is_separator(*c))
        .map(<[char]>::to_vec)
        .collect();
    words.push(words.concat());
    words.retain(|word| word.iter().any(|c| c.is_alphabetic()));
    words
}

/// Whether the password is one or more of the words with nothing but signs around them. Every way to read it is
/// followed at once, because a sign can stand for a letter or for itself.
fn covers(words: &[Vec<char>], password: &[char]) -> bool {
    // `reached[w][n]`: the text so far can end with the first n + 1 letters of word w.
    let mut reached: Vec<Vec<bool>> = words.iter().map(|word| vec![false; word.len()]).collect();
    let mut only_signs = true;
    let mut only_words = false;
    for &c in password {
        let can_start = only_signs || only_words;
        let sign = !c.is_alphabetic();
        only_signs &= sign;
        only_words &= sign;
        for (word, reached) in words.iter().zip(&mut reached) {
            for n in (0..word.len()).rev() {
                let before = if n == 0 { can_start } else { reached[n - 1] };
                let inside = reached[n] && is_separator(c);
                reached[n] = inside || (before && matches(c, word[n]));
            }
            only_words |= reached.last().is_some_and(|whole| *whole);
        }
    }
    only_words
}

/// Whether the password is the word twice or more and nothing else than separators.
fn repeats(word: &[char], password: &[char]) -> bool {
    let mut count = 0_usize;
    let same = password
        .iter()
        .filter(|c| !is_separator(**c))
        .zip(word.iter().cycle())
        .inspect(|_| count += 1)
        .all(|(c, letter)| matches(*c, *letter));
    same && count >= 2 * word.len() && count.is_multiple_of(word.len())
}

fn fold(text: &str) -> Vec<char> {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(without_accent)
        .collect()
}

/// User names here are written without the accents of the names they come from.
fn without_accent(c: char) -> char {
    match c {
        'å' | 'ä' | 'á' | 'à' | 'æ' => 'a',
        'ö' | 'ø' | 'ó' => 'o',
        'é' | 'è' | 'ë' => 'e',
        'ü' => 'u',
        _ => c,
    }
}

fn is_separator(c: char) -> bool {
    !c.is_alphabetic() && !c.is_ascii_digit()
}

fn matches(typed: char, letter: char) -> bool {
    typed == letter || stands_for(typed).contains(letter) || stands_for(letter).contains(typed)
}

/// The letters that a sign is commonly written for.
fn stands_for(sign: char) -> &'static str {
    match sign {
        '0' => "o",
        '1' => "il",
        '3' => "e",
        '4' | '@' => "a",
        '5' | '$' => "s",
        '7' => "t",
        '!' => "i",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_of(password: &str, personal: &[&str]) -> bool {
        let personal: Vec<String> = personal.iter().map(ToString::to_string).collect();
        is_made_of(password, &personal)
    }

    #[test]
    fn sees_through_disguises() {
        for password in [
            "anna.berg",
            "ANNABERG",
            "AnnaBerg2026AnnaBerg",
            "2026!annaberg!!",
            "@nna_b3rg-1987",
            "4NN4B3RG",
            "berg anna 1 2 3 4 5",
            "a.n.n.a.b.e.r.g",
            "annaannaannaanna",
        ] {
            assert!(made_of(password, &["anna.berg", "Anna Berg"]), "{password}");
        }
        assert!(made_of("1ISAB3TH!!2026", &["lisabeth"]));
        assert!(made_of("1isa1isa!isa", &["lisa", "isaisa"]));
        assert!(made_of("Asa.Oberg.2026", &["Åsa Öberg"]));
        assert!(made_of("A\u{30a}sa O\u{308}berg", &["asa.oberg"]));
    }

    #[test]
    fn leaves_phrases_alone() {
        for password in [
            "anna likes cold mornings",
            "bergsbestigare i kyla",
            "annabergx",
            "annaber",
            "20261122334455",
            "!!!!",
        ] {
            assert!(
                !made_of(password, &["anna.berg", "Anna Berg"]),
                "{password}"
            );
        }
        assert!(!made_of("anything at all", &["", " ", "--", "2026"]));
    }

    #[test]
    fn takes_short_words_only_when_they_are_all_there_is() {
        assert!(made_of("bobobobobobobobo", &["Bo"]));
        assert!(made_of("bo-bo-bo-bo-b0-bo", &["Bo"]));
        assert!(!made_of("bobobobobobobobob", &["Bo"]));
        assert!(!made_of("bobo katt", &["Bo"]));
        assert!(made_of("BoEk2026BoEk", &["Bo Ek"]));
    }
}
