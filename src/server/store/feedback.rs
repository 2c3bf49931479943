//! The table `feedback`: what people say of the pages, without anything that tells who said it.

use super::{Connection, SWEPT_AT_ONCE};

/// What somebody said of a page.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Feedback {
    /// A random id.
    pub id: String,
    /// The path of the page without its first slash.
    pub page: String,
    /// The language of the page.
    pub language: String,
    /// `yes` or `no`, where it was asked and said.
    pub answer: Option<String>,
    /// The words; may be empty.
    pub words: String,
    /// The day, as its first microsecond since the epoch.
    pub created_at: i64,
}

/// Keeps it.
pub async fn insert(connection: &mut Connection, said: &Feedback) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO feedback (id, page, language, answer, words, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&said.id)
    .bind(&said.page)
    .bind(&said.language)
    .bind(&said.answer)
    .bind(&said.words)
    .bind(said.created_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts the words to an answer that has none yet; no words ever take the place of others.
pub async fn add_words(
    connection: &mut Connection,
    id: &str,
    words: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE feedback SET words = $2 WHERE id = $1 AND words = ''")
        .bind(id)
        .bind(words)
        .execute(connection)
        .await?;
    Ok(())
}

/// Everything, newest day first; of one page where one is named.
pub async fn list(
    connection: &mut Connection,
    page: Option<&str>,
) -> Result<Vec<Feedback>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, page, language, answer, words, created_at FROM feedback \
         WHERE $1 = '' OR page = $1 ORDER BY created_at DESC, page, id",
    )
    .bind(page.unwrap_or_default())
    .fetch_all(connection)
    .await
}

/// Forgets what was said before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM feedback WHERE id IN (SELECT id FROM feedback WHERE created_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
