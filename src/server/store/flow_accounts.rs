//! The table `flow_accounts`: the accounts that one flow proves, where several share the address that was given.

use super::Connection;

/// Adds one.
pub async fn add(
    connection: &mut Connection,
    flow_id: &str,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO flow_accounts (flow_id, account_id) VALUES ($1, $2)")
        .bind(flow_id)
        .bind(account_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets those of a flow, before it gets new ones.
pub async fn forget(connection: &mut Connection, flow_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM flow_accounts WHERE flow_id = $1")
        .bind(flow_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The ids of those of a flow; none where it is about one account.
pub async fn of(connection: &mut Connection, flow_id: &str) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT f.account_id FROM flow_accounts f JOIN accounts a ON a.id = f.account_id WHERE f.flow_id = $1 ORDER BY a.user_name_canonical",
    )
    .bind(flow_id)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
