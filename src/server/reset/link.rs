//! Mailed links: how one stands, what its holder may see, and "send a new one". Opening a link writes nothing and touches no flow.
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::begin::{Begun, ResetRequest, begun, duplicate, insert, offered};
use super::proved::Proved;
use crate::rules::channel::Channel;
use crate::rules::link_token::LinkToken;
use crate::rules::page::{LinkState, LinkView};
use crate::rules::problem::Problem;
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::keys::{Purpose, digest, same};
use crate::server::context::Context;
use crate::server::factor;
use crate::server::limits::requests;
use crate::server::store::accounts::Account;
use crate::server::store::flows::Flow;
use crate::server::store::links::{Link, LinkEnd};
use crate::server::store::{self, Connection, Tx, settle};
use crate::texts::Language;

/// How long an opened link may wait for its password in the browser that opened it; after that it is opened again.
const OPEN_FOR: i64 = 15 * MINUTE;

/// The path under which links are opened.
pub const PATH: &str = "/r/";

const PLACE: &str = "cookie link";

/// What the cookie of a browser that has opened a link says. It travels sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Opened {
    /// The token; `None` when the link was damaged.
    token: Option<String>,
    /// When it was opened, in microseconds since the epoch.
    at: i64,
    /// A password was chosen under it in this browser.
    done: bool,
    /// The last page has said so.
    shown: bool,
    /// The person was signed in then.
    signed_in: bool,
    /// When the second factor was shown, where the account has one.
    #[serde(default)]
    factor_at: Option<i64>,
}

impl Opened {
    /// A link was opened, whole or not.
    #[must_use]
    pub fn now(ctx: &Context, token: &str) -> Self {
        Self {
            token: LinkToken::parse(token)
                .ok()
                .map(|token| token.as_str().to_owned()),
            at: ctx.now(),
            done: false,
            shown: false,
            signed_in: false,
            factor_at: None,
        }
    }

    /// The second factor was shown. It holds for this opening of this link, and no longer than that.
    pub(super) fn with_factor(&self, ctx: &Context) -> Self {
        Self {
            factor_at: Some(ctx.now()),
            ..self.clone()
        }
    }

    /// Whether the second factor was shown.
    #[must_use]
    pub fn has_shown_factor(&self) -> bool {
        self.factor_at.is_some()
    }

    /// A password was chosen under it.
    #[must_use]
    pub fn done(&self, ctx: &Context, signed_in: bool) -> Self {
        Self {
            at: ctx.now(),
            done: true,
            signed_in,
            ..self.clone()
        }
    }

    /// Whether a password was chosen under it in this browser.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether its page stands in front of that of the flow in the same browser: what was opened, proved or saved last does.
    #[must_use]
    pub fn is_in_front_of(&self, flow: Option<&Flow>) -> bool {
        let Some(flow) = flow else { return true };
        match flow.done_at {
            Some(done_at) => !self.done || self.at >= done_at,
            None => flow.proved_at.is_none_or(|proved_at| self.at >= proved_at),
        }
    }

    /// The last page has been shown; `None` when there is nothing to note.
    #[must_use]
    pub fn shown(&self) -> Option<Self> {
        (self.done && !self.shown).then(|| Self {
            shown: true,
            ..self.clone()
        })
    }

    /// The cookie's value.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be made.
    pub fn seal(&self, ctx: &Context) -> Result<String, Fault> {
        let plain = serde_json::to_vec(self)?;
        Ok(ctx.keys.seal(Purpose::Cookie, PLACE, &plain)?)
    }

    /// Reads a cookie; `None` when it is not ours.
    #[must_use]
    pub fn read(ctx: &Context, cookie: &str) -> Option<Self> {
        let plain = ctx.keys.open_sealed(Purpose::Cookie, PLACE, cookie).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Whether a form was made under this link.
    #[must_use]
    pub fn has_form(&self, ctx: &Context, form_token: &str) -> bool {
        self.token_hash()
            .is_some_and(|hash| same(&self::form_token(ctx, &hash), form_token))
    }

    /// SHA-256 of the token, where the link was whole.
    pub(super) fn token_hash(&self) -> Option<String> {
        self.token.as_deref().map(digest)
    }

    /// Whether it has been open for too long.
    pub(super) fn waited_too_long(&self, ctx: &Context) -> bool {
        self.at + OPEN_FOR <= ctx.now()
    }

    /// Whether something can still be done under it here.
    pub(super) fn is_fresh(&self, ctx: &Context) -> bool {
        !self.done && !self.waited_too_long(ctx)
    }
}

pub(super) fn form_token(ctx: &Context, token_hash: &str) -> String {
    ctx.keys
        .mac_text(Purpose::Form, &[b"link form", token_hash.as_bytes()])
}

/// How a link stands on the server.
pub(super) enum LinkStanding {
    /// A password may be chosen for this account.
    Open(Link, Box<Account>),
    /// It may not any more.
    Over(LinkState, Link),
    /// No link of this token is known.
    Unknown,
}

/// Finds out how the link of this token stands.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn standing(
    ctx: &Context,
    connection: &mut Connection,
    token_hash: &str,
) -> Result<LinkStanding, sqlx::Error> {
    let Some(link) = store::links::by_hash(connection, token_hash).await? else {
        return Ok(LinkStanding::Unknown);
    };
    let ended = link.ended_by.as_deref().and_then(LinkEnd::parse);
    let over = match ended {
        Some(LinkEnd::Used) => Some(LinkState::Used),
        Some(LinkEnd::Replaced) => Some(LinkState::Replaced),
        Some(LinkEnd::Changed) => Some(LinkState::Changed),
        None if link.expires_at <= ctx.now() => Some(LinkState::Expired),
        None => None,
    };
    if let Some(over) = over {
        return Ok(LinkStanding::Over(over, link));
    }
    let account = store::accounts::by_id(connection, &link.account_id).await?;
    Ok(match account.filter(Account::is_active) {
        Some(account) => LinkStanding::Open(link, Box::new(account)),
        None => LinkStanding::Over(LinkState::Changed, link),
    })
}

