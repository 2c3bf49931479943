//! How easily the help is read (STANDARDS Q02): LIX of at most 35 for each page by itself, in every language, in every journey.

use rekey::texts::Language;

use crate::help::{MORE, TOPICS};
use crate::support::html::{all_between, words};
use crate::support::sms::Sms;
use crate::support::{Engine, Page, Setup, on_sqlite};

on_sqlite!(q02_every_page_of_the_help_is_easy_to_read);

/// The ready journeys, by the names of their files.
const JOURNEYS: [&str; 5] = ["kwick", "zoom", "visma", "amazon", "orebro"];

pub fn journey(name: &str) -> String {
    let path = format!("{}/config/journeys/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// 30 to 40 is easy reading, such as fiction.
const EASY: usize = 35;

/// The blocks of text of a page's content: a paragraph, an item, a heading each.
fn blocks(page: &Page) -> Vec<String> {
    let (_, main) = page.body.split_once("<main id=\"content\">").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    ["p", "li", "h2", "legend"]
        .into_iter()
        .flat_map(|tag| {
            let end = format!("</{tag}>");
            let mut all = all_between(main, &format!("<{tag}>"), &end);
            all.extend(all_between(main, &format!("<{tag} "), &end));
            all
        })
        // What is left of a start tag with attributes ends at its bracket.
        .map(|block| words(block.rsplit_once("\">").map_or(block, |(_, inner)| inner)))
        .collect()
}

/// Words a sentence, plus the share of words longer than six letters in per cent. A block without a full stop is a sentence by itself.
fn lix(blocks: &[String]) -> usize {
    let (mut count, mut long, mut sentences) = (0, 0, 0);
    for block in blocks {
        let mut is_open = false;
        for word in block.split_whitespace() {
            // Placeholders, addresses and names of records are not read but looked at.
            if word.contains(['@', '/', '_', '{']) || word.trim_end_matches('.').contains('.') {
                continue;
            }
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            if letters > 0 {
                count += 1;
                is_open = true;
                long += usize::from(letters > 6);
            }
            if word.ends_with(['.', '?', ':', '!']) && is_open {
                sentences += 1;
                is_open = false;
            }
        }
        sentences += usize::from(is_open);
    }
    count / sentences.max(1) + 100 * long / count.max(1)
}

async fn q02_every_page_of_the_help_is_easy_to_read(engine: Engine) {
    let sms = Sms::start().await;
    let mut hard = Vec::new();
    for name in [""].into_iter().chain(JOURNEYS) {
        let mut setup = Setup::new(engine).gateway(&sms);
        if !name.is_empty() {
            setup = setup.config(&journey(name));
        }
        let server = setup.start().await;
        let mut browser = server.browser();
        for language in Language::ALL {
            let tag = language.tag();
            for topic in TOPICS.into_iter().chain(MORE) {
                let page = browser.look(&format!("/help/{topic}?lang={tag}")).await;
                if page.status == 404 {
                    continue;
                }
                let found = lix(&blocks(&page));
                if found > EASY {
                    hard.push(format!("{name} {topic} {tag}: LIX {found}"));
                }
            }
        }
    }
    assert!(hard.is_empty(), "{}", hard.join("\n"));
}

#[test]
fn lix_counts_words_sentences_and_long_words() {
    let text = |words: &str| vec![words.to_owned()];
    // Six words in two sentences, two of them long.
    assert_eq!(
        lix(&text("Anna reads letters. Magazines please nobody.")),
        3 + 33
    );
    assert_eq!(lix(&text("Anna reads")), 2);
    assert_eq!(lix(&[text("Anna reads"), text("Eva too")].concat()), 2);
}
