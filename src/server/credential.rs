//! The only writer of passwords. Records the intent, writes to the directory, and completes in one transaction that ends sessions,
//! flows and waiting codes, writes the fact and promises the notices.

use super::audit::{self, Event};
use super::context::{Context, DAY, random_id};
use super::delivery::Letter;
use super::directory::builtin;
use super::factor;
use super::failure::{Broken, Failure};
use super::guard::limits;
use super::hashing::{Hashed, Password};
use super::jobs::{self, Message};
use super::local_time;
use super::password_rules::not_breached;
use super::sessions::{self, Opening};
use super::store::accounts::{Account, ContactKind};
use super::store::links::LinkEnd;
use super::store::passwords::StoredPassword;
use super::store::sessions::Stage;
use super::store::{self, Connection, Tx};
use crate::rules::channel::Channel;
use crate::rules::identifier;
use crate::rules::problem::Problem;
use crate::texts::Language;

/// What proved who changes a password; it is used up by the change.
#[derive(Clone, Copy)]
pub enum ProvedBy<'a> {
    /// The code of the flow that asked for it.
    Code {
        /// When the flow's last page is forgotten, in microseconds since the epoch.
        keep_until: i64,
    },
    /// A mailed link.
    Link {
        /// SHA-256 of its token.
        token_hash: &'a str,
    },
}

/// The proof under which a password changes.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// What proved it.
    pub by: ProvedBy<'a>,
    /// Id of the flow that asked for it.
    pub flow: &'a str,
    /// That flow's public reference.
    pub reference: &'a str,
    /// Whether the person is to be signed in at once.
    pub sign_in: bool,
    /// Whether the second factor was shown, where the account has one.
    pub is_factor_shown: bool,
    /// The session that this browser has had until now; signing in ends it, whoever's it is.
    pub session: Option<&'a str>,
    /// Family of browser and system.
    pub device: &'a str,
}

/// Sets the first password of an account that is being made, in the transaction that makes it: there is nothing to end and nobody to tell.
///
/// # Errors
/// [`Broken`]; the caller's transaction must then not be committed.
pub async fn set_first(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    password: &Hashed,
) -> Result<(), Broken> {
    builtin::write_password(tx, &account.id, password, ctx.now()).await?;
    let about = audit::About {
        account: Some(&account.id),
        detail: "account_added",
        ..audit::About::default()
    };
    Ok(audit::record(ctx, tx, Event::PasswordChanged, about).await?)
}

/// What a change did.
#[derive(Debug)]
pub enum Change {
    /// The password is changed; the value of the session's cookie where the person was signed in.
    Made {
        /// The new session's token.
        session: Option<String>,
    },
    /// The proof was used or overtaken before: nothing was changed.
    TooLate,
}

/// Changes the password of an account, or of several that one proof is for; the first is the proof's own. Either everything is done or
/// nothing is (ASVS 2.3.3).
///
/// # Errors
/// [`Broken`] when the database or the directory does not answer; the old password then holds.
pub async fn change(
    ctx: &Context,
    accounts: &[Account],
    password: &Hashed,
    proof: Proof<'_>,
    browser: Option<&str>,
) -> Result<Change, Broken> {
    let mut tx = ctx.store.begin().await?;
    let mut intents = Vec::new();
    for account in accounts {
        let intent = random_id()?;
        store::intents::insert(&mut tx, &intent, &account.id, "reset", ctx.now()).await?;
        intents.push(intent);
    }
    tx.commit().await?;

    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    // Always in this order, so that two of these never wait for each other in a circle.
    let mut ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    ids.sort_unstable();
    for id in ids {
        store::accounts::lock(&mut tx, id).await?;
    }
    for intent in &intents {
        store::intents::complete(&mut tx, intent, now).await?;
    }
    // One may have been disabled while the password was being hashed.
    let mut still_active = Vec::new();
    for account in accounts {
        let current = store::accounts::by_id(&mut tx, &account.id).await?;
        still_active.extend(current.filter(Account::is_active));
    }
    let used = match (still_active.first(), proof.by) {
        (None, _) => false,
        (Some(first), ProvedBy::Code { keep_until }) => {
            store::flows::finish(&mut tx, proof.flow, &first.id, now, keep_until).await?
        }
        (Some(_), ProvedBy::Link { token_hash }) => {
            store::links::finish(&mut tx, token_hash, now).await?
        }
    };
    if !used {
        tx.commit().await?;
        return Ok(Change::TooLate);
    }
    for account in &still_active {
        replace(ctx, &mut tx, account, password, proof, now).await?;
        promise_notices(ctx, &mut tx, account, proof, browser).await?;
    }
    let session = match still_active.first().filter(|_| proof.sign_in) {
        // Whoever has yet to show a second factor, or to set one up, does that after the password.
        Some(account)
            if factor::stage(ctx, &mut tx, account, proof.is_factor_shown).await?
                == Stage::Full =>
        {
            let opening = Opening {
                account,
                former: proof.session,
                device: proof.device,
                stage: Stage::Full,
                // Whoever has just come back with a mailbox alone shows more before anything sensitive is changed.
                is_confirmed: false,
            };
            Some(sessions::sign_in(ctx, &mut tx, opening).await?)
        }
        _ => None,
    };
    tx.commit().await?;
    ctx.wake.senders();
    Ok(Change::Made { session })
}

