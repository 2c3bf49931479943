//! "This was not me": undoes a change of contacts, ends everything that is open, and stops the password, or holds it where it
//! may be the owner's.

mod state;
mod successors;

use std::net::IpAddr;

pub use self::state::{NamedChange, RevertLinkState, standing};
use self::successors::{Act, Origin, Successors, What};
use super::contacts::{DISPUTE, REVERTS_AT_MOST, WAIT, serves_reset};
use crate::rules::channel::Channel;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Failure;
use crate::server::base::local_time;
use crate::server::context::Context;
use crate::server::delivery::MessageContent;
use crate::server::factor;
use crate::server::limits::requests;
use crate::server::notifications::notify;
use crate::server::notifications::revert_links::{self, Found, LIFETIME, RevertToken};
use crate::server::revoke;
use crate::server::store::accounts::Account;
use crate::server::store::contact_changes::ContactChange;
use crate::server::store::contacts::{Contact, Stand};
use crate::server::store::factors::Came;
use crate::server::store::password_changes::PasswordChange;
use crate::server::store::revert_links::RevertLink;
use crate::server::store::settle;
use crate::server::store::{self, Tx};

/// Looks at a code that somebody has typed, at most as often as a client may post: whether it opens anything, now or earlier.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn is_known(ctx: &Context, held: RevertToken, client: IpAddr) -> Result<bool, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        requests::request_from(ctx, &mut tx, client).await?;
        Ok(standing(ctx, &mut tx, &Ok(held)).await? != RevertLinkState::Over)
    }
    .await;
    settle(tx, result).await
}

/// What stopping did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reverted {
    /// It is done; a new password can be chosen for this account.
    Done {
        /// Id of the account.
        account_id: String,
        /// By which channel whoever has stopped it was told.
        by: Channel,
        /// Whether contacts were changed back.
        contacts: bool,
        /// Whether the present password opens nothing any more. Otherwise it is held.
        password: bool,
    },
    /// It is done, but so often that a person has to look at who is who.
    Disputed,
    /// The link was used before or is too old: nothing was done.
    TooLate,
}

/// Stops what the link of a token, or a code, is about.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn revert(
    ctx: &Context,
    held: &RevertToken,
    client: IpAddr,
) -> Result<Reverted, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        requests::request_from(ctx, &mut tx, client).await?;
        let Some(Found { hash, by, link }) = revert_links::find(ctx, &mut tx, held).await? else {
            return Ok(Reverted::TooLate);
        };
        store::accounts::lock(&mut tx, &link.account_id).await?;
        if !store::revert_links::claim(&mut tx, &hash, ctx.now()).await? {
            return Ok(Reverted::TooLate);
        }
        apply(ctx, &mut tx, &link, by).await
    }
    .await;
    let stopped = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(stopped)
}

async fn apply(
    ctx: &Context,
    tx: &mut Tx,
    link: &RevertLink,
    by: Channel,
) -> Result<Reverted, Failure> {
    let now = ctx.now();
    let id = &link.account_id;
    let before = store::contacts::of(tx, id, now).await?;
    let fallen = take_back(ctx, tx, link).await?;
    revoke::everything(ctx, tx, id).await?;
    if fallen.password {
        revoke::password(ctx, tx, id).await?;
    } else {
        revoke::hold_password(ctx, tx, id).await?;
    }
    let about = audit::Subject {
        account: Some(id),
        detail: if link.change_id.is_some() {
            "contacts"
        } else {
            "password"
        },
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::Account, Event::ChangeReverted, about).await?;
    // What the others would stop is over.
    store::revert_links::use_up(tx, id, now).await?;
    if let Some(account) = store::accounts::by_id(tx, id).await?
        && !fallen.changes.is_empty()
    {
        tell(ctx, tx, &account, &before).await?;
    }
    let times = store::contact_changes::times_reverted(tx, id, now - DISPUTE).await?;
    let contacts = link.change_id.is_some() || !fallen.changes.is_empty();
    if contacts && times >= REVERTS_AT_MOST {
        return Ok(Reverted::Disputed);
    }
    Ok(Reverted::Done {
        account_id: id.clone(),
        by,
        contacts,
        password: fallen.password,
    })
}

/// What falls with what a link is about.
struct Fallen {
    /// Changes of contacts, newest first.
    changes: Vec<ContactChange>,
    /// The present password.
    password: bool,
}

/// Where what a link is about begins; `None` where it was reverted already.
async fn origin(
    ctx: &Context,
    tx: &mut Tx,
    link: &RevertLink,
    standing: &[ContactChange],
    passwords: &[PasswordChange],
) -> Result<Option<Origin>, sqlx::Error> {
    if let Some(change) = &link.change_id {
        let found = standing.iter().find(|found| found.id == *change);
        return Ok(found.map(|found| Origin {
            at: found.made_at,
            session: Some(found.session_id.clone()),
        }));
    }
    // The link was made a moment after the password that it is about.
    let present = ctx.directory.standing(tx, &link.account_id, ctx.now());
    let present = present.await?.changed_at;
    let at = passwords
        .iter()
        .map(|change| change.changed_at)
        .chain(present)
        .filter(|at| *at <= link.created_at)
        .max();
    Ok(Some(Origin {
        at: at.unwrap_or(link.created_at),
        session: link.session_id.clone(),
    }))
}

