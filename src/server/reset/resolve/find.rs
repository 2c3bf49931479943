//! Who a request means, and on which channel that account is reached: told to nobody but the worker.
use crate::rules::channel::Channel;
use crate::rules::identifier::{self, Kind};
use crate::server::base::failure::Fault;
use crate::server::context::Context;
use crate::server::delivery::Provider;
use crate::server::directory::Found;
use crate::server::identifiers::sealed::open_identifier;
use crate::server::identifiers::{self, Identifier};
use crate::server::notifications::notify;
use crate::server::reset::flow::open_postal_code;
use crate::server::store::accounts::Account;
use crate::server::store::contacts::ContactKind;
use crate::server::store::flows::Flow;
use crate::server::store::outcome::Outcome;
use crate::server::store::{self, Connection, Reader, Tx};

/// Where a message goes.
pub(super) struct Target {
    /// Whose it is.
    pub(super) account: Account,
    /// The other accounts that share the address which was given.
    pub(super) others: Vec<Account>,
    /// On which channel.
    pub(super) by: Channel,
    /// The stored address or number.
    pub(super) address: String,
    /// The channels by which this request was refused for good already.
    pub(super) refused: Vec<Channel>,
}

impl Target {
    /// The ids of all its accounts.
    pub(super) fn ids(&self) -> Vec<&str> {
        std::iter::once(&self.account)
            .chain(&self.others)
            .map(|account| account.id.as_str())
            .collect()
    }
}

/// What the look-up found.
pub(super) enum Finding {
    /// A proof goes there.
    Send(Box<Target>),
    /// There is no password here: the person is told where to go.
    Tell(Box<Target>, Option<Provider>),
    /// Nothing goes out.
    Nothing(Outcome),
}

impl Finding {
    /// Whom this is about, for the locks and the limits; the flow itself where it is about nobody, so that the work is the same.
    pub(super) fn locks<'a>(&'a self, flow: &'a Flow) -> Vec<&'a str> {
        match self {
            Self::Send(target) | Self::Tell(target, _) => target.ids(),
            Self::Nothing(_) => vec![&flow.id],
        }
    }
}

/// What a request names, looked up before there is a transaction.
pub(super) enum Named {
    /// This account: the request was made for it.
    Account(String),
    /// Whoever the identifier means.
    Identifier(Found),
    /// Nobody.
    Nobody(Outcome),
}

impl Named {
    /// The accounts that were known when they were looked up: to see whom to lock, and whether it is worth anything.
    pub(super) async fn known(
        &self,
        connection: &mut Connection,
    ) -> Result<Result<Vec<Account>, Outcome>, sqlx::Error> {
        match self {
            Self::Account(id) => the_one(connection, id).await,
            Self::Identifier(found) => Ok(somebody(found.known().to_vec())),
            Self::Nobody(outcome) => Ok(Err(*outcome)),
        }
    }

    /// The accounts as they are now, in the transaction that goes on with them.
    pub(super) async fn adopted(
        &self,
        ctx: &Context,
        tx: &mut Tx,
    ) -> Result<Result<Vec<Account>, Outcome>, sqlx::Error> {
        match self {
            Self::Account(id) => the_one(tx, id).await,
            Self::Identifier(found) => {
                Ok(somebody(ctx.directory.adopt(tx, found, ctx.now()).await?))
            }
            Self::Nobody(outcome) => Ok(Err(*outcome)),
        }
    }

    /// What was given to name them.
    fn identifier(&self) -> Option<&Identifier> {
        match self {
            Self::Identifier(found) => Some(found.identifier()),
            Self::Account(_) | Self::Nobody(_) => None,
        }
    }
}

async fn the_one(
    connection: &mut Connection,
    id: &str,
) -> Result<Result<Vec<Account>, Outcome>, sqlx::Error> {
    let account = store::accounts::by_id(connection, id).await?;
    Ok(somebody(account.into_iter().collect()))
}

fn somebody(accounts: Vec<Account>) -> Result<Vec<Account>, Outcome> {
    if accounts.is_empty() {
        return Err(Outcome::NoAccount);
    }
    Ok(accounts)
}

