//! Markup with a tag a line, indented by what it stands in, so that two versions of a page can be read side by side.

use std::fmt::Write as _;

/// Elements without an end.
const VOID: [&str; 4] = ["img", "input", "link", "meta"];
/// Elements that stand in a line of words: a space before or after them is seen.
const INLINE: [&str; 4] = ["a", "b", "span", "strong"];
/// Elements whose every space is shown.
const EXACT: [&str; 2] = ["pre", "textarea"];

/// Rewrites a page. An element that ends where another began fails the test.
pub fn a_tag_a_line(html: &str) -> String {
    // What Leptos marks its places with.
    let html = html.replace("<!>", "");
    // Where an address may be broken is shown in the midst of its line.
    let html = html.replace("<wbr>", "¦");
    let mut page = Markup::default();
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        let (text, from) = rest.split_at(at);
        let end = from.find('>').expect("a tag ends");
        let tag = &from[..=end];
        rest = &from[end + 1..];
        page.text(text, name(tag));
        page.tag(tag);
        if name(tag) == "script" && !tag.starts_with("</") {
            // The data and sentences of the browser's half are no part of what is drawn.
            let (script, after) = rest.split_once("</script>").expect("a script ends");
            let script = if script.is_empty() { "" } else { "[script]" };
            page.words(script.to_owned());
            page.tag("</script>");
            rest = after;
        }
    }
    page.text(rest, "");
    assert!(page.open.is_empty(), "{:?} are not closed", page.open);
    page.written()
}

fn name(tag: &str) -> &str {
    let inside = tag.trim_start_matches(['<', '/']);
    let end = inside.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
    &inside[..end.unwrap_or(inside.len())]
}

/// A line, and how deep it stands.
struct Line {
    depth: usize,
    text: String,
    /// Whether it is the beginning of an element, and that alone.
    begins: bool,
    is_words: bool,
}

#[derive(Default)]
struct Markup<'a> {
    lines: Vec<Line>,
    /// The elements that are open.
    open: Vec<&'a str>,
    /// The element of the last tag.
    last: &'a str,
}

impl<'a> Markup<'a> {
    fn tag(&mut self, tag: &'a str) {
        let name = name(tag);
        self.last = name;
        if tag.starts_with("</") {
            assert_eq!(self.open.pop(), Some(name), "ends at {tag}");
            self.end(tag);
            return;
        }
        let begins = !VOID.contains(&name) && !tag.ends_with("/>") && !tag.starts_with("<!");
        self.lines.push(Line {
            depth: self.open.len(),
            text: tag.to_owned(),
            begins,
            is_words: false,
        });
        if begins {
            self.open.push(name);
        }
    }

    /// Ends an element: in the line in which it began, where there are only words in it.
    fn end(&mut self, tag: &str) {
        let words = self.lines.pop_if(|line| line.is_words);
        if let Some(begun) = self.lines.last_mut().filter(|line| line.begins) {
            begun.begins = false;
            begun.text += words.as_ref().map_or("", |line| &line.text);
            begun.text += tag;
            return;
        }
        self.lines.extend(words);
        self.lines.push(Line {
            depth: self.open.len(),
            text: tag.to_owned(),
            begins: false,
            is_words: false,
        });
    }

    fn words(&mut self, text: String) {
        if !text.is_empty() {
            self.lines.push(Line {
                depth: self.open.len(),
                text,
                begins: false,
                is_words: true,
            });
        }
    }

    /// Words between tags, and the name of the tag after them.
    fn text(&mut self, text: &str, next: &str) {
        if self.open.last().is_some_and(|open| EXACT.contains(open)) {
            self.words(format!("{text:?}"));
            return;
        }
        let blank = |c: Option<char>| c.is_some_and(|c| c.is_ascii_whitespace());
        let before = blank(text.chars().next()) && INLINE.contains(&self.last);
        let after = blank(text.chars().last()) && INLINE.contains(&next);
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        self.words(match (words.join(" "), before, after) {
            (words, true, true) if words.is_empty() => "␣".to_owned(),
            (words, ..) if words.is_empty() => words,
            (words, before, after) => {
                let seen = |is_seen| if is_seen { "␣" } else { "" };
                format!("{}{words}{}", seen(before), seen(after))
            }
        });
    }

    fn written(self) -> String {
        let mut page = String::new();
        for line in self.lines {
            let indent = 2 * line.depth;
            writeln!(page, "{:indent$}{}", "", line.text).expect("a text can be written to");
        }
        page
    }
}
