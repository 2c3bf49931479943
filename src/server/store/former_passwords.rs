//! The table `former_passwords`: hashes of passwords that were replaced, for organisations that refuse them. Named by the
//! directory alone.

use super::Connection;

/// Keeps a hash that is about to be replaced.
pub async fn keep(
    connection: &mut Connection,
    id: &str,
    account_id: &str,
    hash: &str,
    replaced_at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO former_passwords (id, account_id, hash, replaced_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(account_id)
    .bind(hash)
    .bind(replaced_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets all but the newest `count` of an account.
pub async fn forget_older(
    connection: &mut Connection,
    account_id: &str,
    count: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM former_passwords WHERE account_id = $1 AND id NOT IN \
         (SELECT id FROM former_passwords WHERE account_id = $1 ORDER BY replaced_at DESC, id LIMIT $2)",
    )
    .bind(account_id)
    .bind(count)
    .execute(connection)
    .await?;
    Ok(())
}

/// The newest `count` hashes of an account, newest first.
pub async fn newest(
    connection: &mut Connection,
    account_id: &str,
    count: i64,
) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT hash FROM former_passwords WHERE account_id = $1 ORDER BY replaced_at DESC, id LIMIT $2",
    )
    .bind(account_id)
    .bind(count)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}
