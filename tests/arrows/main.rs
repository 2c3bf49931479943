//! Holds the imports of the sources to the design: `app → api → server`, and in the server from floor to floor; `rules` and `texts` may be used by all and use
//! nothing of ours; no two rooms of a floor know each other; SQL stands in `server/store` only.

#![cfg(feature = "ssr")]

#[cfg(test)]
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use sources::{hold, hold_words, sources, starts_with};

/// The rooms of the house.
const ROOMS: [&str; 5] = ["app", "api", "server", "rules", "texts"];

fn is_other_room(path: &[String], allowed: &[&str]) -> bool {
    path.first()
        .is_some_and(|room| ROOMS.contains(&&**room) && !allowed.contains(&&**room))
}

#[test]
fn rules_use_nothing_of_ours() {
    hold(&["rules"], "rules may use only rules", |_, path| {
        is_other_room(path, &["rules"])
    });
}

#[test]
fn texts_use_nothing_of_ours() {
    hold(&["texts"], "texts may use only texts", |_, path| {
        is_other_room(path, &["texts"])
    });
}

#[test]
fn the_app_does_not_know_the_server() {
    hold(&["app"], "app may use only api, rules, texts", |_, path| {
        is_other_room(path, &["app", "api", "rules", "texts"])
    });
}

#[test]
fn the_api_does_not_know_the_app() {
    hold(
        &["api"],
        "api may use only server, rules, texts",
        |_, path| is_other_room(path, &["api", "server", "rules", "texts"]),
    );
}

#[test]
fn the_server_knows_neither_app_nor_api() {
    hold(
        &["server"],
        "server may use only rules, texts",
        |_, path| is_other_room(path, &["server", "rules", "texts"]),
    );
}

#[test]
fn the_store_is_at_the_bottom() {
    hold(
        &["server", "store"],
        "store may use of server only base",
        |_, path| {
            starts_with(path, &["server"])
                && path.len() > 1
                && !starts_with(path, &["server", "store"])
                && !starts_with(path, &["server", "base"])
        },
    );
}

#[test]
fn everybody_stands_on_the_base() {
    hold(
        &["server", "base"],
        "base may use nothing else of server",
        |_, path| {
            starts_with(path, &["server"])
                && path.len() > 1
                && !starts_with(path, &["server", "base"])
        },
    );
}

#[test]
fn at_most_three_files_are_in_no_room() {
    let loose: BTreeSet<String> = sources()
        .iter()
        .filter(|source| source.is_in(&["server"]) && !source.file.ends_with("mod.rs"))
        .filter(|source| source.module.len() == 2)
        .map(|source| source.module[1].clone())
        .collect();
    assert!(loose.contains("context"), "it finds them: {loose:?}");
    assert!(loose.len() <= 3, "{loose:?}");
}

#[test]
fn only_the_door_knows_the_door() {
    hold(
        &["server"],
        "server/http is used by api and main only",
        |source, path| starts_with(path, &["server", "http"]) && !source.is_in(&["server", "http"]),
    );
}

/// Holds a part of the door to the parts that it stands on.
fn hold_part(part: &str, stands_on: &[&str]) {
    let rule = format!("server/http/{part} may use of server/http only {stands_on:?}");
    hold(&["server", "http", part], &rule, |_, path| {
        starts_with(path, &["server", "http"])
            && path
                .get(2)
                .is_some_and(|used| used != part && !stands_on.contains(&&**used))
    });
}

#[test]
fn what_every_request_passes_knows_no_page() {
    hold_part("layers", &["cookies", "files", "places", "responses"]);
}

#[test]
fn the_toolkit_of_drawn_pages_knows_no_page() {
    hold_part(
        "drawn",
        &[
            "brand",
            "cookies",
            "layers",
            "places",
            "responses",
            "web_state",
        ],
    );
}

#[test]
fn the_wizard_knows_no_drawn_page() {
    hold_part(
        "wizard",
        &[
            "brand",
            "cookies",
            "drawn",
            "layers",
            "places",
            "responses",
            "session",
            "wanted",
            "web_state",
        ],
    );
}

#[test]
fn pages_do_not_know_each_other() {
    const PAGES: [&str; 3] = ["account", "factor", "help"];
    for mine in PAGES {
        hold(
            &["server", "http", mine],
            "a page knows the list of addresses, not another page",
            |_, path| {
                PAGES
                    .iter()
                    .any(|other| mine != *other && starts_with(path, &["server", "http", other]))
            },
        );
    }
}

/// Which parts of the server each part imports, tests and all.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources() {
        let ["server", part, ..] = &*source.module.iter().map(|m| &**m).collect::<Vec<_>>() else {
            continue;
        };
        let used = source.mentions().into_iter().filter_map(|mention| {
            let [server, used, ..] = &*mention.path else {
                return None;
            };
            (server == "server").then(|| used.clone())
        });
        imports.entry((*part).to_owned()).or_default().extend(used);
    }
    imports
}

/// The rooms of the server from the ground up. Each knows those below it, and none on its own floor: so no two know each other, in
/// however wide a circle.
const FLOORS: [&[&str]; 14] = [
    &["base"],
    &["config", "store"],
    &["identifiers"],
    &["delivery", "directory"],
    &["health"],
    &["audit", "limits", "revoke"],
    &["outbox", "sessions"],
    &["notifications"],
    &["factor"],
    &["password"],
    &["account", "help", "reset"],
    &["start"],
    &["http", "workers"],
    &["cli"],
];

