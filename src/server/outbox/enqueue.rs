//! What is enqueued: messages, and look-ups of a flow's identifier.

use serde::{Deserialize, Serialize};

use crate::rules::channel::Channel;
use crate::server::base::clock::SECOND;
use crate::server::base::failure::Fault;
use crate::server::base::keys::Purpose;
use crate::server::base::random::{random, random_id};
use crate::server::context::Context;
use crate::server::delivery::{MessageContent, Recourse};
use crate::server::store::jobs::{Kind, NewJob};
use crate::server::store::{self, Connection};

/// The longest random wait before a request is resolved.
const UNEVEN: i64 = SECOND / 2;

/// A message as it waits, sealed, in the outbox.
#[derive(Serialize, Deserialize)]
pub struct Message {
    /// The stored address or number.
    pub to: String,
    /// The person's name.
    pub to_name: String,
    /// Language tag.
    pub language: String,
    /// What it says.
    #[serde(rename = "letter")]
    pub content: MessageContent,
    /// What its reader can do about what was somebody else's.
    #[serde(default)]
    pub recourse: Recourse,
}

/// What a job is about.
#[derive(Debug, Clone, Copy)]
pub struct JobAttributes<'a> {
    /// `code`, `changed`, `ask_again`, `elsewhere`, or `decoy`, which is never sent.
    pub purpose: &'a str,
    /// The flow.
    pub flow: Option<&'a str>,
    /// The account.
    pub account: Option<&'a str>,
    /// When it is no longer worth sending, in microseconds since the epoch.
    pub expires_at: i64,
}

pub(in crate::server) fn place(job_id: &str) -> String {
    format!("jobs {job_id}")
}

/// Enqueues a message in the caller's transaction. Wake the senders once it is committed.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn enqueue(
    ctx: &Context,
    connection: &mut Connection,
    by: Channel,
    message: &Message,
    about: JobAttributes<'_>,
) -> Result<(), Fault> {
    let id = random_id()?;
    let body = ctx
        .keys
        .seal(Purpose::Outbox, &place(&id), &serde_json::to_vec(message)?)?;
    let job = NewJob {
        id: &id,
        kind: Kind::Send(by),
        purpose: about.purpose,
        flow_id: about.flow,
        account_id: about.account,
        body_sealed: &body,
        now: ctx.now(),
        expires_at: about.expires_at,
    };
    Ok(store::jobs::insert(connection, &job).await?)
}

/// Enqueues the look-up of a flow's identifier, `later` microseconds from now at the earliest. Wake the resolver once it is committed.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn enqueue_resolve(
    ctx: &Context,
    connection: &mut Connection,
    flow_id: &str,
    later: i64,
    expires_at: i64,
) -> Result<(), Fault> {
    // A short random wait, so that the work for one request does not fall on a fixed place in the next ones. Under a stopped clock of
    // development it would never be over.
    let uneven = if ctx.clock.is_stopped() {
        0
    } else {
        i64::from(u32::from_be_bytes(random()?)) % UNEVEN
    };
    let job = NewJob {
        id: &random_id()?,
        kind: Kind::Resolve,
        purpose: "resolve",
        flow_id: Some(flow_id),
        account_id: None,
        body_sealed: "",
        now: ctx.now() + later + uneven,
        expires_at,
    };
    Ok(store::jobs::insert(connection, &job).await?)
}
