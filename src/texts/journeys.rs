//! Holds the sentences of the ready journeys in `config/journeys/` to one name a thing and to easy reading (STANDARDS Q01, Q02).

use std::error::Error;
use std::path::PathBuf;

use super::Language;
use super::wording::{EASY, lix, sentences};

/// The journeys, by their files.
fn journeys() -> Result<Vec<(PathBuf, toml::Table)>, Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/journeys");
    std::fs::read_dir(folder)?
        .map(|file| {
            let path = file?.path();
            let journey = std::fs::read_to_string(&path)?.parse()?;
            Ok((path, journey))
        })
        .collect()
}

/// A journey's own sentences in a language, by their keys.
fn own(journey: &toml::Table, language: Language) -> Option<&toml::Table> {
    journey.get("texts")?.get(language.tag())?.as_table()
}

/// Where a ready journey renames the code, it does so in every language, and no sentence of it keeps the shipped name.
#[test]
fn a_journey_has_one_name_for_the_code() {
    let mut renaming = 0;
    for (name, journey) in journeys().unwrap() {
        let said = |language: Language, key: &str| {
            let sentence = own(&journey, language)?.get(key)?;
            Some(sentence.as_str().unwrap().to_lowercase())
        };
        let renames = |language: &Language| said(*language, "code.label").is_some();
        let languages = Language::ALL.iter().filter(|language| renames(language));
        let count = languages.count();
        assert!([0, Language::ALL.len()].contains(&count), "{name:?}");
        if count == 0 {
            continue;
        }
        renaming += 1;
        for language in Language::ALL {
            let mut all = sentences(language);
            let shipped = all.find(|(key, _)| *key == "code.label").unwrap().1;
            for (key, sentence) in sentences(language) {
                let said = said(language, key).unwrap_or_else(|| sentence.to_lowercase());
                let keeps = said.contains(&shipped.to_lowercase());
                assert!(!keeps, "{name:?}: {}: {key}: {said}", language.tag());
            }
        }
    }
    assert_eq!(renaming, 2);
}

/// Those that a journey says otherwise, together.
#[test]
fn what_a_journey_says_itself_is_easy_to_read() {
    let mut hard = Vec::new();
    let mut measured = 0;
    for (name, journey) in journeys().unwrap() {
        for language in Language::ALL {
            let own = own(&journey, language).into_iter().flatten();
            let own: Vec<&str> = own.filter_map(|(_, sentence)| sentence.as_str()).collect();
            measured += own.len();
            let lix = lix(own.into_iter());
            if lix > EASY {
                hard.push(format!("{name:?}: {}: LIX {lix}", language.tag()));
            }
        }
    }
    assert!(measured > 100, "{measured}");
    assert!(hard.is_empty(), "{}", hard.join("\n"));
}
