//! The passwords that are proposed under a proof, a flow's or a link's: how many more may be, and how many are being looked at.

use super::Connection;

/// What a password is proposed under.
#[derive(Debug, Clone, Copy)]
pub enum Under<'a> {
    /// The flow with this id.
    Flow(&'a str),
    /// The link whose token has this SHA-256.
    Link(&'a str),
}

/// How the proposals under a proof stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Proposals {
    /// How many more may be made.
    #[sqlx(rename = "choices_left")]
    pub left: i64,
    /// How many were made and are being looked at, on whichever node.
    #[sqlx(rename = "choosing")]
    pub under_way: i64,
}

/// How the proposals stand; `None` where the proof is used up or gone.
pub async fn look(
    connection: &mut Connection,
    under: Under<'_>,
) -> Result<Option<Proposals>, sqlx::Error> {
    let (statement, id) = match under {
        Under::Flow(id) => (
            "SELECT choices_left, choosing FROM flows WHERE id = $1 AND step = 'new' AND proved_at IS NOT NULL",
            id,
        ),
        Under::Link(hash) => (
            "SELECT choices_left, choosing FROM links WHERE token_hash = $1 AND ended_at IS NULL",
            hash,
        ),
    };
    sqlx::query_as(statement)
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Notes that a proposal has been looked at. One that was taken for cut off may end twice.
pub async fn end(connection: &mut Connection, under: Under<'_>) -> Result<(), sqlx::Error> {
    let (statement, id) = match under {
        Under::Flow(id) => (
            "UPDATE flows SET choosing = CASE WHEN choosing > 0 THEN choosing - 1 ELSE 0 END WHERE id = $1",
            id,
        ),
        Under::Link(hash) => (
            "UPDATE links SET choosing = CASE WHEN choosing > 0 THEN choosing - 1 ELSE 0 END WHERE token_hash = $1",
            hash,
        ),
    };
    sqlx::query(statement).bind(id).execute(connection).await?;
    Ok(())
}

/// Takes back the count of a proposal that could not be looked at.
pub async fn give_back(connection: &mut Connection, under: Under<'_>) -> Result<(), sqlx::Error> {
    let (statement, id) = match under {
        Under::Flow(id) => (
            "UPDATE flows SET choices_left = choices_left + 1 WHERE id = $1",
            id,
        ),
        Under::Link(hash) => (
            "UPDATE links SET choices_left = choices_left + 1 WHERE token_hash = $1",
            hash,
        ),
    };
    sqlx::query(statement).bind(id).execute(connection).await?;
    Ok(())
}