/// Which of the accounts that a request names is answered, and how; `refused` are the ways that were tried in vain.
pub(super) async fn find(
    ctx: &Context,
    connection: &mut Connection,
    flow: &Flow,
    (named, accounts): (&Named, Result<Vec<Account>, Outcome>),
    refused: Vec<Channel>,
) -> Result<Finding, Fault> {
    let accounts = match accounts {
        Ok(accounts) => accounts,
        Err(outcome) => return Ok(Finding::Nothing(outcome)),
    };
    let identifier = named.identifier();
    let mut active: Vec<Account> = accounts.into_iter().filter(Account::is_active).collect();
    if active.is_empty() {
        return Ok(Finding::Nothing(Outcome::Disabled));
    }
    if let Some(given) = open_postal_code(ctx, flow)? {
        // An account that has none is not held against it: its owner could not know.
        active.retain(|account| account.postal_code.as_ref().is_none_or(|own| *own == given));
        if active.is_empty() {
            return Ok(Finding::Nothing(Outcome::PostalCodeDiffers));
        }
    }
    let mut able = Vec::new();
    for account in &active {
        let standing = ctx.directory.standing(connection, &account.id, ctx.now());
        if standing.await?.changed_at.is_some() && account.signs_in_with.is_none() {
            able.push(account.clone());
        }
    }
    if able.len() > 1
        && let Some(given) = identifier
    {
        // Where it still waits, the address is not that account's to prove anything with.
        let mut proving = Vec::new();
        for account in able {
            if proves_with(ctx, connection, &account, given).await? {
                proving.push(account);
            }
        }
        if proving.is_empty() {
            return Ok(Finding::Nothing(Outcome::NoConfirmedAddress));
        }
        able = proving;
    }
    // Where a way was tried in vain, that stays what is told of the request.
    let nowhere = if refused.is_empty() {
        Outcome::NoConfirmedAddress
    } else {
        flow.outcome()?
    };
    if able.len() > 1 {
        if refused.contains(&Channel::Mail) {
            return Ok(Finding::Nothing(nowhere));
        }
        return several(ctx, connection, able, identifier, refused).await;
    }
    let (account, is_able) = match (able.pop(), active.pop()) {
        (Some(account), _) => (account, true),
        (None, Some(account)) => (account, false),
        (None, None) => return Ok(Finding::Nothing(Outcome::Disabled)),
    };
    let wanted: Vec<Channel> = [flow.channel()?, flow.channel()?.other()]
        .into_iter()
        .filter(|by| !refused.contains(by))
        .collect();
    let Some((by, address)) = reached(ctx, connection, &account, &wanted, identifier).await? else {
        return Ok(Finding::Nothing(nowhere));
    };
    let target = Box::new(Target {
        account,
        others: Vec::new(),
        by,
        address,
        refused,
    });
    if is_able {
        return Ok(Finding::Send(target));
    }
    let provider = target.account.signs_in_with.as_deref().and_then(|id| {
        let providers = &ctx.config.accounts.federated;
        let provider = providers.iter().find(|provider| provider.id == id)?;
        let sentences = ctx.sentences(ctx.language_of(&target.account.language));
        let name = ctx.wording(&provider.name, sentences);
        Some(Provider {
            name: name.words.to_owned(),
            language: name.language(),
            reset_url: provider.reset_url.to_string(),
        })
    });
    Ok(Finding::Tell(target, provider))
}

/// Looks up whom a flow names, outside of any transaction.
pub(super) async fn look_up(
    ctx: &Context,
    reader: &mut Reader,
    flow: &Flow,
) -> Result<Named, Fault> {
    if let Some(id) = &flow.asked_account_id {
        return Ok(Named::Account(id.clone()));
    }
    let Ok(typed) = open_identifier(ctx, flow) else {
        // Sealed with a key that is lost.
        return Ok(Named::Nobody(Outcome::KeyLost));
    };
    let Ok(checked) = identifier::check(&typed) else {
        return Ok(Named::Nobody(Outcome::NoAccount));
    };
    let Ok(identifier) = identifiers::read(checked) else {
        return Ok(Named::Nobody(Outcome::NoAccount));
    };
    // Begun under another configuration: the first step takes nothing else.
    if !ctx.config.reset.accepts(identifier.kind) {
        return Ok(Named::Nobody(Outcome::KindNotAccepted));
    }
    let accepted = &ctx.config.reset.identifiers;
    let found = ctx.directory.find(reader, identifier, accepted, ctx.now());
    Ok(Named::Identifier(found.await?))
}

