//! The worker that finds out, after the page has been answered, whether there is an account and where its code goes.

use tokio_util::sync::CancellationToken;

use super::{About, Mail, POLL, claim, promise_mail, put_back};
use crate::rules::code::Code;
use crate::rules::identifier::{self, Kind};
use crate::rules::link_token::LinkToken;
use crate::rules::steps::Step;
use crate::server::audit::{self, Event};
use crate::server::config::ProveBy;
use crate::server::context::{Context, DAY, MINUTE, NoRandomness, Shared, random};
use crate::server::delivery::Letter;
use crate::server::directory::{self, Found};
use crate::server::failure::Broken;
use crate::server::guard::limits;
use crate::server::keys::digest;
use crate::server::local_time;
use crate::server::reset::flow::open_identifier;
use crate::server::reset::{code_mac, link};
use crate::server::store::accounts::{Account, ContactKind};
use crate::server::store::flows::Flow;
use crate::server::store::jobs::{End, Job};
use crate::server::store::links::{LinkEnd, NewLink};
use crate::server::store::outcome::Outcome;
use crate::server::store::{self, Connection, Tx};
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
                put_back(&ctx, &job).await;
            }
        }
    }
}

/// Where a code goes.
struct Target {
    account: Account,
    address: String,
}

/// What the look-up found.
enum Finding {
    Send(Box<Target>),
    Nothing(Outcome),
}

/// The account that a flow is about; what else there is to say when there is none.
async fn account_of(
    ctx: &Context,
    connection: &mut Connection,
    flow: &Flow,
) -> Result<Result<Account, Outcome>, Broken> {
    if let Some(id) = &flow.asked_account_id {
        let account = store::accounts::by_id(connection, id).await?;
        return Ok(account.ok_or(Outcome::NoAccount));
    }
    let Ok(typed) = open_identifier(ctx, flow) else {
        // Sealed with a key that is lost.
        return Ok(Err(Outcome::KeyLost));
    };
    let Ok(checked) = identifier::check(&typed) else {
        return Ok(Err(Outcome::NoAccount));
    };
    let identifier = identifier::canonical(checked);
    let accepted = &ctx.config.reset.identifiers;
    let as_name = identifier.kind == Kind::Phone && accepted.contains(&Kind::UserName);
    if !(accepted.contains(&identifier.kind) || as_name) {
        return Ok(Err(Outcome::KindNotAccepted));
    }
    Ok(
        match directory::look_up(connection, &identifier, accepted).await? {
            Found::Nobody => Err(Outcome::NoAccount),
            Found::Several => Err(Outcome::SeveralAccounts),
            Found::One(account) => Ok(account),
        },
    )
}

async fn find(ctx: &Context, connection: &mut Connection, flow: &Flow) -> Result<Finding, Broken> {
    let account = match account_of(ctx, connection, flow).await? {
        Ok(account) => account,
        Err(outcome) => return Ok(Finding::Nothing(outcome)),
    };
    if !account.is_active() {
        return Ok(Finding::Nothing(Outcome::Disabled));
    }
    if store::passwords::of(connection, &account.id)
        .await?
        .is_none()
    {
        return Ok(Finding::Nothing(Outcome::NoPassword));
    }
    let addresses = store::accounts::confirmed(connection, &account.id, ContactKind::Mail).await?;
    let Some(address) = addresses.into_iter().next() else {
        return Ok(Finding::Nothing(Outcome::NoConfirmedAddress));
    };
    Ok(Finding::Send(Box::new(Target { account, address })))
}

async fn resolve(ctx: &Context, job: &Job) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    let flow = match &job.flow_id {
        Some(id) => store::flows::by_id(&mut tx, id).await?,
        None => None,
    };
    let flow = flow.filter(|flow| flow.step == Step::Code.as_str());
    let end = flow.as_ref().map_or(End::Dropped, |_| End::Done);
    // Ended first: a job whose lease lapsed may be in the hands of two nodes, and only one of them may go on.
    if !store::jobs::end(&mut tx, &job.id, end, "", ctx.now()).await? {
        return Ok(tx.commit().await?);
    }
    if let Some(flow) = flow {
        let finding = find(ctx, &mut tx, &flow).await?;
        answer(ctx, &mut tx, &flow, finding).await?;
    }
    tx.commit().await?;
    ctx.wake.mail.notify_one();
    Ok(())
}

