//! The worker that finds out, after the page has been answered, whether there is an account and where its code goes.

mod find;
mod plan;
mod secrets;
mod turn;

use self::find::{Finding, Target};
use self::plan::{Findings, Plan};
use self::secrets::Secrets;
pub(in crate::server) use self::turn::{leads_elsewhere, run};
use crate::rules::channel::{Channel, ProveBy};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::{DAY, MINUTE};
use crate::server::base::failure::Fault;
use crate::server::context::Context;
use crate::server::delivery::{MessageContent, Provider, Recourse};
use crate::server::limits::{requests, text_messages};
use crate::server::outbox::{JobAttributes, Message, enqueue};
use crate::server::reset::code_mac;
use crate::server::reset::proved::are_together;
use crate::server::revoke;
use crate::server::store::flows::{Flow, Minted};
use crate::server::store::outcome::Outcome;
use crate::server::store::{self, Tx};

/// A code that goes another way because the first one is closed must still have so long to live; else the message says "ask again".
const WORTH_ANOTHER_CHANNEL: i64 = 2 * MINUTE;

/// Sends a code, or does the same work for nobody: the load that follows a request must not tell whether there is an account.
async fn answer(ctx: &Context, tx: &mut Tx, flow: &Flow, finding: Finding) -> Result<(), Fault> {
    let (target, outcome) = match &finding {
        Finding::Send(target) => (Some(target), Outcome::Sent),
        Finding::Tell(target, Some(_)) => (Some(target), Outcome::Federated),
        Finding::Tell(target, None) => (Some(target), Outcome::NoPassword),
        Finding::Nothing(outcome) => (None, *outcome),
    };
    let whom = target.map_or(flow.id.as_str(), |target| target.account.id.as_str());
    let all = finding.locks(flow);
    let findings = Findings {
        outcome,
        has_target: target.is_some(),
        is_over_limit: requests::is_any_over_wrong_code_limit(ctx, tx, all).await?,
        offers_links: ctx.config.reset.offers(ProveBy::MailLink),
    };
    let over_limit = findings.is_over_limit;
    // Asked for decoys too: the same work.
    let is_allowed = findings.may_send() && requests::may_message(ctx, tx, whom).await?;
    if let Plan::Decoy(outcome) = findings.plan(is_allowed) {
        return decoy_work(ctx, tx, flow, outcome).await;
    }
    match finding {
        Finding::Nothing(outcome) => decoy_work(ctx, tx, flow, outcome).await,
        Finding::Send(mut target) => {
            // A link only goes by mail.
            let by_text = target.by == Channel::Sms && !over_limit;
            if target.by == Channel::Sms
                && !(by_text && text_messages::may_text(ctx, tx, &target.address).await?)
            {
                let by_mail = match target.refused.as_slice() {
                    [] => find::deliverable_by(ctx, tx, &target.account, Channel::Mail).await?,
                    _ => None,
                };
                match by_mail {
                    Some(address) => {
                        target.by = Channel::Mail;
                        target.address = address;
                    }
                    None if over_limit => {
                        return decoy_work(ctx, tx, flow, Outcome::OverWrongCodeLimit).await;
                    }
                    None => return hold_back(ctx, tx, flow, &target.account.id).await,
                }
            }
            mint(ctx, tx, flow, &target, over_limit).await
        }
        Finding::Tell(target, provider) => {
            if target.by == Channel::Sms
                && !text_messages::may_text(ctx, tx, &target.address).await?
            {
                return hold_back(ctx, tx, flow, &target.account.id).await;
            }
            tell(ctx, tx, flow, &target, provider).await
        }
    }
}

/// No more text messages now, and no other way.
async fn hold_back(ctx: &Context, tx: &mut Tx, flow: &Flow, account_id: &str) -> Result<(), Fault> {
    requests::give_message_back(ctx, tx, account_id).await?;
    let subject = audit::Subject {
        flow: Some(&flow.id),
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::System, Event::SmsHeldBack, subject).await?;
    decoy_work(ctx, tx, flow, Outcome::TextsHeldBack).await
}

/// The work of [`mint`] for a decoy: as many statements, and a job that the senders end without sending.
async fn decoy_work(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    outcome: Outcome,
) -> Result<(), Fault> {
    let by = flow.channel()?;
    if by == Channel::Sms {
        text_messages::decoy_work(ctx, tx, &flow.id).await?;
    }
    store::former_codes::remember(tx, &flow.id, ctx.now()).await?;
    store::flows::note_outcome(tx, &flow.id, outcome).await?;
    revoke::earlier_requests(ctx, tx, &flow.id, &flow.id).await?;
    let message = Message {
        to: String::new(),
        to_name: String::new(),
        language: flow.language.clone(),
        content: MessageContent::Test,
        recourse: Recourse::Reset,
    };
    let about = JobAttributes {
        purpose: "decoy",
        flow: Some(&flow.id),
        account: None,
        expires_at: flow.code_expires_at,
    };
    enqueue(ctx, tx, by, &message, about).await?;
    let subject = audit::Subject {
        flow: Some(&flow.id),
        account: None,
        detail: outcome.as_str(),
    };
    audit::record(ctx, tx, Actor::System, Event::ResetDecoy, subject).await
}

