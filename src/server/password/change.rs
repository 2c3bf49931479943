//! The only place where passwords are changed. Records the intent, hands the password to the directory, and completes in one transaction that
//! ends sessions, flows and waiting codes, writes the event and enqueues the notifications.
use super::proof::{Proof, ProvedBy};
use super::rules::not_breached;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::local_time;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::delivery::MessageContent;
use crate::server::directory::{NewPassword, Password, Set};
use crate::server::factor;
use crate::server::notifications::notify;
use crate::server::notifications::revert_links::{self, RevertMeans};
use crate::server::revoke::{self, Kept};
use crate::server::sessions::{self, Opening, devices};
use crate::server::store::accounts::Account;
use crate::server::store::intents::Outcome;
use crate::server::store::sessions::Stage;
use crate::server::store::{self, Tx};

/// Sets the first password of an account that is being made, in the transaction that makes it: there is nothing to end and nobody to tell.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn set_first(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    password: &NewPassword,
) -> Result<(), Fault> {
    // The account's own time, so that a later one tells of a change.
    let directory = &ctx.directory;
    directory
        .write(tx, &account.id, password, account.created_at)
        .await?;
    let about = audit::Subject {
        account: Some(&account.id),
        detail: "account_added",
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::Operator, Event::PasswordChanged, about).await
}

/// What a change did.
#[derive(Debug)]
pub enum Change {
    /// The password is changed.
    Made {
        /// The new session's token, where the person was signed in.
        session: Option<String>,
        /// The new value by which the accounts know this browser, and no other any more.
        device_cookie: String,
    },
    /// The proof was used or overtaken before: nothing was changed.
    TooLate,
}

/// A change whose intent stands in the database.
struct Intended<'a> {
    accounts: &'a [Account],
    /// One for each account.
    intents: Vec<String>,
    proof: Proof<'a>,
    browser: Option<&'a str>,
}

/// Changes the password of an account, or of several that one proof is for; the first is the proof's own. Either everything is done or
/// nothing is (ASVS 2.3.3): the intent in a transaction, what takes long outside of any, and a transaction that uses the proof up, completes
/// the change and ends what the old password had opened. What a crash leaves open in between is found by `password/intents.rs`.
///
/// # Errors
/// [`Failure::Rejected`] when the password is known from a breach or the directory refuses it; [`Failure::Unchecked`] when breaches cannot be
/// looked up; [`Failure::Busy`]; [`Failure::Fault`]. The old password then holds, and the proof is unused.
pub async fn change(
    ctx: &Context,
    accounts: &[Account],
    password: Password,
    proof: Proof<'_>,
    browser: Option<&str>,
) -> Result<Change, Failure> {
    let own = accounts.first().map(|account| account.id.as_str());
    not_breached(ctx, Actor::Account, &password, own).await?;
    let intents = intend(ctx, accounts, proof).await?;
    let intended = Intended {
        accounts,
        intents,
        proof,
        browser,
    };
    let ids: Vec<&str> = accounts.iter().map(|each| each.id.as_str()).collect();
    let set = ctx.directory.set(&ctx.store, &ids, password, ctx.now());
    let failure = match set.await {
        Ok(Set::ToWrite(password)) => match complete(ctx, &intended, &password).await {
            Ok(change) => return Ok(change),
            Err(Fault::GivenUp) => return Err(Fault::GivenUp.into()),
            Err(fault) => {
                // The database may be away, so that nothing can be ended now.
                ctx.cut_off.add(&intended.intents);
                ctx.wake.intents.notify_one();
                return Err(Fault::CutOff(Box::new(fault)).into());
            }
        },
        Ok(Set::Refused(refusal)) => Failure::rejected(refusal.problem()),
        Err(unavailable) => unavailable.into(),
    };
    if let Err(error) = give_up(ctx, &intended.intents).await {
        tracing::warn!(%error, "the intent of a change that was not made stays open");
    }
    Err(failure)
}

async fn intend(
    ctx: &Context,
    accounts: &[Account],
    proof: Proof<'_>,
) -> Result<Vec<String>, Fault> {
    let mut tx = ctx.store.begin().await?;
    let mut intents = Vec::new();
    // One attempt was counted, however many accounts there are.
    let mut under = proof.under();
    for account in accounts {
        let id = random_id()?;
        let (cause, under) = (proof.cause(), under.take());
        let flow = proof.flow;
        store::intents::insert(&mut tx, &id, &account.id, cause, flow, under, ctx.now()).await?;
        intents.push(id);
    }
    tx.commit().await?;
    Ok(intents)
}

async fn give_up(ctx: &Context, intents: &[String]) -> Result<(), sqlx::Error> {
    let mut tx = ctx.store.begin().await?;
    for intent in intents {
        store::intents::end(&mut tx, intent, Outcome::NotWritten, ctx.now()).await?;
    }
    tx.commit().await
}