/// Several accounts that could be reset share what was given. Only a mail can name each of them; a text message could not tell which one it is
/// about (ATTACKS A09).
async fn several(
    ctx: &Context,
    connection: &mut Connection,
    mut accounts: Vec<Account>,
    identifier: Option<&Identifier>,
    refused: Vec<Channel>,
) -> Result<Finding, Fault> {
    let shared = identifier.filter(|identifier| identifier.kind == Kind::Mail);
    let (Some(shared), true) = (shared, ctx.config.reset.uses(Channel::Mail)) else {
        return Ok(Finding::Nothing(Outcome::SeveralAccounts));
    };
    let account = accounts.remove(0);
    // To the very address that they share, as it is stored.
    let addresses =
        store::contacts::proving(connection, &account.id, ContactKind::Mail, ctx.now()).await?;
    let address = addresses
        .into_iter()
        .find(|address| is_given(address, shared));
    Ok(match address {
        Some(address) => Finding::Send(Box::new(Target {
            account,
            others: accounts,
            by: Channel::Mail,
            address,
            refused,
        })),
        None => Finding::Nothing(Outcome::NoConfirmedAddress),
    })
}

/// The channels that were tried in vain, which only a request can have that was answered before.
pub(super) async fn refused(
    connection: &mut Connection,
    flow: &Flow,
) -> Result<Vec<Channel>, sqlx::Error> {
    if flow.outcome()? == Outcome::Waiting {
        return Ok(Vec::new());
    }
    store::jobs::refused_channels(connection, &flow.id).await
}

/// The confirmed contact on the first of these channels on which there is one, as far as they are offered.
async fn reached(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
    wanted: &[Channel],
    given: Option<&Identifier>,
) -> Result<Option<(Channel, String)>, sqlx::Error> {
    for &by in wanted {
        if let Some(address) = deliverable_at(ctx, connection, account, by, given).await? {
            return Ok(Some((by, address)));
        }
    }
    Ok(None)
}

/// Whether an account may prove with the very address or number that was given.
async fn proves_with(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
    given: &Identifier,
) -> Result<bool, sqlx::Error> {
    let kind = match given.kind {
        Kind::Mail => ContactKind::Mail,
        Kind::Phone => ContactKind::Phone,
        // No address at all: the account was named.
        Kind::UserName => return Ok(true),
    };
    let proving = store::contacts::proving(connection, &account.id, kind, ctx.now()).await?;
    Ok(proving.iter().any(|address| is_given(address, given)))
}

/// Whether a stored address or number is the one that was given.
fn is_given(address: &str, given: &Identifier) -> bool {
    given.phone.as_deref() == Some(address)
        || identifiers::address::read(address).is_ok_and(|read| read.compared() == given.text)
}

/// The confirmed contact on this channel, if it is offered and a message may go there.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn deliverable_by(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
    by: Channel,
) -> Result<Option<String>, sqlx::Error> {
    deliverable_at(ctx, connection, account, by, None).await
}

/// The same, and the very one that was given where the account has that among others: the person reads it.
async fn deliverable_at(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
    by: Channel,
    given: Option<&Identifier>,
) -> Result<Option<String>, sqlx::Error> {
    if !ctx.config.reset.uses(by) {
        return Ok(None);
    }
    let addresses = store::contacts::proving(connection, &account.id, by.into(), ctx.now()).await?;
    let goes = |to: &String| notify::is_deliverable(ctx, by, to);
    let mut all: Vec<String> = addresses.into_iter().filter(goes).collect();
    let own = given.and_then(|given| all.iter().position(|address| is_given(address, given)));
    Ok((!all.is_empty()).then(|| all.swap_remove(own.unwrap_or(0))))
}
