//! Holds the sentences to the way that Rekey speaks: the glossary and the tone at the top of each file of `locales/` (STANDARDS Q01, Q02, P03, L07).

use super::source::{Entry, parse};
use super::{
    Language, PAGE_KEYS, SERVER_KEYS, SERVER_TEXTS, TEXTS, page_sentences, server_sentences,
};

/// Words that no sentence has, at the start of any word: they beg, blame, or name a thing by a second name.
fn banned(language: Language) -> &'static [&'static str] {
    match language {
        Language::Sv => &[
            "vänlig",
            "oops",
            "hoppsan",
            "tyvärr",
            "ogiltig",
            "felaktig",
            "fel lösenord",
            "fel kod",
            "misslyckad",
            "misslyckats",
            // One term a thing.
            "engångskod",
            "verifieringskod",
            "bekräftelsekod",
            "mail",
            "epost",
            "e-posten",
            "e-postmeddelande",
            "spam",
            "skräpmejl",
            "logga på",
            "inloggningsnamn",
            "referensnummer",
            "mata in",
            "fyll i",
            "ange",
            "återställningskod",
            "slå av",
            "slås av",
            "slogs av",
            "prata med",
            "se efter",
            "titta efter",
            "rekey",
        ],
        Language::Nb => &[
            "vennligst",
            "oops",
            "beklager",
            "dessverre",
            "ugyldig",
            "feil passord",
            "feil kode",
            "mislyk",
            "sikkerhetskode",
            "bekreftelseskode",
            "verifiseringskode",
            "mail",
            "mejl",
            "epost",
            "e-postmelding",
            "spam",
            "trinn",
            "logg på",
            "referansenummer",
            "angi",
            "tast inn",
            "fyll ut",
            "si aldri",
            "si saksnummer",
            "snakk",
            "se etter",
            "sannsynlig",
            "takle",
            "rekey",
        ],
        Language::En => &[
            "please",
            "oops",
            "sorry",
            "invalid",
            "illegal",
            "incorrect",
            "wrong password",
            "wrong code",
            "failed",
            "failure",
            "forbidden",
            "otp",
            "one-time",
            "verification code",
            "mail",
            "email",
            "log in",
            "login",
            "logged",
            "username",
            "reference number",
            "somebody",
            "anybody",
            "everybody",
            "nobody",
            "present password",
            "right away",
            "rekey",
        ],
    }
}

/// Every sentence of a language with its key.
pub(super) fn sentences(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    let pages = PAGE_KEYS
        .into_iter()
        .zip(page_sentences(language).iter().copied());
    let mails = SERVER_KEYS
        .into_iter()
        .zip(server_sentences(language).iter().copied());
    pages.chain(mails)
}

/// The words of a sentence in lower case, without placeholders and punctuation, each after one space: ` enter the e-mail address`.
fn words(sentence: &str) -> String {
    let mut words = String::new();
    let mut in_placeholder = false;
    for sign in sentence.chars() {
        match sign {
            '{' => in_placeholder = true,
            '}' => in_placeholder = false,
            _ if in_placeholder => {}
            '-' => words.push('-'),
            _ if sign.is_alphanumeric() => words.extend(sign.to_lowercase()),
            _ => words.push(' '),
        }
    }
    words
        .split_whitespace()
        .fold(String::new(), |all, word| all + " " + word)
}

#[test]
fn no_sentence_begs_blames_or_renames() {
    for language in Language::ALL {
        for (key, sentence) in sentences(language) {
            let words = words(sentence);
            for word in banned(language) {
                assert!(
                    !words.contains(&format!(" {word}")),
                    "{}: {key}: {word:?} in {sentence:?}",
                    language.tag()
                );
            }
            assert!(
                !sentence.contains('!') || key == "mail.greeting",
                "{}: {key}: nobody is shouted at: {sentence:?}",
                language.tag()
            );
        }
    }
}

#[test]
fn the_linter_sees_words_and_not_placeholders() {
    assert_eq!(words("Ge {user_name}, e-POST: Ö!"), " ge e-post ö");
}

#[test]
fn the_terms_of_the_glossary_stand_where_they_belong() {
    for (language, code, number, error) in [
        (Language::Sv, "Säkerhetskod", "Ärendenummer", "Fel:"),
        (Language::Nb, "Engangskode", "Saksnummer", "Feil:"),
        (Language::En, "Security code", "Case number", "Error:"),
    ] {
        let find = |wanted: &str| {
            sentences(language)
                .find(|(key, _)| *key == wanted)
                .unwrap()
                .1
        };
        assert_eq!(find("code.label"), code);
        assert_eq!(find("common.case_number"), number);
        assert_eq!(find("common.error_prefix"), error);
        assert!(find("mail.case_number").starts_with(number));
        for key in [
            "code.title",
            "code.sent",
            "aside.code",
            "mail.code_subject",
            "sms.code",
            "mail.code_line",
        ] {
            let said = words(find(key));
            let term = code.to_lowercase();
            assert!(said.contains(&term), "{}: {key}: {said}", language.tag());
        }
        assert_eq!(find("identify.title"), find("sign_in.forgot"));
        // What is to be ticked is named as it stands there.
        assert!(find("problem.robot_unticked").contains(find("identify.robot")));
    }
}

