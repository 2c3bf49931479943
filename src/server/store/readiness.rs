//! The table `readiness`: one row, written again and again to know that something can be written. The table `pulse` was for the same; it stays
//! for nodes of before, which write into it.

use super::Connection;

/// Writes when it was asked.
pub async fn write(connection: &mut Connection, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO readiness (id, written_at) VALUES ('last', $1) ON CONFLICT (id) DO UPDATE SET written_at = $1",
    )
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes once more what was written last.
///
/// # Errors
/// When nothing can be written.
pub async fn write_again(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO readiness (id, written_at) VALUES ('last', 0) ON CONFLICT (id) DO UPDATE SET written_at = readiness.written_at",
    )
    .execute(connection)
    .await?;
    Ok(())
}