/// Whether a second factor has yet to be shown before a password may be chosen under an open link.
///
/// # Errors
/// When the database does not answer.
pub async fn wants_factor(
    connection: &mut Connection,
    opened: &Opened,
    link: &Link,
) -> Result<bool, sqlx::Error> {
    if opened.has_shown_factor() {
        return Ok(false);
    }
    let mut all = store::links::other_accounts(connection, &link.token_hash).await?;
    all.push(link.account_id.clone());
    for id in all {
        if factor::is_set_up(connection, &id).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the browser that opened a link may see of it.
///
/// # Errors
/// [`Fault`] when the database does not answer.
pub async fn view(
    ctx: &Context,
    connection: &mut Connection,
    opened: &Opened,
) -> Result<LinkView, Fault> {
    let Some(hash) = opened.token_hash() else {
        return Ok(LinkView::default());
    };
    let mut view = LinkView {
        token: form_token(ctx, &hash),
        signed_in: opened.signed_in,
        ..LinkView::default()
    };
    let standing = standing(ctx, connection, &hash).await?;
    if let LinkStanding::Open(link, _) | LinkStanding::Over(_, link) = &standing {
        view.reference = Some(link.reference.clone());
        view.can_renew = true;
    }
    view.state = match standing {
        _ if opened.done && opened.shown => LinkState::AlreadyDone,
        _ if opened.done => LinkState::Done,
        // Never existed and forgotten long ago look alike.
        LinkStanding::Unknown => LinkState::Expired,
        LinkStanding::Over(over, _) => over,
        LinkStanding::Open(..) if opened.waited_too_long(ctx) => LinkState::Stale,
        // Its page comes first, and nothing of the account is shown before.
        LinkStanding::Open(link, _) if wants_factor(connection, opened, &link).await? => {
            LinkState::Open
        }
        LinkStanding::Open(link, account) => {
            let proved = Proved::by_link(connection, &link, *account).await?;
            view.personal = proved.personal_words(ctx, connection).await?;
            view.user_name = proved.user_name_lines();
            view.policy = ctx.directory.policy().clone();
            LinkState::Open
        }
    };
    Ok(view)
}

/// "Send a new one": begins a flow for the link's own account, of which nothing is shown.
///
/// # Errors
/// [`Failure::Rejected`] when the link is not known, [`Failure::TooMany`], [`Failure::Fault`].
pub async fn renew(
    ctx: &Context,
    opened: &Opened,
    language: Language,
    client: IpAddr,
) -> Result<Begun, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = begin_for(ctx, &mut tx, opened, language, client).await;
    let begun = settle(tx, result).await?;
    ctx.wake.resolve.notify_one();
    Ok(begun)
}

async fn begin_for(
    ctx: &Context,
    tx: &mut Tx,
    opened: &Opened,
    language: Language,
    client: IpAddr,
) -> Result<Begun, Failure> {
    requests::request_from(ctx, tx, client).await?;
    let unknown = || Failure::rejected(Problem::FlowMissing);
    let hash = opened.token_hash().ok_or_else(unknown)?;
    let link = store::links::by_hash(tx, &hash)
        .await?
        .ok_or_else(unknown)?;
    let submission = ctx
        .keys
        .mac_text(Purpose::Form, &[b"renewal", hash.as_bytes()]);
    if let Some(flow) = duplicate(ctx, tx, &submission).await? {
        return Ok(begun(ctx, flow));
    }
    let request = ResetRequest {
        typed: "",
        postal_code: None,
        channel: offered(ctx, Channel::Mail),
        account: Some(&link.account_id),
        submission: &submission,
        language,
        later: 0,
    };
    let flow = insert(ctx, tx, request).await?;
    Ok(begun(ctx, flow))
}
