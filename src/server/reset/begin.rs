//! The first step. It never looks the account up: one transaction writes the limits, the flow and the job to resolve it.
use std::net::IpAddr;

use super::flow::{expiry, first_cookie, seal_postal_code, step};
use crate::rules::channel::Channel;
use crate::rules::problem::{FieldProblem, Problem};
use crate::rules::steps::Step;
use crate::rules::{identifier, postal_code, reference};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::keys::{Purpose, digest};
use crate::server::base::random::{random, random_id};
use crate::server::context::Context;
use crate::server::identifiers::sealed::seal_identifier;
use crate::server::identifiers::{self, Identifier};
use crate::server::limits::requests;
use crate::server::limits::robot::{self, Ticked};
use crate::server::outbox;
use crate::server::store::flows::{Flow, NewFlow};
use crate::server::store::{self, Tx, settle};
use crate::texts::Language;

/// A second post of the same form within this time is the same wish.
const DOUBLE_SUBMIT: i64 = MINUTE;

/// What the first step is given.
#[derive(Debug, Clone, Copy)]
pub struct Begin<'a> {
    /// What the person wrote.
    pub typed: &'a str,
    /// The way that was chosen, where people choose.
    pub channel: Option<Channel>,
    /// The postal code as it was written, where it is asked for.
    pub postal_code: &'a str,
    /// The random value of the form; a form without one is a wish of its own.
    pub form: &'a str,
    /// "I am not a robot" was ticked.
    pub is_ticked: bool,
    /// The work behind it, where the browser has done it.
    pub robot_proof: &'a str,
    /// Language of the pages.
    pub language: Language,
    /// Address of the client.
    pub client: IpAddr,
}

/// A flow and the value of its cookie.
#[derive(Debug)]
pub struct Begun {
    /// The flow.
    pub flow: Flow,
    /// Its cookie's value.
    pub cookie: String,
}

/// Begins a flow.
///
/// # Errors
/// [`Failure::Rejected`] when nothing usable was written, [`Failure::TooMany`] by client address, [`Failure::Fault`].
pub async fn begin(ctx: &Context, given: Begin<'_>) -> Result<Begun, Failure> {
    let (identifier, postal_code) = check(ctx, &given)?;
    let channel = ctx.config.reset.channel_for(identifier.kind, given.channel);
    let written = [&*identifier.shown, channel.as_str(), &*postal_code];
    let submission = submission(ctx, given.form, &written)?;
    let mut tx = ctx.store.begin().await?;
    let request = ResetRequest {
        typed: &identifier.shown,
        postal_code: Some(postal_code.as_str()).filter(|code| !code.is_empty()),
        channel,
        account: None,
        submission: &submission,
        language: given.language,
        later: 0,
    };
    let result = grant(ctx, &mut tx, &given, request).await;
    let flow = settle(tx, result).await?;
    ctx.wake.resolve.notify_one();
    Ok(begun(ctx, flow))
}

/// Begins a flow for an account that something else than an identifier has named, such as a stopped change. Nothing of it is shown.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn begin_for(
    ctx: &Context,
    account_id: &str,
    wanted: Channel,
    language: Language,
    client: IpAddr,
) -> Result<Begun, Failure> {
    let submission = submission(ctx, "", &[account_id])?;
    let request = ResetRequest {
        typed: "",
        postal_code: None,
        channel: offered(ctx, wanted),
        account: Some(account_id),
        submission: &submission,
        language,
        later: 0,
    };
    let mut tx = ctx.store.begin().await?;
    let result = match requests::request_from(ctx, &mut tx, client).await {
        Ok(()) => insert(ctx, &mut tx, request).await,
        Err(failure) => Err(failure),
    };
    let flow = settle(tx, result).await?;
    ctx.wake.resolve.notify_one();
    Ok(begun(ctx, flow))
}

/// The channel that is wanted, or the first where messages do not go that way.
pub(super) fn offered(ctx: &Context, wanted: Channel) -> Channel {
    let offered = ctx.config.reset.channels();
    if offered.contains(&wanted) {
        return wanted;
    }
    offered.first().copied().unwrap_or(Channel::Mail)
}

async fn grant(
    ctx: &Context,
    tx: &mut Tx,
    given: &Begin<'_>,
    request: ResetRequest<'_>,
) -> Result<Flow, Failure> {
    requests::request_from(ctx, tx, given.client).await?;
    if let Some(flow) = duplicate(ctx, tx, request.submission).await? {
        return Ok(flow);
    }
    let ticked = Ticked {
        is_ticked: given.is_ticked,
        proof: given.robot_proof,
        form: given.form,
        client: given.client,
    };
    let later = robot::check(ctx, tx, ticked).await?;
    insert(ctx, tx, ResetRequest { later, ..request }).await
}