/// Writes the password of one account and ends everything that the old one had opened.
async fn replace(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    password: &Hashed,
    proof: Proof<'_>,
    now: i64,
) -> Result<(), Broken> {
    remember(ctx, tx, account).await?;
    builtin::write_password(tx, &account.id, password, now).await?;
    forget_sign_in_tries(ctx, tx, account).await?;
    let ended = store::sessions::end_all_but(tx, &account.id, "").await?;
    store::flows::end_all(tx, &account.id).await?;
    store::links::end_all(tx, &account.id, LinkEnd::Changed, now).await?;
    store::jobs::drop_codes(tx, &account.id, now).await?;
    let detail = format!("reset, {ended} sessions ended");
    let about = audit::About {
        flow: Some(proof.flow),
        account: Some(&account.id),
        detail: &detail,
    };
    Ok(audit::record(ctx, tx, Event::PasswordChanged, about).await?)
}

/// Keeps the password that is about to be replaced, where the organisation refuses former ones.
async fn remember(ctx: &Context, tx: &mut Tx, account: &Account) -> Result<(), Broken> {
    // The present one counts as one of them.
    let kept = i64::from(ctx.config.password.policy().history) - 1;
    if kept > 0
        && let Some(present) = store::passwords::of(tx, &account.id).await?
    {
        let id = random_id()?;
        store::former_passwords::keep(tx, &id, &account.id, &present.hash, ctx.now()).await?;
    }
    // Also when the number was lowered: what is not needed is not kept.
    Ok(store::former_passwords::forget_older(tx, &account.id, kept.max(0)).await?)
}

/// Hashes a new password, unless it is known from a breach or one of the accounts has had it, as far back as the organisation remembers.
///
/// # Errors
/// [`Failure::Said`] when it is or has; [`Failure::Unchecked`] when breaches cannot be looked up; [`Failure::Busy`] when the hashing pool is
/// full; [`Failure::Broken`].
pub async fn hash_new(
    ctx: &Context,
    accounts: &[Account],
    password: Password,
) -> Result<Hashed, Failure> {
    let own = accounts.first().map(|account| account.id.as_str());
    not_breached(ctx, &password, own).await?;
    let history = i64::from(ctx.config.password.policy().history);
    if history > 0 {
        let mut connection = ctx.store.read().await?;
        let mut all = Vec::new();
        for account in accounts {
            let present = store::passwords::of(&mut connection, &account.id).await?;
            all.extend(present.map(|present| present.hash));
            let former = store::former_passwords::newest(&mut connection, &account.id, history - 1);
            all.extend(former.await?);
        }
        drop(connection);
        if ctx.hasher.is_one_of(password.clone(), all).await? {
            return Err(Failure::said(Problem::PasswordFormer));
        }
    }
    Ok(ctx.hasher.hash(password).await?)
}

/// Whoever has just proved who they are need not wait for what others tried in their name.
async fn forget_sign_in_tries(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
) -> Result<(), Broken> {
    let mut names = store::accounts::confirmed(connection, &account.id, ContactKind::Mail).await?;
    names.extend(store::accounts::confirmed(connection, &account.id, ContactKind::Phone).await?);
    names.push(account.user_name.clone());
    for name in names {
        limits::sign_in_worked(ctx, connection, identifier::canonical(&name).counted()).await?;
    }
    Ok(())
}

/// Every confirmed address and number is told (NIST SP 800-63B-4 §4.6), without anything that would let a reader in.
async fn promise_notices(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
    proof: Proof<'_>,
    browser: Option<&str>,
) -> Result<(), Broken> {
    let language = Language::parse(&account.language).unwrap_or(ctx.config.languages.default);
    let ways = Channel::ALL
        .into_iter()
        .filter(|way| *way == Channel::Mail || ctx.config.reset.uses(Channel::Sms));
    for by in ways {
        for to in store::accounts::confirmed(connection, &account.id, by.into()).await? {
            let message = Message {
                to,
                to_name: account.name.clone(),
                language: language.tag().to_owned(),
                letter: Letter::Changed {
                    user_name: account.user_name.clone(),
                    at: local_time::date_and_time(&ctx.config.site.time_zone, ctx.now(), language),
                    browser: browser.map(str::to_owned),
                    reference: Some(proof.reference.to_owned()),
                },
            };
            let about = jobs::About {
                purpose: "changed",
                flow: Some(proof.flow),
                account: Some(&account.id),
                expires_at: ctx.now() + 3 * DAY,
            };
            jobs::promise(ctx, connection, by, &message, about).await?;
        }
    }
    Ok(())
}

/// Replaces an outdated hash of a password that was just given rightly. A failure only means that the next sign-in tries again.
pub async fn rehash(ctx: &Context, account: &Account, stored: &StoredPassword, password: Password) {
    let replaced = async {
        let hashed = ctx.hasher.hash(password).await.map_err(Broken::Hash)?;
        let mut tx = ctx.store.begin().await?;
        store::passwords::rehash(
            &mut tx,
            &account.id,
            &stored.hash,
            &hashed.phc,
            &hashed.key_id,
        )
        .await?;
        Ok::<(), Broken>(tx.commit().await?)
    };
    if let Err(error) = replaced.await {
        tracing::warn!(%error, "a password hash could not be renewed");
    }
}
