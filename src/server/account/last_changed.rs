//! What is to be said of an account that several pages show.
use crate::server::base::local_time;
use crate::server::context::Context;
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
    let directory = &ctx.directory;
    let standing = directory.standing(&mut connection, account_id, ctx.now());
    Ok(standing.await?.changed_at.map(|changed_at| {
        local_time::on_page(&ctx.config.site.time_zone, ctx.now(), changed_at, language)
    }))
}
