//! The built-in directory: accounts, contacts and passwords in this program's own database.

use sha2::{Digest as _, Sha256};

use super::hashing::{Hashed, Hasher, Password, Turn};
use super::{BUILTIN, Checked, PasswordRejection, Set, Standing, Unavailable};
use crate::rules::identifier::Kind;
use crate::rules::password::Policy;
use crate::rules::required_change::RequiredChange;
use crate::server::base::clock::DAY;
use crate::server::base::failure::Fault;
use crate::server::base::random::random_id;
use crate::server::identifiers::Identifier;
use crate::server::store::accounts::Account;
use crate::server::store::contacts::ContactKind;
use crate::server::store::passwords::Stored;
use crate::server::store::{self, Connection, Store, Tx};

/// Looks an identifier up among user names, and, when it is an address or a number, among confirmed ones.
pub(super) async fn look_up(
    connection: &mut Connection,
    identifier: &Identifier,
    accepted: &[Kind],
    now: i64,
) -> Result<Vec<Account>, sqlx::Error> {
    // Both are always asked, so that every identifier costs the same.
    let named = store::accounts::by_user_name(connection, BUILTIN, &identifier.text).await?;
    let (kind, address) = match &identifier.phone {
        Some(number) => (ContactKind::Phone, number),
        None => (ContactKind::Mail, &identifier.text),
    };
    let contact = (kind, address.as_str());
    let reached = store::accounts::by_contact(connection, BUILTIN, contact, now).await?;
    // Where people are numbered, the number is theirs before it is anybody's telephone.
    let is_name = identifier.kind != Kind::Mail && accepted.contains(&Kind::UserName);
    if let Some(account) = named.filter(|_| is_name) {
        return Ok(vec![account]);
    }
    if identifier.kind == Kind::UserName || !accepted.contains(&identifier.kind) {
        return Ok(Vec::new());
    }
    Ok(reached)
}

pub(super) async fn revert_password(
    tx: &mut Tx,
    account_id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    store::passwords::mark_reverted(tx, account_id, now).await
}

pub(super) async fn hold(tx: &mut Tx, account_id: &str, now: i64) -> Result<(), sqlx::Error> {
    store::passwords::hold(tx, account_id, now).await
}

/// A new password that is still to be written.
#[derive(Debug)]
pub struct NewPassword(Hashed);

/// A password that was found right.
#[derive(Debug)]
pub struct Right {
    /// Whose it is, as the place among the accounts that were given.
    pub place: usize,
    /// When it was set: another one since then is another password.
    pub changed_at: i64,
    /// Why it has to be changed first.
    pub due: Option<RequiredChange>,
    account_id: String,
    /// The hash that it was compared with, where another one should take its place.
    outdated: Option<String>,
}

/// The built-in directory.
#[derive(Debug)]
pub struct Builtin {
    hasher: Hasher,
    policy: Policy,
    /// Days after which a password has to be changed; 0 for never.
    max_age_days: u32,
}

