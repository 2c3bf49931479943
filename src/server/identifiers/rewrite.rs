//! Rows that were stored before addresses, numbers and user names had one reading are read once, at the start, in short transactions: a
//! start that is cut off goes on where it was, and of several nodes each finds what the others have left.
//!
//! Nothing is merged. A contact to which messages would go elsewhere than before loses its confirmation until it is proven again; `rekey check`
//! names it, and those that stand beside another one which is the same.

use super::{address, masked, number, user_name};
use crate::rules::channel::Channel;
use crate::server::store::readings::{
    self, Read, Reading, StoredContact, StoredName, Table, Which,
};
use crate::server::store::{Connection, Store};

/// Rows that one transaction reads.
const AT_ONCE: u32 = 500;

/// How many rows came out so that somebody should look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Contacts that have lost their confirmation.
    pub contacts: u64,
    /// User names that are another account's too.
    pub names: u64,
}

/// What a row becomes.
struct Becomes {
    address: String,
    canonical: String,
    reading: Reading,
}

/// Reads every row that has not been read yet.
///
/// # Errors
/// When the database does not answer; what was read until then stays so.
pub async fn run(store: &Store) -> Result<Counted, sqlx::Error> {
    let mut counted = Counted::default();
    while is_any_left(store).await? {
        let mut tx = store.begin().await?;
        readings::take_turn(&mut tx).await?;
        let contacts = readings::contacts(&mut tx, Which::Unread, "", AT_ONCE).await?;
        counted.contacts += read_contacts(&mut tx, &contacts).await?;
        let names = readings::names(&mut tx, Which::Unread, "", AT_ONCE).await?;
        counted.names += read_names(&mut tx, &names).await?;
        tx.commit().await?;
    }
    if counted != Counted::default() {
        tracing::warn!(
            contacts = counted.contacts,
            user_names = counted.names,
            "some contacts have lost their confirmation, or some user names are the same: `rekey check` names them"
        );
    }
    Ok(counted)
}

/// Asked of a reader, so that a start with nothing to do does not wait for the one that writes.
async fn is_any_left(store: &Store) -> Result<bool, sqlx::Error> {
    let mut connection = store.read().await?;
    let contacts = readings::contacts(&mut connection, Which::Unread, "", 1).await?;
    let names = readings::names(&mut connection, Which::Unread, "", 1).await?;
    Ok(!contacts.is_empty() || !names.is_empty())
}

async fn read_contacts(
    tx: &mut Connection,
    contacts: &[StoredContact],
) -> Result<u64, sqlx::Error> {
    let mut in_order = Vec::new();
    let mut worth_a_look = 0;
    for contact in contacts {
        let becomes = becomes(tx, contact).await?;
        let is_same =
            becomes.address == contact.address && becomes.canonical == contact.address_canonical;
        if is_same && becomes.reading == Reading::InOrder {
            in_order.push(contact.id.as_str());
            continue;
        }
        worth_a_look += u64::from(becomes.reading != Reading::InOrder);
        let read = Read {
            address: &becomes.address,
            address_canonical: &becomes.canonical,
            reading: becomes.reading,
        };
        readings::put_contact(tx, contact, read).await?;
    }
    readings::keep(tx, Table::Contacts, &in_order).await?;
    Ok(worth_a_look)
}

/// What a contact becomes. One that does not count has nothing to lose.
async fn becomes(
    connection: &mut Connection,
    contact: &StoredContact,
) -> Result<Becomes, sqlx::Error> {
    let mut becomes = as_read(connection, contact).await?;
    if !contact.is_confirmed() {
        becomes.reading = Reading::InOrder;
    }
    Ok(becomes)
}