/// Uses the proof up, writes the password and ends what the old one had opened.
async fn complete(
    ctx: &Context,
    intended: &Intended<'_>,
    password: &NewPassword,
) -> Result<Change, Fault> {
    let Intended {
        accounts,
        intents,
        proof,
        browser,
    } = intended;
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    // The lock order, so that two of these are never in a deadlock.
    let mut ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    ids.sort_unstable();
    for id in ids {
        store::accounts::lock(&mut tx, id).await?;
    }
    // One may have been disabled while the password was being looked at.
    let mut still_active = Vec::new();
    for account in *accounts {
        let current = store::accounts::by_id(&mut tx, &account.id).await?;
        still_active.extend(current.filter(Account::is_active));
    }
    let is_used = match still_active.first() {
        Some(first) => use_up(ctx, &mut tx, *proof, first, now).await?,
        None => false,
    };
    let outcome = if is_used {
        Outcome::Written
    } else {
        Outcome::NotWritten
    };
    for intent in intents {
        if !store::intents::end(&mut tx, intent, outcome, now).await? {
            // Taken for one that a crash left open: it has been told that nothing was written.
            tx.rollback().await;
            return Err(Fault::GivenUp);
        }
    }
    if !is_used {
        tx.commit().await?;
        return Ok(Change::TooLate);
    }
    let ids: Vec<&str> = still_active.iter().map(|each| each.id.as_str()).collect();
    let device_cookie = devices::remember(ctx, &mut tx, proof.device_cookie, &ids).await?;
    // Whoever has yet to show a second factor, or to set one up, does that after the password.
    let signs_in = match still_active.first().filter(|_| proof.sign_in) {
        Some(account) => {
            factor::stage(ctx, &mut tx, account, proof.is_factor_shown).await? == Stage::Full
        }
        None => false,
    };
    for (number, account) in still_active.iter().enumerate() {
        let kept = Kept {
            session: proof.kept_session(),
            flow: proof.flow,
            device: Some(&device_cookie),
        };
        replace(ctx, &mut tx, account, password, (*proof, kept), now).await?;
        let is_open_here = proof.kept_session().is_some() || signs_in && number == 0;
        enqueue_notifications(ctx, &mut tx, account, (*proof, is_open_here), *browser).await?;
    }
    let session = match still_active.first().filter(|_| signs_in) {
        None => keep_session(&mut tx, *proof).await?,
        Some(account) => {
            let opening = Opening {
                account,
                former: proof.session,
                device: proof.device,
                stage: Stage::Full,
                // Whoever has just come back with a mailbox alone shows more before anything sensitive is changed.
                is_confirmed: false,
            };
            Some(sessions::sign_in(ctx, &mut tx, opening).await?.token)
        }
    };
    tx.commit().await?;
    ctx.wake.senders();
    Ok(Change::Made {
        session,
        device_cookie,
    })
}

/// Uses the proof up; false when it was used or overtaken before.
async fn use_up(
    ctx: &Context,
    tx: &mut Tx,
    proof: Proof<'_>,
    first: &Account,
    now: i64,
) -> Result<bool, sqlx::Error> {
    match proof.by {
        ProvedBy::Code { keep_until } => match proof.flow {
            Some(flow) => store::flows::finish(tx, flow, &first.id, now, keep_until).await,
            None => Ok(false),
        },
        ProvedBy::Link { token_hash } => store::links::finish(tx, token_hash, now).await,
        ProvedBy::Session { id, since, .. } => {
            let standing = ctx.directory.standing(tx, &first.id, now).await?;
            Ok(standing.still_opens(since) && store::sessions::lives(tx, id, now).await?)
        }
    }
}

/// The session in which the password was changed goes on under another token (ASVS 7.2.4).
async fn keep_session(tx: &mut Tx, proof: Proof<'_>) -> Result<Option<String>, Fault> {
    match proof.by {
        ProvedBy::Session {
            id, is_kept: true, ..
        } => {
            // A password alone shows less than what a sensitive change may ask for.
            sessions::rotate(tx, id).await
        }
        _ => Ok(None),
    }
}

/// Writes the password of one account and ends everything that the old one had opened.
async fn replace(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    password: &NewPassword,
    (proof, kept): (Proof<'_>, Kept<'_>),
    now: i64,
) -> Result<(), Fault> {
    let present = ctx.directory.standing(tx, &account.id, now).await?;
    let through = proof.through(present.changed_at.unwrap_or(0));
    store::password_changes::insert(tx, &account.id, now, through).await?;
    ctx.directory.write(tx, &account.id, password, now).await?;
    store::accounts::note_changed(tx, &account.id).await?;
    let ended = revoke::password_changed(ctx, tx, &account.id, kept).await?;
    let detail = format!("{}, {ended} sessions ended", proof.cause());
    let about = audit::Subject {
        flow: proof.flow,
        account: Some(&account.id),
        detail: &detail,
    };
    audit::record(ctx, tx, Actor::Account, Event::PasswordChanged, about).await
}

/// Every confirmed address and number is told (NIST SP 800-63B-4 §4.6), also one that was replaced or removed lately, without anything that
/// would let a reader in. `is_open_here`: whoever has changed it is signed in.
async fn enqueue_notifications(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    (proof, is_open_here): (Proof<'_>, bool),
    browser: Option<&str>,
) -> Result<(), Fault> {
    let language = ctx.language_of(&account.language);
    let minted = revert_links::mint(ctx, tx, &account.id, proof.reverts()).await?;
    let zone = &ctx.config.site.time_zone;
    let now = ctx.now();
    let until = local_time::date_and_time(zone, now, now + revert_links::LIFETIME, language);
    let at = local_time::date_and_time(zone, now, now, language);
    let about = notify::NotificationReason {
        purpose: "changed",
        flow: proof.flow,
    };
    for contact in notify::recipients(ctx, tx, &account.id).await? {
        // A contact that was replaced or removed may revert that, and of what came later it is only told.
        let stop = match contact.ends_at {
            None => minted.to(&contact, ctx.now(), &until)?,
            Some(_) => RevertMeans::default(),
        };
        let content = MessageContent::Changed {
            user_name: account.user_name.clone(),
            at: at.clone(),
            browser: browser.map(str::to_owned),
            reference: proof.reference.map(str::to_owned),
            stop: stop.link,
            stop_code: stop.code,
            is_kept: is_open_here,
        };
        notify::enqueue(ctx, tx, account, &contact, content, about).await?;
    }
    Ok(())
}
