//! The worker that finds out, after the page has been answered, whether there is an account and where its code goes.

use tokio_util::sync::CancellationToken;

use super::{About, Mail, POLL, claim, promise_mail};
use crate::rules::code::Code;
use crate::rules::identifier;
use crate::server::audit::{self, Event};
use crate::server::context::{Context, MINUTE, NoRandomness, Shared, random};
use crate::server::delivery::Letter;
use crate::server::directory::{self, Found};
use crate::server::failure::Broken;
use crate::server::guard::limits;
use crate::server::local_time;
use crate::server::reset::code_mac;
use crate::server::reset::flow::open_identifier;
use crate::server::store::accounts::Account;
use crate::server::store::flows::Flow;
use crate::server::store::jobs::{End, Job};
use crate::server::store::{self, Connection};
use crate::texts::Language;

/// Jobs claimed at a time.
const BATCH: i64 = 32;

/// Works until told to stop.
pub(super) async fn run(ctx: Shared, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let claimed = claim(&ctx, "resolve", BATCH).await.unwrap_or_else(|error| {
            tracing::error!(%error, "cannot claim work");
            Vec::new()
        });
        if claimed.is_empty() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = ctx.wake.resolve.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        for job in claimed {
            if let Err(error) = resolve(&ctx, &job).await {
                tracing::error!(%error, job = job.id, "cannot resolve");
            }
        }
    }
}

/// Where a code goes.
struct Target {
    account: Account,
    address: String,
}

/// What the look-up found, in the words that `rekey flow show` prints.
enum Finding {
    Send(Box<Target>),
    Nothing(&'static str),
}

async fn find(ctx: &Context, connection: &mut Connection, flow: &Flow) -> Result<Finding, Broken> {
    let typed = open_identifier(ctx, flow)?;
    let Ok(checked) = identifier::check(&typed) else {
        return Ok(Finding::Nothing("no_account"));
    };
    let account = match directory::look_up(connection, &identifier::canonical(checked)).await? {
        Found::Nobody => return Ok(Finding::Nothing("no_account")),
        Found::Several => return Ok(Finding::Nothing("several_accounts")),
        Found::One(account) => account,
    };
    if !account.is_active() {
        return Ok(Finding::Nothing("disabled"));
    }
    if store::passwords::of(connection, &account.id)
        .await?
        .is_none()
    {
        return Ok(Finding::Nothing("no_password"));
    }
    let Some(address) = store::accounts::confirmed_mails(connection, &account.id)
        .await?
        .into_iter()
        .next()
    else {
        return Ok(Finding::Nothing("no_confirmed_address"));
    };
    Ok(Finding::Send(Box::new(Target { account, address })))
}

async fn resolve(ctx: &Context, job: &Job) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    let flow = match &job.flow_id {
        Some(id) => store::flows::by_id(&mut tx, id).await?,
        None => None,
    };
    let end = match flow {
        Some(flow) if flow.step == "code" && flow.code_expires_at > ctx.now() => {
            match find(ctx, &mut tx, &flow).await? {
                Finding::Send(target) => mint(ctx, &mut tx, &flow, &target).await?,
                Finding::Nothing(outcome) => decoy(ctx, &mut tx, &flow, outcome).await?,
            }
            End::Done
        }
        _ => End::Dropped,
    };
    store::jobs::end(&mut tx, &job.id, end, "", ctx.now()).await?;
    tx.commit().await?;
    ctx.wake.mail.notify_one();
    Ok(())
}

async fn decoy(
    ctx: &Context,
    connection: &mut Connection,
    flow: &Flow,
    outcome: &'static str,
) -> Result<(), Broken> {
    store::flows::note_outcome(connection, &flow.id, outcome).await?;
    let about = audit::About {
        flow: Some(&flow.id),
        account: None,
        detail: outcome,
    };
    Ok(audit::record(ctx, connection, Event::ResetDecoy, about).await?)
}

fn draw() -> Result<Code, NoRandomness> {
    loop {
        if let Some(code) = Code::from_random(u32::from_be_bytes(random()?)) {
            return Ok(code);
        }
    }
}

async fn mint(
    ctx: &Context,
    connection: &mut Connection,
    flow: &Flow,
    target: &Target,
) -> Result<(), Broken> {
    let account = &target.account;
    // Checked before the allowance is touched: a request that sends nothing replaces nothing and takes nothing.
    if limits::is_guessed_at(ctx, connection, &account.id).await? {
        return decoy(ctx, connection, flow, "guessed_too_often").await;
    }
    if !limits::may_message(ctx, connection, &account.id).await? {
        return decoy(ctx, connection, flow, "limited").await;
    }
    let code = draw()?;
    let reset = &ctx.config.reset;
    let minutes = i64::from(reset.code_lifetime_mail);
    let expires_at = ctx.now() + minutes * MINUTE;
    let tries = i64::from(reset.tries);
    store::flows::mint(
        connection,
        &flow.id,
        &account.id,
        &code_mac(ctx, &flow.id, &code),
        expires_at,
        tries,
    )
    .await?;
    store::flows::supersede(connection, &account.id, &flow.id).await?;
    store::jobs::drop_codes(connection, &account.id, ctx.now()).await?;

    let language = Language::parse(&account.language).unwrap_or(ctx.config.languages.default);
    let mail = Mail {
        to: target.address.clone(),
        to_name: account.name.clone(),
        language: language.tag().to_owned(),
        letter: Letter::Code {
            code: code.as_str().to_owned(),
            minutes,
            until: local_time::time(&ctx.config.site.time_zone, expires_at, language),
            user_name: account.user_name.clone(),
            reference: flow.reference.clone(),
        },
    };
    let about = About {
        purpose: "code",
        flow: Some(&flow.id),
        account: Some(&account.id),
        expires_at,
    };
    promise_mail(ctx, connection, &mail, about).await?;
    let fact = audit::About {
        flow: Some(&flow.id),
        account: Some(&account.id),
        detail: "mail",
    };
    Ok(audit::record(ctx, connection, Event::CodeSent, fact).await?)
}
