//! Which accounts a proof is for: one, or those that share the address which was given (`[reset] linked_accounts`).
use crate::rules::problem::Problem;
use crate::server::config::LinkedAccounts;
use crate::server::context::Context;
use crate::server::factor;
use crate::server::password::rules::personal_words;
use crate::server::store::accounts::Account;
use crate::server::store::flows::Flow;
use crate::server::store::links::Link;
use crate::server::store::{self, Connection};

/// The accounts that a proof is for, the first of them its own.
#[derive(Debug, Clone, Default)]
pub struct Proved {
    accounts: Vec<Account>,
    /// One password is set for all of them.
    together: bool,
}

impl Proved {
    /// What a flow has proved; nobody before it has, and where its accounts are disabled or gone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn by_flow(
        ctx: &Context,
        connection: &mut Connection,
        flow: &Flow,
    ) -> Result<Self, sqlx::Error> {
        let (Some(own), Some(_)) = (&flow.account_id, flow.proved_at) else {
            return Ok(Self::default());
        };
        let mut ids = store::flow_accounts::of(connection, &flow.id).await?;
        if ids.is_empty() {
            ids.push(own.clone());
        }
        let accounts = active(connection, &ids).await?;
        let all: Vec<&Account> = accounts.iter().collect();
        let together = are_together(ctx, connection, &all).await?;
        Ok(Self { accounts, together })
    }

    /// What the holder of a link has proved, the link's own account known to be active.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn by_link(
        connection: &mut Connection,
        link: &Link,
        account: Account,
    ) -> Result<Self, sqlx::Error> {
        let others = store::links::other_accounts(connection, &link.token_hash).await?;
        let mut accounts = vec![account];
        accounts.extend(active(connection, &others).await?);
        Ok(Self {
            accounts,
            together: true,
        })
    }

    /// Whether nobody is proved.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.accounts.is_empty()
    }

    /// The user names of those whose password is being chosen, a line each: pages write them out, and hand the first alone to password managers.
    #[must_use]
    pub fn user_name_lines(&self) -> String {
        let names: Vec<&str> = self
            .accounts
            .iter()
            .map(|account| account.user_name.as_str())
            .collect();
        names.join("\n")
    }

    /// The user names among which the person must pick; none where there is nothing to pick.
    #[must_use]
    pub fn to_pick(&self) -> Vec<String> {
        if self.together || self.accounts.len() < 2 {
            return Vec::new();
        }
        self.accounts
            .iter()
            .map(|account| account.user_name.clone())
            .collect()
    }

    /// The accounts whose password is set, `picked` being the user name that was picked.
    ///
    /// # Errors
    /// [`Problem::AccountEmpty`] when one must be picked and none of them was.
    pub fn picked(mut self, picked: &str) -> Result<Self, Problem> {
        if !self.to_pick().is_empty() {
            self.accounts.retain(|account| account.user_name == picked);
            if self.accounts.is_empty() {
                return Err(Problem::AccountEmpty);
            }
        }
        Ok(self)
    }

    /// The accounts.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Words that the password must not be made of, for any of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn personal_words(
        &self,
        ctx: &Context,
        connection: &mut Connection,
    ) -> Result<Vec<String>, sqlx::Error> {
        let mut words = Vec::new();
        for account in &self.accounts {
            words.extend(personal_words(ctx, connection, account).await?);
        }
        words.sort();
        words.dedup();
        Ok(words)
    }
}

/// Whether one proof is for all of these at once: as configured, and never where an administrator or somebody with a second factor is
/// among them.
///
/// # Errors
/// When the database does not answer.
pub async fn are_together(
    ctx: &Context,
    connection: &mut Connection,
    accounts: &[&Account],
) -> Result<bool, sqlx::Error> {
    if ctx.config.reset.linked_accounts != LinkedAccounts::All
        || accounts.iter().any(|account| account.is_administrator())
    {
        return Ok(false);
    }
    Ok(!factor::is_any_set_up(connection, accounts).await?)
}

async fn active(connection: &mut Connection, ids: &[String]) -> Result<Vec<Account>, sqlx::Error> {
    let mut accounts = Vec::new();
    for id in ids {
        let account = store::accounts::by_id(connection, id).await?;
        accounts.extend(account.filter(Account::is_active));
    }
    Ok(accounts)
}
