//! Every route that there is, found in the sources, so that none that is added later is forgotten.

use std::collections::BTreeSet;
use std::path::Path;

/// What the gateway's reports are posted to: its path is put together from pieces.
const REPORTS: &str = "/sms/reports/{job}/{seal}";

/// Every path in the sources of the door, and of every server function. A few are no routes, which does no harm.
pub fn routes() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::from([REPORTS.to_owned()]);
    for folder in ["server/http", "server/reset", "rules", "api"] {
        read(&root.join(folder), &mut found);
    }
    // Moves the clock of development.
    found.remove("/dev/clock");
    found
}

fn read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(paths(&text));
        }
    }
}

fn paths(text: &str) -> impl Iterator<Item = String> {
    let endpoints = text
        .split("endpoint = \"")
        .skip(1)
        .map(|rest| ("/api/", rest));
    let literals = text.split("\"/").skip(1).map(|rest| ("/", rest));
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.{}".contains(c);
    endpoints
        .chain(literals)
        .filter_map(|(start, rest)| Some(format!("{start}{}", rest.split_once('"')?.0)))
        .filter(move |path| path.chars().all(plain) && !path.contains("{}"))
}

/// A route with something in the place of its parameters.
pub fn filled_in(route: &str, value: &str) -> String {
    let mut parts = route.split('{');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        path.push_str(value);
        path.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    path
}