/// What was written, as far as it can be used: the identifier, and the postal code where it is asked for.
fn check(ctx: &Context, given: &Begin<'_>) -> Result<(Identifier, String), Failure> {
    let identifier = identifier::check(given.typed).and_then(|checked| read(ctx, checked));
    let postal_code = if ctx.config.reset.ask_postal_code {
        postal_code::canonical(given.postal_code)
    } else {
        Ok(String::new())
    };
    match (identifier, postal_code) {
        (Ok(identifier), Ok(postal_code)) => Ok((identifier, postal_code)),
        (identifier, postal_code) => {
            let problems = [identifier.err(), postal_code.err()];
            let problems = problems.into_iter().flatten().map(FieldProblem::from);
            Err(Failure::Rejected(problems.collect()))
        }
    }
}

/// What names nobody here is said to everybody alike: who has an account plays no part.
fn read(ctx: &Context, checked: &str) -> Result<Identifier, Problem> {
    let identifier = identifiers::read(checked).map_err(|_| Problem::IdentifierUnusable)?;
    if ctx.config.reset.accepts(identifier.kind) {
        return Ok(identifier);
    }
    // Something of another kind: what to write. Something that is misspelt: how to write it.
    Err(if identifiers::is_well_formed(&identifier) {
        Problem::IdentifierEmpty
    } else {
        Problem::IdentifierUnusable
    })
}

/// How often a public reference is drawn before giving up: with a million flows alive two in a thousand draws meet a taken one.
const DRAWS: usize = 8;

/// What a flow is begun for.
#[derive(Clone, Copy)]
pub(super) struct ResetRequest<'a> {
    /// What the person wrote, as pages repeat it; empty when a link's own account is meant.
    pub(super) typed: &'a str,
    /// The postal code that was given, as it is compared.
    pub(super) postal_code: Option<&'a str>,
    /// The way on which the proof is wanted.
    pub(super) channel: Channel,
    /// The link's own account.
    pub(super) account: Option<&'a str>,
    /// Key that makes two posts of one form one flow.
    pub(super) submission: &'a str,
    /// Language of the pages.
    pub(super) language: Language,
    /// How much later than usual it is answered, in microseconds.
    pub(super) later: i64,
}

/// Writes flow, job and event.
pub(super) async fn insert(
    ctx: &Context,
    tx: &mut Tx,
    request: ResetRequest<'_>,
) -> Result<Flow, Failure> {
    let id = random_id()?;
    let now = ctx.now();
    let reset = &ctx.config.reset;
    let code_expires_at = now + i64::from(reset.stated_lifetime(request.channel)) * MINUTE;
    let postal_code = request
        .postal_code
        .map(|code| seal_postal_code(ctx, &id, code))
        .transpose()?;
    for _ in 0..DRAWS {
        let new = NewFlow {
            id: &id,
            reference: &reference::from_random(random()?),
            cookie_hash: &digest(&first_cookie(ctx, &id)),
            submission: request.submission,
            language: request.language.tag(),
            identifier_sealed: &seal_identifier(ctx, &id, request.typed)?,
            created_at: now,
            expires_at: expiry(now, code_expires_at),
            code_expires_at,
            tries: i64::from(reset.tries),
            resends: i64::from(reset.resends),
            // Asking again is no way past the wait of somebody who has sent no proof.
            resend_at: now + request.later + i64::from(reset.first_resend_after) * SECOND,
            choices: i64::from(reset.choose_attempts),
            asked_account_id: request.account,
            channel: request.channel,
            postal_code_sealed: postal_code.as_deref(),
        };
        if store::flows::insert(tx, &new).await? {
            outbox::enqueue_resolve(ctx, tx, &id, request.later, code_expires_at).await?;
            let about = audit::Subject {
                flow: Some(&id),
                ..audit::Subject::default()
            };
            audit::record(ctx, tx, Actor::Nobody, Event::ResetRequested, about).await?;
        }
        // On a database of many nodes the duplicate submission may have come first: then its flow is the one.
        if let Some(flow) = store::flows::by_submission(tx, request.submission).await? {
            return Ok(flow);
        }
    }
    Err(Fault::Content("flows.reference: no free one drawn").into())
}

/// The flow that a moment ago was begun by the same form.
pub(super) async fn duplicate(
    ctx: &Context,
    tx: &mut Tx,
    submission: &str,
) -> Result<Option<Flow>, Failure> {
    let Some(flow) = store::flows::by_submission(tx, submission).await? else {
        return Ok(None);
    };
    if step(&flow)? == Step::Code && flow.created_at > ctx.now() - DOUBLE_SUBMIT {
        return Ok(Some(flow));
    }
    store::flows::release_submission(tx, &flow.id).await?;
    Ok(None)
}

pub(super) fn begun(ctx: &Context, flow: Flow) -> Begun {
    Begun {
        cookie: first_cookie(ctx, &flow.id),
        flow,
    }
}

fn submission(ctx: &Context, form: &str, written: &[&str]) -> Result<String, Failure> {
    let alone;
    let form = if form.is_empty() {
        alone = random_id()?;
        &alone
    } else {
        form
    };
    let mut parts: Vec<&[u8]> = vec![b"submission", form.as_bytes()];
    parts.extend(written.iter().map(|written| written.as_bytes()));
    Ok(ctx.keys.mac_text(Purpose::Form, &parts))
}
