//! The password rules as the server applies them wherever a password is set: the shared rules, the words of the person, the blocklist.
use crate::rules::password;
use crate::rules::problem::{FieldProblem, Problem};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::store::accounts::Account;
use crate::server::store::contacts::ContactKind;
use crate::server::store::{self, Connection};

/// Words that may not be the password: the person's, the organisation's, the configured ones (ASVS 6.1.2, 6.2.11).
///
/// # Errors
/// When the database does not answer.
pub async fn personal_words(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
) -> Result<Vec<String>, sqlx::Error> {
    let mut words = vec![account.user_name.clone(), account.name.clone()];
    words.extend(account.name.split_whitespace().map(str::to_owned));
    for address in
        store::contacts::recipients(connection, &account.id, ContactKind::Mail, ctx.now()).await?
    {
        words.extend(address.split_once('@').map(|(local, _)| local.to_owned()));
        words.push(address);
    }
    words.extend(ctx.config.site.name.all().map(str::to_owned));
    words.extend(ctx.config.password.forbid.iter().cloned());
    words.sort();
    words.dedup();
    Ok(words)
}

/// Everything that the rules have against a proposal and its repetition; empty when it may be taken.
#[must_use]
pub fn problems(
    ctx: &Context,
    password: &str,
    confirm: &str,
    personal: &[String],
) -> Vec<FieldProblem> {
    let policy = ctx.directory.policy();
    let common = ctx.blocklist.contains(password);
    password::field_problems(policy, password, confirm, personal, Some(common))
}

/// Looks a proposal up among the breached passwords: the last and dearest rule before the hash, over the network perhaps, so never inside a
/// transaction. `account_id` is whose it would be, where that is known.
///
/// # Errors
/// [`Failure::Rejected`] when it is one of them; [`Failure::Unchecked`] when that cannot be told and the configuration fails closed;
/// [`Failure::Fault`].
pub async fn not_breached(
    ctx: &Context,
    by: Actor,
    password: &str,
    account_id: Option<&str>,
) -> Result<(), Failure> {
    let unanswered = match ctx.breached.lists(password).await {
        Ok(false) => return Ok(()),
        Ok(true) => return Err(Failure::rejected(Problem::PasswordBreached)),
        Err(unanswered) => unanswered,
    };
    let is_open = ctx.breached.fails_open();
    let detail = if is_open { "taken" } else { "not taken" };
    tracing::warn!(error = %unanswered, password = detail, "breached passwords were not looked up");
    let mut tx = ctx.store.begin().await?;
    let about = audit::Subject {
        account: account_id,
        detail,
        ..audit::Subject::default()
    };
    audit::record(ctx, &mut tx, by, Event::PasswordUnchecked, about).await?;
    tx.commit().await?;
    if is_open {
        Ok(())
    } else {
        Err(Failure::Unchecked)
    }
}
