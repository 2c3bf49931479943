//! The start page of somebody who is signed in.

use askama::Template;

use super::others;
use crate::server::account::last_changed;
use crate::server::base::passage::Passage;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Link;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::SECURITY;
use crate::server::http::signed_in::SignedInRequest;
use crate::texts::{ServerText, Text};

#[derive(Template)]
#[template(path = "account/overview.html")]
struct OverviewPage<'a> {
    frame: Frame<'a>,
    text: Passage,
    password_changed: Option<String>,
    /// The accounts that the password opens too.
    others: Vec<Other>,
    others_text: String,
    token: String,
    /// Where the person goes on: to whatever sent them here, and to the portal.
    ways_on: Vec<Link>,
}

/// Another account with the same password.
struct Other {
    user_name: String,
    /// What its button says.
    words: String,
}

/// `GET /account`.
pub async fn get(request: SignedInRequest) -> PageResult {
    let (ctx, sentences) = (request.ctx(), request.sentences());
    let (account, language) = (&request.who.account, request.visitor.language);
    let changed = last_changed::password_changed(ctx, &account.id, language).await?;
    let site = [("site", ctx.site_name(sentences))];
    let return_to = request.visitor.return_to();
    let return_to = return_to.map(|place| Link::new(place, sentences.get(Text::DoneToReturn)));
    // Nothing leads out of a shared machine.
    let portal = ctx.config.accounts.portal_url.as_ref();
    let portal = portal.filter(|_| !request.visitor.is_kiosk).map(|url| {
        let name = ctx.config.accounts.portal_name.as_ref();
        let words = name.map_or_else(
            || sentences.get(Text::DoneToPortal).into(),
            |name| ctx.wording(name, sentences),
        );
        Link::worded(url.as_str(), words)
    });
    let other = |user_name: String| Other {
        words: sentences.fill_server(ServerText::StartOthersSignIn, &[("user_name", &user_name)]),
        user_name,
    };
    let others = others::user_names(&request).await?;
    let own = [("user_name", account.user_name.as_str())];
    let title = sentences.fill_server(ServerText::StartTitle, &[("name", &account.name)]);
    Ok(request.draw(&OverviewPage {
        frame: request.frame(title),
        text: Passage::fill(sentences.server(ServerText::StartText), &site),
        password_changed: changed.map(|date| {
            sentences.fill_server(ServerText::StartPasswordChanged, &[("date", &date)])
        }),
        others: others.into_iter().map(other).collect(),
        others_text: sentences.fill_server(ServerText::StartOthersText, &own),
        token: request.form_token(),
        ways_on: return_to.into_iter().chain(portal).collect(),
    }))
}
