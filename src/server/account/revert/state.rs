//! How a link that reverts a change stands, and what it would revert.

use super::super::contacts::are_closed;
use crate::rules::link_token::Damaged;
use crate::server::context::Context;
use crate::server::identifiers::masked_contact;
use crate::server::notifications::notify;
use crate::server::notifications::revert_links::{self, Found, RevertToken};
use crate::server::store::contacts::{Contact, ContactKind};
use crate::server::store::{self, Connection};

/// How a revert link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevertLinkState {
    /// It stops a change of the password.
    Password {
        /// Of this account.
        user_name: String,
    },
    /// It stops a change of contacts.
    Contacts {
        /// Of this account.
        user_name: String,
        /// This one.
        change: NamedChange,
    },
    /// It was used before.
    Used,
    /// It was used before, and changes were stopped so often that a person has to look at who is who.
    Disputed,
    /// It is too old, or nothing is known of it.
    Over,
    /// Part of the link is missing or was mistyped.
    Damaged,
}

/// A change of contacts as whoever reads an earlier one may see it: as the notice has named it (decision 0039).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedChange {
    /// Whether it is about mobile numbers, not addresses.
    pub is_phone: bool,
    /// The contact that came, masked.
    pub added: Option<String>,
    /// The contact that went, masked.
    pub ended: Option<String>,
}

/// Finds out how the link of a token, or a code, stands. Writes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn standing(
    ctx: &Context,
    connection: &mut Connection,
    held: &Result<RevertToken, Damaged>,
) -> Result<RevertLinkState, sqlx::Error> {
    let Ok(held) = held else {
        return Ok(RevertLinkState::Damaged);
    };
    let Some(Found { link, .. }) = revert_links::find(ctx, connection, held).await? else {
        return Ok(RevertLinkState::Over);
    };
    if link.used_at.is_some() {
        let are_closed = are_closed(ctx, connection, &link.account_id).await?;
        return Ok(if are_closed {
            RevertLinkState::Disputed
        } else {
            RevertLinkState::Used
        });
    }
    let account = store::accounts::by_id(connection, &link.account_id).await?;
    Ok(match account {
        Some(account) if link.expires_at > ctx.now() => {
            let user_name = account.user_name;
            match &link.change_id {
                Some(id) => RevertLinkState::Contacts {
                    user_name,
                    change: named(ctx, connection, &account.id, id).await?,
                },
                None => RevertLinkState::Password { user_name },
            }
        }
        _ => RevertLinkState::Over,
    })
}

/// What a change did; nothing where somebody else has reverted it.
async fn named(
    ctx: &Context,
    connection: &mut Connection,
    account: &str,
    id: &str,
) -> Result<NamedChange, sqlx::Error> {
    let all = store::contact_changes::standing(connection, account, 0).await?;
    let Some(change) = all.into_iter().find(|change| change.id == id) else {
        return Ok(NamedChange::default());
    };
    let contacts = notify::recipients(ctx, connection, account).await?;
    let find = |id: Option<String>| contacts.iter().find(|one| Some(&one.id) == id.as_ref());
    let (added, ended) = (find(change.added_id), find(change.ended_id));
    let kind = added.or(ended).map(Contact::kind).transpose()?;
    Ok(NamedChange {
        is_phone: kind == Some(ContactKind::Phone),
        added: added.map(masked_contact),
        ended: ended.map(masked_contact),
    })
}
