//! The start page of somebody who is signed in.

use axum::extract::{Extension, State};
use axum::response::Response;

use super::super::error_pages::ErrorPages;
use super::super::visitor::Visitor;
use super::screen::{Block, Link, Screen, draw};
use super::{SECURITY, broken, forget_said, heard, notice, signed_in};
use crate::server::account_facts;
use crate::texts::{MailText, Text};

/// `GET /account`.
pub async fn show(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let changed =
        match account_facts::password_changed(ctx, &who.account.id, visitor.language).await {
            Ok(changed) => changed,
            Err(error) => return broken(&error.into()).answer(),
        };
    let said = heard(ctx, &visitor, "/account");
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
    if let Some(place) = visitor.return_to() {
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
        title: sentences.fill_mail(MailText::StartTitle, &[("name", &who.account.name)]),
        notice: notice(sentences, said.as_ref()),
        blocks,
        ..Screen::default()
    };
    forget_said(
        ctx,
        said.as_ref(),
        draw(&pages, &visitor, Some(&who), "", screen),
    )
}