/// Sends a code, or does the same work for nobody: the load that follows a request must not tell whether there is an account.
async fn answer(ctx: &Context, tx: &mut Tx, flow: &Flow, finding: Finding) -> Result<(), Broken> {
    let (target, outcome) = match finding {
        Finding::Send(target) => (Some(target), Outcome::Sent),
        Finding::Nothing(outcome) => (None, outcome),
    };
    let whom = target
        .as_ref()
        .map_or(flow.id.as_str(), |target| target.account.id.as_str());
    store::accounts::lock(tx, whom).await?;
    // The allowance is touched last: a request that sends nothing takes nothing.
    let guessed_at = limits::is_guessed_at(ctx, tx, whom).await?;
    // Codes of an account that is guessed at can hit nobody any more today; a link cannot be guessed and still goes out.
    let may_send = !guessed_at || ctx.config.reset.offers(ProveBy::MailLink);
    let allowed = may_send && limits::may_message(ctx, tx, whom).await?;
    match target {
        Some(target) if allowed => mint(ctx, tx, flow, &target, guessed_at).await,
        Some(_) if guessed_at => pretend(ctx, tx, flow, Outcome::GuessedTooOften).await,
        Some(_) => pretend(ctx, tx, flow, Outcome::Limited).await,
        None => pretend(ctx, tx, flow, outcome).await,
    }
}

/// The work of [`mint`] for a decoy: as many statements, and a job that the senders end without sending.
async fn pretend(ctx: &Context, tx: &mut Tx, flow: &Flow, outcome: Outcome) -> Result<(), Broken> {
    store::flows::note_outcome(tx, &flow.id, outcome).await?;
    store::flows::supersede(tx, &flow.id, &flow.id).await?;
    store::jobs::drop_codes(tx, &flow.id, ctx.now()).await?;
    store::links::end_all(tx, &flow.id, LinkEnd::Replaced, ctx.now()).await?;
    let mail = Mail {
        to: String::new(),
        to_name: String::new(),
        language: flow.language.clone(),
        letter: Letter::Test,
    };
    let about = About {
        purpose: "decoy",
        flow: Some(&flow.id),
        account: None,
        expires_at: flow.code_expires_at,
    };
    promise_mail(ctx, tx, &mail, about).await?;
    let fact = audit::About {
        flow: Some(&flow.id),
        account: None,
        detail: outcome.as_str(),
    };
    Ok(audit::record(ctx, tx, Event::ResetDecoy, fact).await?)
}

fn draw() -> Result<Code, NoRandomness> {
    loop {
        if let Some(code) = Code::from_random(u32::from_be_bytes(random()?)) {
            return Ok(code);
        }
    }
}

/// What one mail proves with.
struct Secrets {
    code: Option<Code>,
    link: Option<LinkToken>,
    /// When the link ends; where there is none, when the code does.
    link_expires_at: i64,
}

impl Secrets {
    /// Draws what the configuration asks for; no code for an account that is guessed at.
    fn draw(ctx: &Context, flow: &Flow, guessed_at: bool) -> Result<Self, NoRandomness> {
        let reset = &ctx.config.reset;
        let by_code = reset.offers(ProveBy::MailCode) && !guessed_at;
        let code = by_code.then(draw).transpose()?;
        let link = reset
            .offers(ProveBy::MailLink)
            .then(|| random().map(LinkToken::from_random))
            .transpose()?;
        // A link beside a code lives from now on by its own time; alone it is what the page speaks of.
        let link_expires_at = if code.is_some() && link.is_some() {
            ctx.now() + i64::from(reset.link_lifetime) * MINUTE
        } else {
            flow.code_expires_at
        };
        Ok(Self {
            code,
            link,
            link_expires_at,
        })
    }

    fn letter(&self, ctx: &Context, flow: &Flow, account: &Account, language: Language) -> Letter {
        let left = flow.code_expires_at - ctx.now();
        let minutes = (left + MINUTE - 1) / MINUTE;
        let zone = &ctx.config.site.time_zone;
        let until = local_time::until(zone, ctx.now(), flow.code_expires_at, language);
        let link = self
            .link
            .as_ref()
            .map(|token| format!("{}{}", link::PATH, token.as_str()));
        let (user_name, reference) = (account.user_name.clone(), flow.reference.clone());
        match (&self.code, link) {
            (Some(code), link) => Letter::Code {
                code: code.as_str().to_owned(),
                minutes,
                until,
                user_name,
                reference,
                link,
            },
            (None, link) => Letter::Link {
                link: link.unwrap_or_default(),
                minutes,
                until,
                user_name,
                reference,
            },
        }
    }
}