async fn as_read(
    connection: &mut Connection,
    contact: &StoredContact,
) -> Result<Becomes, sqlx::Error> {
    let as_it_is = |reading| Becomes {
        address: contact.address.clone(),
        canonical: contact.address_canonical.clone(),
        reading,
    };
    let (address, canonical, is_same) = match contact.kind()?.into() {
        Channel::Mail => {
            let mailed = mailed_before(&contact.address);
            let Ok(read) = address::read(mailed.as_ref().unwrap_or(&contact.address)) else {
                return Ok(as_it_is(Reading::Changed));
            };
            let is_same = mailed.is_some_and(|to| to == read.as_str());
            (read.as_str().to_owned(), read.compared(), is_same)
        }
        Channel::Sms => match number::read(&contact.address_canonical) {
            Some(number) => {
                let is_same = number == contact.address_canonical;
                (number.clone(), number, is_same)
            }
            // The numbering plan has changed since: messages go where they went.
            None => return Ok(as_it_is(Reading::InOrder)),
        },
    };
    if readings::is_taken(connection, contact, &canonical).await? {
        return Ok(as_it_is(Reading::Collides));
    }
    Ok(Becomes {
        address,
        canonical,
        reading: if is_same {
            Reading::InOrder
        } else {
            Reading::Changed
        },
    })
}

/// Where mail to a stored address went until now: its domain was mapped on the way. `None` where it went nowhere.
fn mailed_before(stored: &str) -> Option<String> {
    let unsafe_character = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>');
    if stored.contains(unsafe_character) {
        return None;
    }
    let parsed: lettre::Address = stored.parse().ok()?;
    let domain = idna::domain_to_ascii(parsed.domain()).ok()?;
    Some(format!("{}@{domain}", parsed.user()))
}

async fn read_names(tx: &mut Connection, names: &[StoredName]) -> Result<u64, sqlx::Error> {
    let mut in_order = Vec::new();
    let mut worth_a_look = 0;
    for name in names {
        let canonical = user_name(&name.user_name);
        if canonical == name.user_name_canonical {
            in_order.push(name.id.as_str());
        } else if canonical.is_empty() || readings::is_name_taken(tx, &name.id, &canonical).await? {
            worth_a_look += 1;
            let kept = &name.user_name_canonical;
            readings::put_name(tx, &name.id, kept, Reading::Collides).await?;
        } else {
            readings::put_name(tx, &name.id, &canonical, Reading::InOrder).await?;
        }
    }
    readings::keep(tx, Table::Accounts, &in_order).await?;
    Ok(worth_a_look)
}

/// A row that somebody should look at, as `rekey check` names it.
#[derive(Debug)]
pub struct Finding {
    /// The user name of the account.
    pub user_name: String,
    /// The contact, masked; `None` where it is the user name itself.
    pub contact: Option<String>,
    /// What came of it.
    pub reading: Reading,
}

/// Rows that came out so that somebody should look, or, before the schema is up to date, that would.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(store: &Store, is_up_to_date: bool) -> Result<Vec<Finding>, sqlx::Error> {
    let mut connection = store.read().await?;
    let mut found = Vec::new();
    let sources: &[Which] = if is_up_to_date {
        &[
            Which::Unread,
            Which::That(Reading::Changed),
            Which::That(Reading::Collides),
        ]
    } else {
        &[Which::All]
    };
    for which in sources {
        let mut after = String::new();
        loop {
            let contacts = readings::contacts(&mut connection, *which, &after, AT_ONCE).await?;
            let Some(last) = contacts.last() else { break };
            after.clone_from(&last.id);
            for contact in &contacts {
                let reading = match which {
                    Which::That(reading) => *reading,
                    _ => becomes(&mut connection, contact).await?.reading,
                };
                if reading != Reading::InOrder {
                    let by = contact.kind()?.into();
                    found.push(Finding {
                        user_name: contact.user_name.clone(),
                        contact: Some(masked(by, &contact.address)),
                        reading,
                    });
                }
            }
        }
        names_among(&mut connection, *which, &mut found).await?;
    }
    Ok(found)
}

async fn names_among(
    connection: &mut Connection,
    which: Which,
    found: &mut Vec<Finding>,
) -> Result<(), sqlx::Error> {
    let mut after = String::new();
    loop {
        let names = readings::names(connection, which, &after, AT_ONCE).await?;
        let Some(last) = names.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for name in names {
            let canonical = user_name(&name.user_name);
            let is_another = canonical != name.user_name_canonical
                && (canonical.is_empty()
                    || readings::is_name_taken(connection, &name.id, &canonical).await?);
            if is_another {
                found.push(Finding {
                    user_name: name.user_name,
                    contact: None,
                    reading: Reading::Collides,
                });
            }
        }
    }
}
