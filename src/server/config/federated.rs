//! `[[accounts.federated]]`: services through which some people sign in, and where the passwords of those are reset.

use url::Url;

use super::error::Place;
use super::layer::{Table, Value};
use super::localised::Localised;
use super::section::Section;
use super::site::web_address;

/// `[[accounts.federated]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Federated {
    /// What an account says that signs in there, such as `google`.
    pub id: String,
    /// What people call it, such as `Google`.
    pub name: Localised,
    /// Where its passwords are reset.
    pub reset_url: Url,
}

/// A file that names any replaces the ones that earlier sources named.
pub(super) fn read(part: &mut Section<'_>, slot: &mut Vec<Federated>) {
    const DEMAND: &str =
        "must be written in a file, each service under its own [[accounts.federated]]";
    let Some(entry) = part.take("federated") else {
        return;
    };
    let Value::List(items) = entry.value else {
        part.refuse(entry.place, "federated", DEMAND);
        return;
    };
    slot.clear();
    for item in items {
        let Value::Table(table) = item.value else {
            part.refuse(item.place, "federated", DEMAND);
            continue;
        };
        let Some(service) = read_one(part, &item.place, table) else {
            continue;
        };
        if slot.iter().any(|known| known.id == service.id) {
            part.refuse(
                item.place,
                "federated.id",
                "must be another one for each service",
            );
        } else {
            slot.push(service);
        }
    }
}

fn read_one(part: &mut Section<'_>, place: &Place, table: Table) -> Option<Federated> {
    const ID: &str = "1 to 30 lower-case letters, digits and hyphens, such as \"google\"";
    const NAME: &str = "one line of 1 to 60 characters";
    const URL: &str = "an address that starts with https:// or http://";
    let (mut service, mut name, mut reset_url) = (None, None, None);
    part.read_table("federated", table, |part| {
        for (key, demand) in [("id", ID), ("name", NAME), ("reset_url", URL)] {
            if part.place_of(key).is_none() {
                part.refuse(place.clone(), key, format!("must be given, {demand}"));
            }
        }
        part.optional("id", ID, &mut service, id);
        part.localised("name", 60, &mut name);
        part.optional("reset_url", URL, &mut reset_url, web_address);
    });
    Some(Federated {
        id: service?,
        name: name?,
        reset_url: reset_url?,
    })
}

fn id(text: &str) -> Option<String> {
    let fits = (1..=30).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    fits.then(|| text.to_owned())
}
