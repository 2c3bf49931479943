//! Every page that the server draws, kept whole: status, headers and markup, so that a change of the code behind them shows what it does to
//! words, forms and the accessibility tree. Drawing does not depend on the database, so one engine does.
//!
//! A page that differs from its file in `tests/http/snapshots/`, or has none, fails; so does a file that no page belongs to. They are written
//! anew only on purpose, and what changed is then read in the diff:
//!
//! ```text
//! INSTA_UPDATE=always cargo test --features ssr --test http -- page_snapshots
//! ```

mod account;
mod codes;
mod errors;
mod factor;
mod help;
mod markup;
mod revert;
mod steps;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::support::{Browser, Engine, Page, Server, Setup};

/// What differs from one run to the next, and what stands in its place.
const MASKS: &[(&str, &str)] = &[
    (r"http://127\.0\.0\.1:\d+", "[base]"),
    (r"127\.0\.0\.1:\d+/forgot", "[host]/forgot"),
    (r"'nonce-[^']+'", "'nonce-[nonce]'"),
    (r#" (nonce|crossorigin)="[^"]+""#, r#" $1="[nonce]""#),
    (
        r"(?m)^set-cookie: ([^=\n]+)=[^;\n]+;",
        "set-cookie: $1=[value];",
    ),
    (
        r#"name="(token|form|session|contact|replace|to)" value="[^"]+""#,
        r#"name="$1" value="[$1]""#,
    ),
    (r"\b(contact|replace)(=|%3D)[0-9A-Za-z]+", "$1$2[id]"),
    (r"<b>[0-9A-Z]{3}-[0-9A-Z]{3}</b>", "<b>[reference]</b>"),
    (r#"data-(warn|end)-in="\d+""#, r#"data-$1-in="[seconds]""#),
    (r"\b\d+ (sekunder|seconds)\b", "[seconds] $1"),
    (r": [a-z2-7]{26}</b>", ": [request]</b>"),
    (r"secret=[A-Z2-7]+", "secret=[key]"),
    // A longer key makes a larger square.
    (r#"viewBox="0 0 \d+ \d+""#, r#"viewBox="[square]""#),
    (r#" d="[^"]+"/>"#, r#" d="[square]"/>"#),
    // A key in groups of four, and ten recovery codes.
    (r#">"[A-Z2-7]{4}( [A-Z2-7]{4}){7}"<"#, ">[key]<"),
    (r"<code>[^<]+</code>", "<code>[code]</code>"),
    (
        r"(i\x{a0}(dag|går|morgon|morgen)|\d{1,2}\.?[ \x{a0}](januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|januar|februar|mai|august|desember)([ \x{a0}]\d{4})?[ \x{a0}]kl\.)[ \x{a0}]\d\d\.\d\d([ \x{a0}](sommartid|vintertid|sommertid))?",
        "[moment]",
    ),
    (
        r"(today|yesterday|tomorrow|\d{1,2}[ \x{a0}](January|February|March|April|May|June|July|August|September|October|November|December)([ \x{a0}]\d{4})?)[ \x{a0}]at[ \x{a0}]\d\d:\d\d([ \x{a0}]UTC\S+)?",
        "[moment]",
    ),
    (
        r"kl\. \d\d\.\d\d( (sommartid|vintertid|sommertid))?",
        "kl. [time]",
    ),
    (
        r#"<span class="time">[^<]+</span>"#,
        r#"<span class="time">[time]</span>"#,
    ),
];

/// The days on which a test runs, in the form of each language. The help says when its own words were changed, which stays.
const DAYS: &[(&str, &str)] = &[
    (
        r"\b\d{1,2}\.?[ \x{a0}](januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|januar|februar|mai|august|desember|January|February|March|April|May|June|July|August|September|October|November|December)([ \x{a0}]\d{4})?\b",
        "[date]",
    ),
    (r"\b([Ii]\x{a0}(dag|går)|[Tt]oday|[Yy]esterday)\b", "[date]"),
];

/// Headers that say nothing of the page.
const PASSING: [&str; 4] = [
    "content-length",
    "date",
    "transfer-encoding",
    "x-request-id",
];

/// The snapshots of one test, in a folder of their own.
struct Album {
    folder: &'static str,
    taken: BTreeSet<String>,
    differing: Vec<String>,
    settings: insta::Settings,
}

impl Album {
    fn new(folder: &'static str) -> Self {
        let mut album = Self::with_days(folder);
        for (day, instead) in DAYS {
            album.settings.add_filter(day, *instead);
        }
        album
    }

    /// One in which days stay, since they are written in the code.
    fn with_days(folder: &'static str) -> Self {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(format!("snapshots/{folder}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for (what, instead) in MASKS {
            settings.add_filter(what, *instead);
        }
        Self {
            folder,
            taken: BTreeSet::new(),
            differing: Vec::new(),
            settings,
        }
    }

    /// Compares a page with its snapshot. All pages of a test are looked at before it fails.
    fn take(&mut self, name: &str, page: &Page) {
        let name = format!("{name}.{}", page.language());
        assert!(self.taken.insert(name.clone()), "{name} is taken twice");
        let text = whole(page);
        let compare = || insta::assert_snapshot!(name.as_str(), text);
        let compared = || self.settings.bind(compare);
        if catch_unwind(AssertUnwindSafe(compared)).is_err() {
            self.differing.push(name);
        }
    }

    /// Takes the same page in every language.
    async fn take_in_all(&mut self, name: &str, browser: &Browser, path: &str) {
        for language in ["sv", "nb", "en"] {
            let page = browser.clone().speaking(language).look(path).await;
            assert_eq!((page.status, page.language()), (200, language), "{path}");
            self.take(name, &page);
        }
    }

    /// Fails where a page differed, and where a file of the folder belongs to none.
    fn close(self) {
        assert!(self.differing.is_empty(), "{:?} differ", self.differing);
        let folder = snapshots().join(self.folder);
        let kept: BTreeSet<String> = std::fs::read_dir(&folder)
            .expect("the folder of the snapshots")
            .map(|entry| entry.expect("a file").file_name())
            .map(|name| name.to_string_lossy().replace(".snap", ""))
            .collect();
        assert_eq!(kept, self.taken, "{}", folder.display());
    }
}

fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/snapshots")
}

/// Everything of an answer that stays the same when it is asked for again.
fn whole(page: &Page) -> String {
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .filter(|(name, _)| !PASSING.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("a text")))
        .collect();
    headers.sort();
    format!(
        "{} {}\n{}\n\n{}",
        page.status,
        page.path,
        headers.join("\n"),
        markup::a_tag_a_line(&page.body)
    )
}

/// A browser that reads Swedish and says what it is.
fn swedish(server: &Server) -> Browser {
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let browser = server.browser().speaking("sv");
    browser.with("user-agent", agent)
}

/// The same, with somebody signed in.
async fn signed_in(server: &Server, who: &str) -> Browser {
    let mut browser = swedish(server);
    let page = browser.sign_in(who, &server.passwords[who]).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    browser
}

fn setup() -> Setup {
    Setup::new(Engine::Sqlite)
}

/// One whose clock stands still, for codes of an app.
fn setup_stopped() -> Setup {
    Setup::stopped(Engine::Sqlite)
}

/// No folder of snapshots is left over from a test that is gone.
#[test]
fn every_folder_belongs_to_a_test() {
    let folders: BTreeSet<String> = std::fs::read_dir(snapshots())
        .expect("the folder of the snapshots")
        .map(|entry| entry.expect("a folder").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let known = [
        "account",
        "codes",
        "errors",
        "factor",
        "help",
        "help-full",
        "revert",
        "steps",
    ];
    assert_eq!(folders, known.map(str::to_owned).into());
}
