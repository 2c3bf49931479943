//! What one message proves with: a code, a link, or both, and where several accounts share an address, a link for each.
use super::find::Target;
use crate::rules::channel::{Channel, ProveBy};
use crate::rules::code::Code;
use crate::rules::link_token::LinkToken;
use crate::server::base::clock::MINUTE;
use crate::server::base::keys::digest;
use crate::server::base::local_time;
use crate::server::base::random::{NoRandomness, random, random_code};
use crate::server::context::Context;
use crate::server::delivery::{MessageContent, Other};
use crate::server::reset::link;
use crate::server::store::accounts::Account;
use crate::server::store::flows::Flow;
use crate::server::store::links::NewLink;
use crate::server::store::{self, Tx};
use crate::texts::Language;

pub(super) struct Secrets {
    pub(super) code: Option<Code>,
    /// When the code dies; where there is none, when the link does.
    pub(super) code_expires_at: i64,
    link: Option<LinkToken>,
    link_expires_at: i64,
    /// Links of the other accounts with this address, in their order.
    others: Vec<LinkToken>,
    /// One proof is for all of these accounts.
    together: bool,
}

fn draw_link() -> Result<LinkToken, NoRandomness> {
    random().map(LinkToken::from_random)
}

impl Secrets {
    /// Draws what the configuration asks for on this channel; no code for an account that is over the wrong-code limit.
    pub(super) fn draw(
        ctx: &Context,
        flow: &Flow,
        target: &Target,
        over_limit: bool,
        together: bool,
    ) -> Result<Self, NoRandomness> {
        let reset = &ctx.config.reset;
        let by_mail = target.by == Channel::Mail;
        let by_code = !over_limit && (!by_mail || reset.offers(ProveBy::MailCode));
        let by_link = by_mail && reset.offers(ProveBy::MailLink);
        let code = by_code.then(random_code).transpose()?;
        let link = by_link.then(draw_link).transpose()?;
        let others = target
            .others
            .iter()
            .filter(|_| by_link && !together)
            .map(|_| draw_link())
            .collect::<Result<_, _>>()?;
        // What every page of this flow states holds for the code too, also when the worker comes late; but a code never lives longer than
        // its own way allows, where another one was asked for.
        let longest = ctx.now() + i64::from(reset.stated_lifetime(target.by)) * MINUTE;
        let code_expires_at = flow.code_expires_at.min(longest);
        // A link beside a code lives from now on by its own time; alone it is what the page speaks of.
        let link_expires_at = if code.is_some() && link.is_some() {
            ctx.now() + i64::from(reset.link_lifetime) * MINUTE
        } else {
            code_expires_at
        };
        Ok(Self {
            code,
            code_expires_at,
            link,
            link_expires_at,
            others,
            together,
        })
    }

    /// With its first secret the whole message is out of date.
    pub(super) fn out_of_date_at(&self) -> i64 {
        self.code_expires_at.min(self.link_expires_at)
    }

    /// Notes which accounts the proof is for, and the links.
    pub(super) async fn keep(
        &self,
        ctx: &Context,
        tx: &mut Tx,
        flow: &Flow,
        target: &Target,
    ) -> Result<(), sqlx::Error> {
        store::flow_accounts::forget(tx, &flow.id).await?;
        if !target.others.is_empty() {
            for id in target.ids() {
                store::flow_accounts::add(tx, &flow.id, id).await?;
            }
        }
        let own = self.link.iter().map(|token| (token, &target.account));
        for (token, account) in own.chain(self.others.iter().zip(&target.others)) {
            let hash = digest(token.as_str());
            store::links::insert(tx, &self.new_link(ctx, flow, &hash, account)).await?;
            if self.together {
                for other in &target.others {
                    store::links::add_account(tx, &hash, &other.id).await?;
                }
            }
        }
        Ok(())
    }

    fn new_link<'a>(
        &self,
        ctx: &Context,
        flow: &'a Flow,
        hash: &'a str,
        account: &'a Account,
    ) -> NewLink<'a> {
        NewLink {
            token_hash: hash,
            account_id: &account.id,
            flow_id: &flow.id,
            reference: &flow.reference,
            now: ctx.now(),
            expires_at: self.link_expires_at,
            choices: i64::from(ctx.config.reset.choose_attempts),
        }
    }

    /// What the message says.
    pub(super) fn content(
        &self,
        ctx: &Context,
        flow: &Flow,
        target: &Target,
        language: Language,
    ) -> MessageContent {
        let left = self.code_expires_at - ctx.now();
        let minutes = (left + MINUTE - 1) / MINUTE;
        let zone = &ctx.config.site.time_zone;
        let until = local_time::until(zone, ctx.now(), self.code_expires_at, language);
        let link_until = (self.link_expires_at != self.code_expires_at)
            .then(|| local_time::until(zone, ctx.now(), self.link_expires_at, language));
        let path = |token: &LinkToken| format!("{}{}", link::PATH, token.as_str());
        let link = self.link.as_ref().map(path);
        let mut own = self.others.iter().map(path);
        let others = target
            .others
            .iter()
            .map(|other| Other {
                user_name: other.user_name.clone(),
                link: own.next(),
            })
            .collect();
        let (user_name, reference) = (target.account.user_name.clone(), flow.reference.clone());
        match (&self.code, link) {
            (Some(code), link) => MessageContent::Code {
                code: code.as_str().to_owned(),
                minutes,
                until,
                user_name,
                reference,
                link,
                link_until,
                others,
                together: self.together,
            },
            (None, link) => MessageContent::Link {
                link: link.unwrap_or_default(),
                minutes,
                until,
                user_name,
                reference,
                others,
                together: self.together,
            },
        }
    }
}
