//! The start page of somebody who is signed in.
use axum::response::Response;

use crate::server::account::facts;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::screen::{Block, Link, Screen};
use crate::server::http::places::{ACCOUNT, SECURITY};
use crate::server::http::signed_in::SignedInRequest;
use crate::texts::{MailText, Text};

/// `GET /account`.
pub async fn show(here: SignedInRequest) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let (account, language) = (&here.who.account, here.visitor.language);
    let changed = facts::password_changed(ctx, &account.id, language).await?;
    let site = [("site", ctx.config.site.name.as_str())];
    let mut blocks = vec![Block::Words(
        sentences.fill_mail(MailText::StartText, &site),
    )];
    if let Some(date) = changed {
        blocks.push(Block::Words(
            sentences.fill_mail(MailText::StartPasswordChanged, &[("date", &date)]),
        ));
    }
    // Sent here by an app: there the person goes on.
    if let Some(place) = here.visitor.return_to() {
        blocks.push(Block::Button(Link::new(
            place,
            sentences.get(Text::DoneToReturn),
        )));
    }
    if let Some(url) = &ctx.config.accounts.portal_url {
        let name = ctx.config.accounts.portal_name.as_deref();
        let words = name.unwrap_or_else(|| sentences.get(Text::DoneToPortal));
        blocks.push(Block::Button(Link::new(url.as_str(), words)));
    }
    let security = sentences.mail(MailText::AccountSecurityTitle);
    blocks.push(Block::Link(Link::new(SECURITY, security)));
    let screen = Screen {
        title: sentences.fill_mail(MailText::StartTitle, &[("name", &account.name)]),
        blocks,
        ..Screen::default()
    };
    Ok(here.draw(ACCOUNT, "", screen))
}
