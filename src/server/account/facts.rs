//! Small facts about an account that several pages show.
use crate::server::base::local_time;
use crate::server::context::Context;
use crate::server::store;
use crate::texts::Language;

/// When the password was last changed, written out in a language.
///
/// # Errors
/// When the database does not answer.
pub async fn password_changed(
    ctx: &Context,
    account_id: &str,
    language: Language,
) -> Result<Option<String>, sqlx::Error> {
    let mut connection = ctx.store.read().await?;
    let stored = store::passwords::of(&mut connection, account_id).await?;
    Ok(stored.map(|stored| {
        local_time::date_and_time(&ctx.config.site.time_zone, stored.changed_at, language)
    }))
}
