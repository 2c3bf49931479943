//! `/account/security/factor`: whether the second factor is on, another app, new recovery codes, turning it off.
use axum::Form;
use axum::response::Response;

use super::problem::{self, Problem, back};
use super::{Posted, answer, by, codes, draw, has_form, set_up};
use crate::server::account::factor::{remove, renew_codes};
use crate::server::base::failure::Failure;
use crate::server::base::local_time;
use crate::server::http::drawn::screen::{self, Block, Screen};
use crate::server::http::places::{ACCOUNT_FACTOR, asks_first};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, back_to_security};
use crate::server::{factor, store};
use crate::texts::MailText;

/// The path of the page on which another app is set up, while the one that counts goes on counting.
pub(super) const APP: &str = "/account/security/factor/app";

/// The page.
pub(super) async fn page(here: SignedInRequest) -> Response {
    answer(shown(&here).await)
}

async fn shown(here: &SignedInRequest) -> Result<Response, Failure> {
    let ctx = here.ctx();
    let account = &here.who.account;
    let mut connection = ctx.store.read().await?;
    let factors = store::factors::confirmed(&mut connection, &account.id).await?;
    let left = factor::codes_left(&mut connection, &account.id).await?;
    drop(connection);
    let since = factors.first().and_then(|factor| factor.confirmed_at);
    let Some(since) = since else {
        return set_up_at(here, ACCOUNT_FACTOR).await;
    };
    let sentences = here.sentences();
    let mail = |text| here.mail(text);
    let site = ctx.config.site.name.as_str();
    let date = local_time::date(&ctx.config.site.time_zone, since, here.visitor.language);
    let mut blocks = vec![
        Block::Words(sentences.fill_mail(MailText::FactorAccountOn, &[("date", &date)])),
        Block::Words(
            sentences.fill_mail(MailText::FactorAccountLeft, &[("count", &left.to_string())]),
        ),
    ];
    let wish = |wish: &str, submit| {
        Block::Form(screen::Form {
            action: if wish == "begin" { APP } else { ACCOUNT_FACTOR }.to_owned(),
            hidden: vec![("token", here.form_token()), ("do", wish.to_owned())],
            submit: mail(submit),
            is_quiet: true,
            ..screen::Form::default()
        })
    };
    blocks.extend([
        Block::Heading(mail(MailText::FactorAccountNewCodesHeading)),
        Block::Words(mail(MailText::FactorAccountNewCodesHint)),
        wish("codes", MailText::FactorAccountNewCodes),
        Block::Heading(mail(MailText::FactorAccountMoveHeading)),
        Block::Words(mail(MailText::FactorAccountMoveHint)),
        wish("begin", MailText::FactorAccountMove),
        Block::Heading(mail(MailText::FactorAccountRemoveHeading)),
    ]);
    if factor::is_demanded(ctx, account) {
        let values = [("site", site)];
        let words = sentences.fill_mail(MailText::FactorAccountDemanded, &values);
        blocks.push(Block::Words(words));
    } else {
        blocks.push(Block::Words(mail(MailText::FactorAccountRemoveHint)));
        blocks.push(wish("remove", MailText::FactorAccountRemove));
    }
    let screen = Screen {
        title: mail(MailText::FactorAccountTitle),
        problem: problem::error_of(ctx, &here.visitor, ACCOUNT_FACTOR),
        back: Some(back_to_security(sentences)),
        blocks,
        ..Screen::default()
    };
    Ok(draw(&here.web, &here.visitor, Some(&here.who), screen))
}

/// The key of a new app is shown to nobody who has not just shown that it is them.
async fn set_up_at(here: &SignedInRequest, place: &'static str) -> Result<Response, Failure> {
    if !here.has_confirmed().await? {
        return Ok(see_other(&asks_first(place)));
    }
    set_up::show(&here.web, &here.visitor, &here.who, place).await
}

/// The page of another app.
pub(super) async fn app(here: SignedInRequest) -> Response {
    answer(set_up_at(&here, APP).await)
}

/// Takes what the page posts.
pub(super) async fn take(here: SignedInRequest, Form(posted): Form<Posted>) -> Response {
    answer(taken(&here, &posted, ACCOUNT_FACTOR).await)
}

/// Takes what the page of another app posts.
pub(super) async fn take_app(here: SignedInRequest, Form(posted): Form<Posted>) -> Response {
    answer(taken(&here, &posted, APP).await)
}

async fn taken(
    here: &SignedInRequest,
    posted: &Posted,
    place: &'static str,
) -> Result<Response, Failure> {
    let (ctx, visitor, person) = (here.ctx(), &here.visitor, &here.who);
    if !has_form(ctx, person, &posted.token) {
        return Ok(back(ctx, visitor, place, Problem::Stale));
    }
    if !here.has_confirmed().await? {
        return Ok(see_other(&asks_first(place)));
    }
    match posted.wish.as_str() {
        "codes" => {
            let codes = renew_codes(ctx, by(visitor, person)).await?;
            Ok(match codes {
                Some(codes) => codes::handed_out(ctx, &person.account.id, &codes),
                None => see_other(ACCOUNT_FACTOR),
            })
        }
        "remove" => {
            remove(ctx, by(visitor, person)).await?;
            Ok(see_other(ACCOUNT_FACTOR))
        }
        _ => set_up::taken(ctx, visitor, person, posted, place).await,
    }
}