/// Undoes what a link is about, what was done in the same session, and what that led to.
async fn take_back(ctx: &Context, tx: &mut Tx, link: &RevertLink) -> Result<Fallen, Failure> {
    let account_id = &link.account_id;
    let since = ctx.now() - LIFETIME;
    let standing = store::contact_changes::standing(tx, account_id, since).await?;
    let passwords = store::password_changes::since(tx, account_id, since).await?;
    let Some(origin) = origin(ctx, tx, link, &standing, &passwords).await? else {
        return Ok(Fallen {
            changes: Vec::new(),
            password: true,
        });
    };
    let came = store::factors::came(tx, account_id).await?;
    let mut acts: Vec<Act<'_>> = standing.iter().map(act_on_contacts).collect();
    acts.extend(passwords.iter().map(act_on_password));
    acts.extend(came.iter().map(act_on_factor));
    acts.sort_by_key(|act| act.at);
    let since_origin = origin.at;
    let mut successors = Successors::of(origin);
    let (mut contacts_at, mut factor_falls) = (Vec::new(), false);
    for act in acts {
        let falls = successors.includes(act);
        match act.what {
            What::Contacts(_) if falls => contacts_at.push(act.at),
            What::Factor => factor_falls = falls,
            What::Contacts(_) | What::Password(_) => {}
        }
    }
    // A second factor that came with what is stopped is the stranger's too, and would shut the owner out of the reset that begins. One that
    // the account had before, or has had for longer than a new contact waits, stays, also where its app was changed meanwhile: a mailbox
    // must not be enough to be rid of it (docs/decisions/0011-what-a-stop-does-to-a-second-factor.md).
    let is_new = came.is_some_and(|came| came.since + WAIT > ctx.now());
    let present = ctx.directory.standing(tx, account_id, ctx.now());
    let password = present.await?.changed_at.is_some_and(|changed_at| {
        let is_noted = passwords
            .iter()
            .any(|change| change.changed_at == changed_at);
        !is_noted || successors.takes_password(changed_at)
    });
    let (changes, later): (Vec<ContactChange>, Vec<ContactChange>) = standing
        .into_iter()
        .filter(|change| change.made_at >= since_origin || contacts_at.contains(&change.made_at))
        .partition(|change| contacts_at.contains(&change.made_at));
    put_back(ctx, tx, account_id, &changes).await?;
    let later: Vec<&String> = later.iter().filter_map(|c| c.added_id.as_ref()).collect();
    let left = store::contacts::of(tx, account_id, ctx.now()).await?;
    // What came later from elsewhere may be a stranger's too: a day for the owner to look at it. Not where nothing else leads to a reset:
    // nobody could sign in.
    let is_other = |contact: &Contact| !later.contains(&&contact.id) && serves_reset(ctx, contact);
    if left.iter().any(is_other) {
        for id in later {
            store::contacts::wait_again(tx, account_id, id, ctx.now(), WAIT).await?;
        }
    }
    if factor_falls && is_new {
        factor::remove(ctx, tx, Actor::Account, account_id, "", None).await?;
    }
    Ok(Fallen { changes, password })
}

fn act_on_contacts(change: &ContactChange) -> Act<'_> {
    Act {
        at: change.made_at,
        session: Some(&change.session_id),
        password_at: change.password_at,
        what: What::Contacts(change.brought()),
    }
}

fn act_on_password(change: &PasswordChange) -> Act<'_> {
    Act {
        at: change.changed_at,
        session: change.session_id.as_deref(),
        password_at: change.password_at,
        what: What::Password(change.channel()),
    }
}

fn act_on_factor(came: &Came) -> Act<'_> {
    Act {
        at: came.since,
        session: Some(&came.session_id),
        password_at: came.password_at,
        what: What::Factor,
    }
}

/// Puts the contacts back to how they stood before these changes.
async fn put_back(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    changes: &[ContactChange],
) -> Result<(), sqlx::Error> {
    let now = ctx.now();
    // Newest first, so that what is left is what was there before the first of them.
    for change in changes {
        if let Some(added) = &change.added_id {
            let before = change.added_resets_from.map_or(
                Stand {
                    ends_at: Some(now),
                    ..Stand::default()
                },
                |resets_from| Stand {
                    confirmed_at: change.added_confirmed_at,
                    resets_from,
                    ends_at: change.added_ends_at,
                },
            );
            store::contacts::put_back(tx, account_id, added, before).await?;
        }
        if let Some(ended) = &change.ended_id {
            store::contacts::restore(tx, account_id, ended, change.ended_ends_at).await?;
        }
        store::contact_changes::mark_reverted(tx, &change.id, now).await?;
    }
    Ok(())
}

/// Those who counted until now, and those who do so again, learn of it: the one who stopped it may be the stranger.
async fn tell(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    before: &[Contact],
) -> Result<(), Failure> {
    let language = ctx.language_of(&account.language);
    let zone = &ctx.config.site.time_zone;
    let after = store::contacts::of(tx, &account.id, ctx.now()).await?;
    let came_back = after
        .iter()
        .filter(|each| before.iter().all(|known| known.id != each.id));
    let now = ctx.now();
    let at = local_time::date_and_time(zone, now, now, language);
    let about = notify::NotificationReason {
        purpose: "stopped",
        flow: None,
    };
    for contact in before.iter().chain(came_back) {
        let content = MessageContent::Reverted {
            user_name: account.user_name.clone(),
            at: at.clone(),
        };
        notify::enqueue(ctx, tx, account, contact, content, about).await?;
    }
    Ok(())
}