impl Builtin {
    /// A directory that hashes in this pool and demands this of passwords.
    #[must_use]
    pub fn new(hasher: Hasher, policy: Policy, max_age_days: u32) -> Self {
        Self {
            hasher,
            policy,
            max_age_days,
        }
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(super) async fn standing(
        &self,
        connection: &mut Connection,
        account_id: &str,
        now: i64,
    ) -> Result<Standing, sqlx::Error> {
        let stored = store::passwords::of(connection, account_id).await?;
        Ok(stored.map_or_else(Standing::default, |stored| self.stands(&stored, now)))
    }

    pub(super) async fn same_password(
        &self,
        connection: &mut Connection,
        account_id: &str,
        now: i64,
    ) -> Result<Vec<Account>, sqlx::Error> {
        let own = self.standing(connection, account_id, now).await?;
        let mut same: Vec<Account> = Vec::new();
        for contact in store::contacts::of(connection, account_id, now).await? {
            let at = (contact.kind()?, contact.address_canonical.as_str());
            for other in store::accounts::by_contact(connection, BUILTIN, at, now).await? {
                let is_new =
                    other.id != account_id && same.iter().all(|known| known.id != other.id);
                if !is_new || !other.is_active() {
                    continue;
                }
                let standing = self.standing(connection, &other.id, now).await?;
                if standing.in_force().is_some() && standing.is_shared_with(&own) {
                    same.push(other);
                }
            }
        }
        Ok(same)
    }

    fn stands(&self, stored: &Stored, now: i64) -> Standing {
        Standing {
            is_active: stored.is_active(),
            changed_at: stored.changed_at,
            due: self.due(stored, now),
            is_reverted: stored.stopped_at.is_some(),
            is_held: stored.held_at.is_some(),
            mark: stored
                .hash
                .as_ref()
                .map(|hash| data_encoding::HEXLOWER.encode(&Sha256::digest(hash))),
        }
    }

    /// Why a password has to be changed, if it has to.
    fn due(&self, stored: &Stored, now: i64) -> Option<RequiredChange> {
        let changed_at = stored.changed_at?;
        if stored.must_change() {
            return Some(RequiredChange::MustChange);
        }
        let days = i64::from(self.max_age_days);
        let is_old = days > 0 && changed_at + days * DAY <= now;
        is_old.then_some(RequiredChange::Expired)
    }

    pub(super) async fn check(
        &self,
        store: &Store,
        account_ids: &[&str],
        password: &Password,
        turn: Turn,
        now: i64,
    ) -> Result<Checked, Unavailable> {
        let mut compared = Vec::new();
        let mut reader = store.read().await?;
        for (place, id) in account_ids.iter().enumerate() {
            if let Some(stored) = store::passwords::of(&mut reader, id).await?
                && stored.stopped_at.is_none()
                && let (Some(hash), Some(changed_at)) = (&stored.hash, stored.changed_at)
            {
                let is_outdated = self.hasher.is_outdated(hash, stored.key_id.as_deref());
                let right = Right {
                    place,
                    changed_at,
                    due: self.due(&stored, now),
                    account_id: (*id).to_owned(),
                    outdated: is_outdated.then(|| hash.clone()),
                };
                compared.push((hash.clone(), right));
            }
        }
        // Not kept from others over the hash.
        drop(reader);
        let hashes = compared.iter().map(|(hash, _)| hash.clone()).collect();
        // One comparison is made in any case, so that a name without an account costs the same.
        let found = self.hasher.find(password.clone(), hashes, turn).await?;
        let right = found.and_then(|place| compared.into_iter().nth(place));
        Ok(right.map_or(Checked::Wrong, |(_, right)| Checked::Right(right)))
    }

    pub(super) async fn set(
        &self,
        store: &Store,
        account_ids: &[&str],
        password: Password,
        now: i64,
    ) -> Result<Set, Unavailable> {
        let history = i64::from(self.policy.history);
        let mut reader = store.read().await?;
        let mut refused = Vec::new();
        for id in account_ids {
            let present = store::passwords::of(&mut reader, id).await?;
            let present =
                present.filter(|present| history > 0 || self.stands(present, now).must_differ());
            refused.extend(present.and_then(|present| present.hash));
            if history > 0 {
                let former = store::former_passwords::newest(&mut reader, id, history - 1);
                refused.extend(former.await?);
            }
        }
        drop(reader);
        if !refused.is_empty() && self.hasher.is_one_of(password.clone(), refused).await? {
            return Ok(Set::Refused(PasswordRejection::Former));
        }
        Ok(Set::ToWrite(NewPassword(self.hasher.hash(password).await?)))
    }

    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        account_id: &str,
        password: &NewPassword,
        now: i64,
    ) -> Result<(), Fault> {
        // The present one counts as one of those that are refused.
        let kept = i64::from(self.policy.history) - 1;
        if kept > 0
            && let Some(present) = store::passwords::of(tx, account_id).await?
            && let Some(hash) = present.hash
        {
            let id = random_id()?;
            store::former_passwords::keep(tx, &id, account_id, &hash, now).await?;
        }
        // Also when the number was lowered: what is not needed is not kept.
        store::former_passwords::forget_older(tx, account_id, kept.max(0)).await?;
        let Hashed { phc, key_id } = &password.0;
        Ok(store::passwords::put(tx, account_id, phc, key_id, now).await?)
    }

    pub(super) async fn renew(&self, store: &Store, right: &Right, password: Password) {
        let Some(outdated) = &right.outdated else {
            return;
        };
        let renewed = async {
            let Hashed { phc, key_id } = self.hasher.hash(password).await?;
            let mut tx = store.begin().await?;
            let id = &right.account_id;
            store::passwords::rehash(&mut tx, id, outdated, &phc, &key_id).await?;
            Ok::<(), Unavailable>(tx.commit().await?)
        };
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "a password hash could not be renewed");
        }
    }
}
