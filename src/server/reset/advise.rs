//! Advice on a password while it is being typed: only for the browser that holds the proof under which it would be chosen, since the person's
//! own words go into it. Whoever may not have any gets none, and is not told why.
use std::net::IpAddr;

use super::flow::{Held, held, step};
use super::link::{LinkStanding, Opened, standing, wants_factor};
use super::verify::is_outdated;
use crate::rules::advice::Advice;
use crate::rules::steps::Step;
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::directory::Password;
use crate::server::limits::requests;
use crate::server::password::rules::personal_words;
use crate::server::store::accounts::Account;
use crate::server::store::{self, Tx, settle};

/// What advice is asked with.
pub struct Proposal<'a> {
    /// The flow.
    pub by: Held<'a>,
    /// The link that this browser has opened, where the form was made under it.
    pub opened: Option<&'a Opened>,
    /// What has been typed, in NFC.
    pub password: Password,
    /// Address of the client.
    pub client: IpAddr,
}

/// Advice on a proposal; [`Advice::Nothing`] for whoever may not or need not have any.
///
/// # Errors
/// [`Failure::Fault`] when the database does not answer.
pub async fn advise(ctx: &Context, proposal: Proposal<'_>) -> Result<Advice, Failure> {
    let mut tx = ctx.store.begin().await?;
    let personal = personal(ctx, &mut tx, &proposal).await;
    Ok(match settle(tx, personal).await {
        Ok(Some(personal)) => ctx.adviser.advise(proposal.password, personal).await,
        Ok(None) | Err(Failure::Rejected(_)) => Advice::Nothing,
        Err(failure) => return Err(failure),
    })
}

/// The person's words, where the proof holds and the share of address and proof is not used up.
async fn personal(
    ctx: &Context,
    tx: &mut Tx,
    proposal: &Proposal<'_>,
) -> Result<Option<Vec<String>>, Failure> {
    if !requests::may_have_advice(ctx, tx, &requests::network(proposal.client)).await? {
        return Ok(None);
    }
    let Some((proof, account)) = proved(ctx, tx, proposal).await? else {
        return Ok(None);
    };
    if !requests::may_have_advice(ctx, tx, &proof).await? {
        return Ok(None);
    }
    Ok(Some(personal_words(ctx, tx, &account).await?))
}

/// What proves the person, and who that is.
async fn proved(
    ctx: &Context,
    tx: &mut Tx,
    proposal: &Proposal<'_>,
) -> Result<Option<(String, Account)>, Failure> {
    if let Some(opened) = proposal.opened {
        let hash = opened.token_hash().filter(|_| !opened.waited_too_long(ctx));
        let Some(hash) = hash else { return Ok(None) };
        return Ok(match standing(ctx, tx, &hash).await? {
            LinkStanding::Open(link, account) => {
                (!wants_factor(tx, opened, &link).await?).then_some((hash, *account))
            }
            LinkStanding::Over(..) | LinkStanding::Unknown => None,
        });
    }
    let flow = held(ctx, tx, proposal.by).await?;
    let cookie = proposal.by.cookie.unwrap_or_default();
    if step(&flow)? != Step::New || is_outdated(&flow, cookie) {
        return Ok(None);
    }
    let account = match (&flow.account_id, flow.proved_at) {
        (Some(id), Some(_)) => store::accounts::by_id(tx, id).await?,
        _ => None,
    };
    let account = account.filter(Account::is_active);
    Ok(account.map(|account| (flow.id, account)))
}
