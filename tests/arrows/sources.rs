//! Reads the sources: which paths of this crate, and which words, stand where.

use std::path::{Path, PathBuf};

/// A path of this crate that a file mentions, and in which line.
pub struct Mention {
    pub line: usize,
    pub path: Vec<String>,
}

/// A source file.
pub struct Source {
    pub file: PathBuf,
    /// Where it stands in the crate: `server`, `reset`, `verify`.
    pub module: Vec<String>,
    pub text: String,
}

pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 50, "where are the sources?");
    files
        .into_iter()
        .map(|file| {
            let inside = file.strip_prefix(&root).unwrap().with_extension("");
            let mut module: Vec<String> = inside
                .iter()
                .map(|part| part.to_str().unwrap().to_owned())
                .collect();
            if module.last().is_some_and(|last| last == "mod") {
                module.pop();
            }
            let text = without_comments(&std::fs::read_to_string(&file).unwrap());
            Source { file, module, text }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Line comments go; what they name is only talked about.
fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| {
            let comment = line
                .match_indices("//")
                .map(|(at, _)| at)
                .find(|at| line[..*at].matches('"').count() % 2 == 0);
            comment.map_or(line, |at| &line[..at])
        })
        .collect::<Vec<_>>()
        .join("\n")
}

impl Source {
    /// Every path of our own that is mentioned, in `use` or in an expression.
    pub fn mentions(&self) -> Vec<Mention> {
        let mut found = Vec::new();
        for root in ["crate::", "super::", "rekey::"] {
            for (at, _) in self.text.match_indices(root) {
                let before = self.text[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                let line = self.text[..at].matches('\n').count() + 1;
                for path in paths(&self.text[at..]) {
                    let path = self.absolute(path);
                    found.push(Mention { line, path });
                }
            }
        }
        found
    }

    /// A path as seen from the crate's root. A `super` inside an inline module is taken for the file's own, which is never
    /// nearer to the root than it really is by more than that module.
    fn absolute(&self, path: Vec<String>) -> Vec<String> {
        let mut place = self.module.clone();
        let mut rest = path.into_iter().peekable();
        if rest.peek().is_some_and(|first| first != "super") {
            rest.next();
            return rest.collect();
        }
        while rest.next_if(|part| part == "super").is_some() {
            place.pop();
        }
        place.extend(rest);
        place
    }

    pub fn is_in(&self, place: &[&str]) -> bool {
        starts_with(&self.module, place)
    }
}

pub fn starts_with(path: &[String], place: &[&str]) -> bool {
    path.len() >= place.len() && path.iter().zip(place).all(|(part, wanted)| part == wanted)
}

/// The paths that a piece of source begins with: `a::b`, or several for `a::{b, c::d}`.
fn paths(text: &str) -> Vec<Vec<String>> {
    let mut branches = Vec::new();
    let mut stack: Vec<Vec<String>> = vec![Vec::new()];
    let mut word = String::new();
    let mut prefixes: Vec<Vec<String>> = Vec::new();
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            ':' => {
                let ended = (!word.is_empty()).then(|| std::mem::take(&mut word));
                stack.last_mut().unwrap().extend(ended);
            }
            '{' if word.is_empty() => {
                let prefix = stack.last().unwrap().clone();
                prefixes.push(prefix.clone());
                stack.push(prefix);
            }
            ',' | '}' if !prefixes.is_empty() => {
                let mut path = stack.pop().unwrap();
                path.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
                branches.push(path);
                if c == ',' {
                    stack.push(prefixes.last().unwrap().clone());
                } else {
                    prefixes.pop();
                    if prefixes.is_empty() {
                        return branches;
                    }
                }
            }
            c if c.is_whitespace() && !prefixes.is_empty() => {}
            _ if prefixes.is_empty() => {
                let mut path = stack.pop().unwrap();
                path.extend((!word.is_empty()).then_some(word));
                branches.push(path);
                return branches;
            }
            _ => {}
        }
    }
    branches
}

/// Fails with file and line of every mention that `is_wrong` finds in the sources under `place`.
pub fn hold(place: &[&str], rule: &str, is_wrong: impl Fn(&Source, &[String]) -> bool) {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for source in sources().iter().filter(|source| source.is_in(place)) {
        looked_at += 1;
        for Mention { line, path } in source.mentions() {
            if is_wrong(source, &path) {
                let file = source.file.display();
                wrong.push(format!("{file}:{line}: {}", path.join("::")));
            }
        }
    }
    assert!(looked_at > 0, "nothing is in {place:?}");
    assert!(wrong.is_empty(), "{rule}\n{}", wrong.join("\n"));
}

/// Fails with every line outside of `places` in which one of these stands.
pub fn hold_words(words: &[&str], places: &[&[&str]], rule: &str) {
    let mut wrong = Vec::new();
    let mut is_anywhere = false;
    for source in sources() {
        let may = places.iter().any(|place| source.is_in(place));
        for (number, line) in source.text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                is_anywhere = true;
                if !may {
                    let file = source.file.display();
                    wrong.push(format!("{file}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(is_anywhere, "{words:?} is nowhere");
    assert!(wrong.is_empty(), "{rule}\n{}", wrong.join("\n"));
}

#[test]
fn a_path_is_read_in_all_its_branches() {
    let read = |text: &str| {
        let mut all: Vec<String> = paths(text).iter().map(|path| path.join("::")).collect();
        all.sort();
        all
    };
    assert_eq!(read("crate::app::x(1)"), ["crate::app::x"]);
    assert_eq!(read("super::store;"), ["super::store"]);
    assert_eq!(
        read("crate::{app::{self, b}, server::c};"),
        [
            "crate::app",
            "crate::app::b",
            "crate::app::self",
            "crate::server::c"
        ]
    );
}
