//! Holds the sentences of the ready journeys in `config/journeys/` to one name a thing (STANDARDS Q01).

use super::Language;
use super::wording::sentences;

/// Where a ready journey renames the code, it does so in every language, and no sentence of it keeps the shipped name.
#[test]
fn a_journey_has_one_name_for_the_code() {
    let mut renaming = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/config/journeys")).unwrap()
    {
        let path = file.unwrap().path();
        let journey: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let own = |language: Language, key: &str| {
            let texts = journey.get("texts")?.get(language.tag())?;
            Some(texts.get(key)?.as_str().unwrap().to_lowercase())
        };
        let renames = |language: &Language| own(*language, "code.label").is_some();
        let languages = Language::ALL.iter().filter(|language| renames(language));
        let count = languages.count();
        assert!([0, Language::ALL.len()].contains(&count), "{path:?}");
        if count == 0 {
            continue;
        }
        renaming += 1;
        for language in Language::ALL {
            let mut all = sentences(language);
            let shipped = all.find(|(key, _)| *key == "code.label").unwrap().1;
            for (key, sentence) in sentences(language) {
                let said = own(language, key).unwrap_or_else(|| sentence.to_lowercase());
                let keeps = said.contains(&shipped.to_lowercase());
                assert!(!keeps, "{path:?}: {}: {key}: {said}", language.tag());
            }
        }
    }
    assert_eq!(renaming, 2);
}