#[test]
fn arrows_lead_down_only() {
    // Put together once and handed to everybody.
    const HANDED: &str = "context";
    let floor = |room: &str| FLOORS.iter().position(|rooms| rooms.contains(&room));
    let imports = imports();
    assert!(imports["workers"].contains("reset"), "it reads imports");
    let mut wrong = Vec::new();
    for (room, used) in imports {
        let used = used
            .iter()
            .filter(|used| **used != room && *used != HANDED && floor(used).is_some());
        match floor(&room) {
            _ if room == HANDED => {}
            None => wrong.push(format!("{room} stands on no floor")),
            Some(own) => wrong.extend(
                used.filter(|used| floor(used) >= Some(own))
                    .map(|used| format!("{room} uses {used}")),
            ),
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn only_the_program_joins_app_and_server() {
    hold(&[], "only main.rs joins app and server", |source, path| {
        let joins = starts_with(path, &["app"]) || starts_with(path, &["server"]);
        let is_room = ROOMS.iter().any(|room| source.is_in(&[room]));
        joins && !is_room && !source.is_in(&["main"])
    });
}

#[test]
fn sql_stands_in_the_store() {
    hold_words(
        &[
            "sqlx::query",
            "sqlx::raw_sql",
            "QueryBuilder",
            "AssertSqlSafe",
        ],
        &[&["server", "store"]],
        "SQL outside server/store",
    );
}

#[test]
fn the_directory_alone_names_stored_passwords() {
    const PLACES: [&[&str]; 2] = [&["server", "directory"], &["server", "store"]];
    let rule = "only server/directory reads and writes stored passwords";
    for words in [
        ["store::passwords", "passwords::Stored"],
        ["store::former_passwords", "former_passwords::"],
    ] {
        hold_words(&words, &PLACES, rule);
    }
    hold(&["server"], rule, |source, path| {
        let tables = ["passwords", "former_passwords"];
        tables
            .iter()
            .any(|table| starts_with(path, &["server", "store", table]))
            && !PLACES.iter().any(|place| source.is_in(place))
    });
    // Its own inside is nobody's matter either.
    hold(&[], "hashing is the directory's", |source, path| {
        starts_with(path, &["server", "directory", "hashing"])
            && !source.is_in(&["server", "directory"])
    });
}

#[test]
fn what_an_account_has_open_ends_in_one_place() {
    for word in [
        "store::sessions::end",
        "store::flows::end_",
        "store::flows::supersede",
        "revoke_repetition",
        "store::links::end_all",
        "drop_codes(",
        "forget_all_but(",
        "store::confirmations::forget_all",
    ] {
        hold_words(
            &[word],
            &[&["server", "revoke"], &["server", "store"]],
            "only server/revoke.rs ends what an account has open",
        );
    }
    for word in [".revert_password(", "directory.hold("] {
        hold_words(
            &[word],
            &[&["server", "revoke"]],
            "only revoke asks for that",
        );
    }
}

/// What a file says besides its lists, which are `mod` and `use`: the lines of its items, without attributes.
fn besides_lists(text: &str) -> Vec<&str> {
    let mut said = Vec::new();
    let mut is_in_list = false;
    for line in text.lines().map(str::trim_end) {
        let item = match line.strip_prefix("pub(") {
            Some(rest) => rest.split_once(") ").map_or(line, |(_, item)| item),
            None => line.strip_prefix("pub ").unwrap_or(line),
        };
        let is_list = is_in_list || item.starts_with("mod ") || item.starts_with("use ");
        if is_list {
            is_in_list = !line.ends_with(';');
        } else if !line.is_empty() && !line.starts_with("#[") {
            said.push(line);
        }
    }
    said
}

#[test]
fn a_mod_rs_lists_and_routes() {
    /// The longest list of routes has 48 lines.
    const ROUTES: usize = 60;
    /// These say more, and so much at the most: every layer of the server, and every command.
    const SPEAKERS: [(&str, usize); 2] = [("http", 140), ("cli", 60)];
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for source in sources() {
        if !source.is_in(&["server"]) || !source.file.ends_with("mod.rs") {
            continue;
        }
        looked_at += 1;
        let said = besides_lists(&source.text);
        let file = source.file.display();
        let speaker = SPEAKERS
            .iter()
            .find(|(room, _)| source.module == ["server", room]);
        let longest = speaker.map_or(ROUTES, |(_, longest)| *longest);
        if said.len() > longest {
            wrong.push(format!("{file}: {} lines, not {longest}", said.len()));
        }
        let is_other = |line: &&&str| {
            let is_routing = ["fn routes(", "fn start("]
                .iter()
                .any(|routing| line.contains(routing));
            !line.starts_with([' ', '}', ')']) && !is_routing
        };
        if let (None, Some(other)) = (speaker, said.iter().find(is_other)) {
            wrong.push(format!("{file}: {other}"));
        }
    }
    assert!(looked_at > 20, "where are the lists?");
    let rule = "a mod.rs lists and routes, and is no toolkit";
    assert!(wrong.is_empty(), "{rule}\n{}", wrong.join("\n"));
}