async fn mint(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    target: &Target,
    guessed_at: bool,
) -> Result<(), Broken> {
    let account = &target.account;
    // What every page of this flow states holds for the code too, also when the worker comes late.
    let expires_at = flow.code_expires_at;
    let left = expires_at - ctx.now();
    let language = Language::parse(&account.language).unwrap_or(ctx.config.languages.default);
    let mut mail = Mail {
        to: target.address.clone(),
        to_name: account.name.clone(),
        language: language.tag().to_owned(),
        letter: Letter::AskAgain {
            user_name: account.user_name.clone(),
            reference: flow.reference.clone(),
        },
    };
    let mut about = About {
        purpose: "ask_again",
        flow: Some(&flow.id),
        account: Some(&account.id),
        expires_at: ctx.now() + DAY,
    };
    if left > 0 {
        let secrets = Secrets::draw(ctx, flow, guessed_at)?;
        let mac = secrets
            .code
            .as_ref()
            .map(|code| code_mac(ctx, &flow.id, code));
        let tries = i64::from(ctx.config.reset.tries);
        if !store::flows::mint(tx, &flow.id, &account.id, mac.as_deref(), expires_at, tries).await?
        {
            // Proved by an earlier code in the meantime.
            return Ok(());
        }
        store::flows::supersede(tx, &account.id, &flow.id).await?;
        store::jobs::drop_codes(tx, &account.id, ctx.now()).await?;
        store::links::end_all(tx, &account.id, LinkEnd::Replaced, ctx.now()).await?;
        if let Some(token) = &secrets.link {
            let link = NewLink {
                token_hash: &digest(token.as_str()),
                account_id: &account.id,
                flow_id: &flow.id,
                reference: &flow.reference,
                now: ctx.now(),
                expires_at: secrets.link_expires_at,
                choices: i64::from(ctx.config.reset.choose_attempts),
            };
            store::links::insert(tx, &link).await?;
        }
        about.purpose = "code";
        // With its first secret the whole mail is out of date.
        about.expires_at = expires_at.min(secrets.link_expires_at);
        mail.letter = secrets.letter(ctx, flow, account, language);
    } else {
        // A newer request may have a code that works: it is left alone.
        store::flows::note_outcome(tx, &flow.id, Outcome::TooLate).await?;
    }
    promise_mail(ctx, tx, &mail, about).await?;
    let fact = audit::About {
        flow: Some(&flow.id),
        account: Some(&account.id),
        detail: about.purpose,
    };
    Ok(audit::record(ctx, tx, Event::CodeSent, fact).await?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const DRAWN: u32 = 100_000;

    /// How far the numbers of draws in a thousand boxes are from equal ones (Pearson's chi-square, 999 degrees of freedom).
    fn unevenness(boxes: &[u32; 1000]) -> f64 {
        let expected = f64::from(DRAWN) / 1000.0;
        let squares = boxes.iter().map(|count| {
            let off = f64::from(*count) - expected;
            off * off / expected
        });
        squares.sum()
    }

    /// The part of A17 that concerns codes: every one is as likely as the others, and none follows from the one before.
    #[test]
    fn a17_codes_are_drawn_evenly() {
        let (mut firsts, mut lasts) = ([0; 1000], [0; 1000]);
        let mut different = BTreeSet::new();
        for _ in 0..DRAWN {
            let code: usize = draw().unwrap().as_str().parse().unwrap();
            firsts[code / 1000] += 1;
            lasts[code % 1000] += 1;
            different.insert(code);
        }
        for boxes in [firsts, lasts] {
            let found = unevenness(&boxes);
            // 999 give or take 45; chance alone does not come nine times as far. Nothing as even as this is chance either.
            assert!((600.0..1400.0).contains(&found), "{found}");
        }
        // Out of a million, so many draws meet 95 163 different codes, give or take 66. A counter would meet all, a short cycle few.
        assert!(
            (94_500..95_800).contains(&different.len()),
            "{}",
            different.len()
        );
    }
}