/// Voice control presses a button by the words on it (WCAG 2.5.3, label in name).
#[test]
fn the_name_of_a_button_begins_with_what_it_shows() {
    for language in Language::ALL {
        let find = |wanted: &str| {
            sentences(language)
                .find(|(key, _)| *key == wanted)
                .unwrap()
                .1
        };
        assert!(find("common.show_password").starts_with(find("common.show")));
        assert!(find("common.hide_password").starts_with(find("common.hide")));
    }
}

/// An account is at a service and not on it, which reads badly of a municipality.
#[test]
fn accounts_are_at_a_service() {
    for language in [Language::Sv, Language::Nb] {
        for (key, sentence) in sentences(language) {
            assert!(
                !sentence.contains("på {site}"),
                "{}: {key}: {sentence:?}",
                language.tag()
            );
        }
    }
}

/// Where "kl." does not stand before the time of day, a word does.
#[test]
fn english_times_have_their_preposition() {
    for (key, sentence) in sentences(Language::En) {
        for time in ["{time}", "{date}", "{since}", "{seen}"] {
            for (at, _) in sentence.match_indices(time) {
                let before = sentence.get(..at).unwrap_or_default().to_lowercase();
                let is_told = ["on ", "until ", "from ", "since ", ": "]
                    .iter()
                    .any(|word| before.ends_with(word));
                assert!(is_told, "{key}: {sentence:?}");
            }
        }
    }
}

/// A subject line is read on locked screens by whoever stands beside (STANDARDS L07).
#[test]
fn subjects_of_mails_carry_no_code() {
    let mut subjects = 0;
    for language in Language::ALL {
        for (key, sentence) in sentences(language) {
            if key.starts_with("mail.") && key.ends_with("_subject") {
                subjects += 1;
                assert!(!sentence.contains("{code"), "{}: {key}", language.tag());
                assert!(
                    sentence.chars().count() <= 60,
                    "{}: {key} is cut off on a phone",
                    language.tag()
                );
            }
        }
    }
    assert_eq!(subjects, 15 * Language::ALL.len());
}

/// Whoever marks a code to copy it takes along what touches it.
#[test]
fn nothing_touches_a_code() {
    for language in Language::ALL {
        for (key, sentence) in sentences(language) {
            for (at, code) in sentence.match_indices("{code}") {
                let before = sentence.get(..at).unwrap_or_default();
                let behind = sentence.get(at + code.len()..).unwrap_or_default();
                let touches = |c: char| !c.is_whitespace();
                assert!(
                    !before.ends_with(touches) && !behind.starts_with(touches),
                    "{}: {key}: {sentence:?}",
                    language.tag()
                );
            }
        }
    }
}

/// The eight states of a code each say something of their own (STANDARDS P03).
#[test]
fn every_problem_has_words_of_its_own() {
    for language in Language::ALL {
        let mut problems: Vec<&str> = sentences(language)
            .filter(|(key, _)| key.starts_with("problem."))
            .map(|(_, sentence)| sentence)
            .collect();
        let all = problems.len();
        problems.sort_unstable();
        problems.dedup();
        assert_eq!(problems.len(), all, "{}", language.tag());
    }
}

/// LIX: words a sentence, plus the share of words longer than six letters in per cent. 30 to 40 is easy reading, such as fiction. Labels and
/// titles, which have no full stop, are no sentences.
pub(super) fn lix<'a>(sentences: impl Iterator<Item = &'a str>) -> usize {
    let (mut count, mut long, mut stops) = (0, 0, 0);
    for sentence in sentences.filter(|sentence| sentence.contains(". ") || sentence.ends_with('.'))
    {
        stops += sentence.matches(['.', '?', ':']).count();
        for word in words(sentence).split_whitespace() {
            count += 1;
            long += usize::from(word.chars().count() > 6);
        }
    }
    count / stops.max(1) + 100 * long / count.max(1)
}

/// How hard the hardest text may be (STANDARDS Q02).
pub(super) const EASY: usize = 35;

#[test]
fn the_sentences_are_easy_to_read() {
    for language in Language::ALL {
        let lix = lix(sentences(language).map(|(_, sentence)| sentence));
        assert!(lix <= EASY, "{}: LIX {lix}", language.tag());
    }
}

/// What the build script takes from the files is what the program carries.
#[test]
fn the_tables_are_the_files() {
    for language in Language::ALL {
        let path = format!(
            "{}/locales/{}.toml",
            env!("CARGO_MANIFEST_DIR"),
            language.tag()
        );
        let entries = parse(&path, &std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(entries.len(), TEXTS + SERVER_TEXTS);
        for (key, sentence) in sentences(language) {
            let found: Vec<&Entry> = entries.iter().filter(|entry| entry.key() == key).collect();
            assert_eq!(found.len(), 1, "{key}");
            assert_eq!(found[0].sentence, sentence, "{key}");
        }
    }
}
