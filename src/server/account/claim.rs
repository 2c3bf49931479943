//! Who a sign-in may mean, and the tries that are counted before any password is looked at.
use std::net::IpAddr;

use crate::rules::identifier::Kind;
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::directory::{Checked, Password, Right, Standing, Turn, Unavailable};
use crate::server::identifiers;
use crate::server::limits::{requests, sign_in_tries};
use crate::server::sessions::devices;
use crate::server::store::Tx;
use crate::server::store::accounts::Account;

/// Different passwords that are compared at the most, where several accounts share an address: more would show in the time.
const COMPARED_AT_MOST: usize = 3;

/// An account that may be meant.
pub(super) struct Candidate {
    pub(super) account: Account,
    standing: Standing,
    /// What tries at its password are counted by.
    key: String,
    /// The account knows this browser.
    is_known: bool,
}

/// Who may be meant, and what was counted for it.
pub(super) struct Claim {
    /// Mostly one; several where they share an address, each password once.
    candidates: Vec<Candidate>,
    /// What this try was counted by.
    counted: Vec<String>,
    /// Several accounts share what was typed.
    is_shared: bool,
}

/// Looks up who may be meant and counts the try: strangers' by what was typed, and those in a browser that the account knows by that
/// browser, so that neither makes the other wait. Where only some of those who share an address know the browser, it is a stranger to the
/// others.
///
/// # Errors
/// [`Failure::TooMany`]; [`Failure::Fault`]. The inner error is the wait, in microseconds, where no password may be looked at.
pub(super) async fn claim(
    ctx: &Context,
    typed: &str,
    cookie: Option<&str>,
    client: IpAddr,
) -> Result<Result<Claim, i64>, Failure> {
    let identifier = identifiers::read_to_look_up(typed);
    let by_name = sign_in_tries::by_name(ctx, identifier.counted());
    let mut reader = ctx.store.read().await?;
    let found = ctx
        .directory
        .find(&mut reader, identifier, &Kind::ALL, ctx.now());
    let found = found.await?;
    drop(reader);
    let mut tx = ctx.store.begin().await?;
    requests::request_from(ctx, &mut tx, client).await?;
    let accounts = ctx.directory.adopt(&mut tx, &found, ctx.now()).await?;
    let is_shared = accounts.len() > 1;
    let mut candidates = candidates(ctx, &mut tx, accounts, cookie, &by_name).await?;
    let mut keys: Vec<String> = candidates.iter().map(|each| each.key.clone()).collect();
    keys.dedup();
    if keys.is_empty() {
        keys.push(by_name);
    }
    let (mut counted, mut wait) = (Vec::new(), i64::MAX);
    for key in keys {
        match sign_in_tries::count(ctx, &mut tx, &key).await? {
            None => counted.push(key),
            Some(left) => wait = wait.min(left),
        }
    }
    tx.commit().await?;
    if counted.is_empty() {
        return Ok(Err(wait));
    }
    candidates.retain(|each| counted.contains(&each.key));
    Ok(Ok(Claim {
        candidates,
        counted,
        is_shared,
    }))
}

/// The active accounts with a password, those first that know the browser.
async fn candidates(
    ctx: &Context,
    tx: &mut Tx,
    accounts: Vec<Account>,
    cookie: Option<&str>,
    by_name: &str,
) -> Result<Vec<Candidate>, sqlx::Error> {
    let mut all = Vec::new();
    for account in accounts.into_iter().filter(Account::is_active) {
        let standing = ctx.directory.standing(tx, &account.id, ctx.now()).await?;
        if standing.in_force().is_none() {
            continue;
        }
        let device = devices::recognised(ctx, tx, cookie, &account.id).await?;
        all.push(Candidate {
            key: match &device {
                Some(id) => sign_in_tries::by_device(ctx, id),
                None => by_name.to_owned(),
            },
            is_known: device.is_some(),
            account,
            standing,
        });
    }
    all.sort_by_key(|each| !each.is_known);
    let mut candidates: Vec<Candidate> = Vec::new();
    for each in all {
        // Accounts that were reset together have one and the same.
        if candidates
            .iter()
            .all(|known| !known.standing.is_shared_with(&each.standing))
        {
            candidates.push(each);
        }
    }
    candidates.truncate(COMPARED_AT_MOST);
    Ok(candidates)
}

impl Claim {
    /// The one account that is meant, for the record.
    pub(super) fn only(&self) -> Option<&str> {
        match self.candidates.as_slice() {
            [one] => Some(&one.account.id),
            _ => None,
        }
    }

    /// The candidate whose password it is, and how the directory found it. A name without an account costs the same.
    pub(super) async fn matching(
        &self,
        ctx: &Context,
        password: &Password,
    ) -> Result<Option<(&Candidate, Right)>, Unavailable> {
        let ids: Vec<&str> = self
            .candidates
            .iter()
            .map(|each| each.account.id.as_str())
            .collect();
        let (store, now) = (&ctx.store, ctx.now());
        let checked = ctx
            .directory
            .check(store, &ids, password, Turn::SignIn, now);
        Ok(match checked.await? {
            Checked::Right(right) => {
                let found = self.candidates.get(right.place);
                found.map(|found| (found, right))
            }
            Checked::Wrong => None,
        })
    }

    /// Nothing was compared: the try is taken back.
    pub(super) async fn give_back(&self, ctx: &Context) -> Result<(), sqlx::Error> {
        let mut tx = ctx.store.begin().await?;
        for key in &self.counted {
            sign_in_tries::give_back(&mut tx, key).await?;
        }
        tx.commit().await
    }

    /// The password of one of them was right: its failures are over, and the others' were none. What is shared by several is not over
    /// with the success of one, who would otherwise have as many guesses at the others as they like.
    pub(super) async fn succeed(&self, tx: &mut Tx, found: &Candidate) -> Result<(), sqlx::Error> {
        for key in &self.counted {
            let is_own = *key == found.key && (found.is_known || !self.is_shared);
            if is_own {
                sign_in_tries::clear(tx, key).await?;
            } else {
                sign_in_tries::give_back(tx, key).await?;
            }
        }
        Ok(())
    }
}