/// Tells somebody who has no password here where to go. The flow stays a decoy.
async fn tell(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    target: &Target,
    provider: Option<Provider>,
) -> Result<(), Fault> {
    let outcome = if provider.is_some() {
        Outcome::Federated
    } else {
        Outcome::NoPassword
    };
    store::flows::note_outcome(tx, &flow.id, outcome).await?;
    let account = &target.account;
    revoke::earlier_messages(ctx, tx, &account.id).await?;
    let message = Message {
        to: target.address.clone(),
        to_name: account.name.clone(),
        language: ctx.language_of(&account.language).tag().to_owned(),
        content: MessageContent::Elsewhere {
            user_name: account.user_name.clone(),
            reference: flow.reference.clone(),
            provider,
        },
        recourse: Recourse::Reset,
    };
    let about = JobAttributes {
        purpose: "elsewhere",
        flow: Some(&flow.id),
        account: Some(&account.id),
        expires_at: ctx.now() + DAY,
    };
    enqueue(ctx, tx, target.by, &message, about).await?;
    let subject = audit::Subject {
        flow: Some(&flow.id),
        account: Some(&account.id),
        detail: outcome.as_str(),
    };
    audit::record(ctx, tx, Actor::System, Event::ToldElsewhere, subject).await
}

async fn mint(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    target: &Target,
    over_limit: bool,
) -> Result<(), Fault> {
    let account = &target.account;
    let mut message = Message {
        to: target.address.clone(),
        to_name: account.name.clone(),
        language: ctx.language_of(&account.language).tag().to_owned(),
        content: MessageContent::AskAgain {
            user_name: account.user_name.clone(),
            reference: flow.reference.clone(),
        },
        recourse: Recourse::Reset,
    };
    let mut about = JobAttributes {
        purpose: "ask_again",
        flow: Some(&flow.id),
        account: Some(&account.id),
        expires_at: ctx.now() + DAY,
    };
    let is_other_way = !target.refused.is_empty();
    // Asking again in an old tab is a request of its own, and not overtaken; our own second try, by the other way, is none.
    let is_new = flow.resent > 0 && !is_other_way;
    if !is_new && store::flows::is_overtaken(tx, &account.id, flow.created_at).await? {
        // This one was held up; the newer one's code is in the person's hands.
        return Ok(store::flows::note_outcome(tx, &flow.id, Outcome::Superseded).await?);
    }
    let all = std::iter::once(&target.account).chain(&target.others);
    let together = are_together(ctx, tx, &all.collect::<Vec<_>>()).await?;
    let secrets = Secrets::draw(ctx, flow, target, over_limit, together)?;
    let worth_it = if is_other_way {
        WORTH_ANOTHER_CHANNEL
    } else {
        0
    };
    if secrets.code_expires_at > ctx.now() + worth_it {
        let mac = secrets
            .code
            .as_ref()
            .map(|code| code_mac(ctx, &flow.id, code));
        let minted = Minted {
            account_id: &account.id,
            mac: mac.as_deref(),
            expires_at: secrets.code_expires_at,
            // The page says how many are left of this request, whichever way its code goes.
            tries: if is_other_way {
                flow.tries_left
            } else {
                i64::from(ctx.config.reset.tries)
            },
            by: target.by,
        };
        for each in target.ids() {
            store::former_codes::remember(tx, each, ctx.now()).await?;
        }
        if !store::flows::mint(tx, &flow.id, &minted).await? {
            // Proved by an earlier code in the meantime.
            return Ok(());
        }
        replace_earlier(ctx, tx, flow, target).await?;
        secrets.keep(ctx, tx, flow, target).await?;
        about.purpose = "code";
        about.expires_at = secrets.out_of_date_at();
        message.content = secrets.content(ctx, flow, target, ctx.language_of(&account.language));
    } else {
        // A newer request may have a code that works: it is left alone.
        store::flows::note_outcome(tx, &flow.id, Outcome::TooLate).await?;
    }
    enqueue(ctx, tx, target.by, &message, about).await?;
    let detail = format!("{} by {}", about.purpose, target.by.as_str());
    let subject = audit::Subject {
        flow: Some(&flow.id),
        account: Some(&account.id),
        detail: &detail,
    };
    audit::record(ctx, tx, Actor::System, Event::CodeSent, subject).await
}

/// The newest wins: whatever was sent before for any of these accounts ends.
async fn replace_earlier(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    target: &Target,
) -> Result<(), sqlx::Error> {
    for account in std::iter::once(&target.account).chain(&target.others) {
        revoke::earlier_requests(ctx, tx, &account.id, &flow.id).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::server::base::random::random_code;

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
            let code: usize = random_code().unwrap().as_str().parse().unwrap();
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
