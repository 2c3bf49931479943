//! `/account/security/factor`: whether the second factor is on, another app, new recovery codes, turning it off.

use askama::Template;
use axum::Form;
use axum::extract::{Extension, State};
use axum::response::Response;

use super::super::error_pages::ErrorPages;
use super::super::frame::Frame;
use super::super::visitor::Visitor;
use super::{
    ACCOUNT_FACTOR, Posted, answer, at_stage, by, codes, draw, form_token, has_form, set_up,
};
use crate::server::account::confirm::is_confirmed;
use crate::server::account::factor::{remove, renew_codes};
use crate::server::context::Context;
use crate::server::factor;
use crate::server::failure::Failure;
use crate::server::local_time;
use crate::server::redirect::see_other;
use crate::server::sessions::SignedIn;
use crate::server::store;
use crate::server::store::sessions::Stage;
use crate::texts::{Catalogue, MailText};

/// Where somebody shows that it is still them, and comes back from.
const CONFIRM: &str = "/account/confirm?next=/account/security/factor";

#[derive(Template)]
#[template(path = "factor_account.html")]
struct AccountPage<'a> {
    frame: Frame<'a>,
    token: String,
    /// Since when it is on, and how many codes are left.
    on: String,
    left: String,
    /// Why it cannot be turned off.
    demanded: Option<String>,
    texts: Texts<'a>,
}

struct Texts<'a> {
    title: &'a str,
    codes_heading: &'a str,
    codes_hint: &'a str,
    codes: &'a str,
    move_heading: &'a str,
    move_hint: &'a str,
    change: &'a str,
    remove_heading: &'a str,
    remove_hint: &'a str,
    remove: &'a str,
    back: &'a str,
    sign_out: &'a str,
}

impl<'a> Texts<'a> {
    fn new(sentences: &'a Catalogue) -> Self {
        Self {
            title: sentences.mail(MailText::FactorAccountTitle),
            codes_heading: sentences.mail(MailText::FactorAccountNewCodesHeading),
            codes_hint: sentences.mail(MailText::FactorAccountNewCodesHint),
            codes: sentences.mail(MailText::FactorAccountNewCodes),
            move_heading: sentences.mail(MailText::FactorAccountMoveHeading),
            move_hint: sentences.mail(MailText::FactorAccountMoveHint),
            change: sentences.mail(MailText::FactorAccountMove),
            remove_heading: sentences.mail(MailText::FactorAccountRemoveHeading),
            remove_hint: sentences.mail(MailText::FactorAccountRemoveHint),
            remove: sentences.mail(MailText::FactorAccountRemove),
            back: sentences.mail(MailText::FactorAccountBack),
            sign_out: sentences.mail(MailText::StartSignOut),
        }
    }
}

/// The page.
pub(super) async fn page(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let made = async {
        let person = match at_stage(&pages.ctx, &visitor, Stage::Full).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere),
        };
        shown(&pages, &visitor, &person).await
    };
    answer(made.await)
}

async fn shown(
    pages: &ErrorPages,
    visitor: &Visitor,
    person: &SignedIn,
) -> Result<Response, Failure> {
    let ctx = &pages.ctx;
    let (account, session) = (&person.account, &person.session.id);
    let mut connection = ctx.store.read().await?;
    let factors = store::factors::confirmed(&mut connection, &account.id).await?;
    let begun = factor::begun(ctx, &mut connection, &account.id, session).await?;
    let left = factor::codes_left(&mut connection, &account.id).await?;
    drop(connection);
    let since = factors.first().and_then(|factor| factor.confirmed_at);
    let (Some(since), None) = (since, begun) else {
        // Its key is shown to nobody who has not just shown that it is them.
        if !has_confirmed(ctx, person).await? {
            return Ok(see_other(CONFIRM));
        }
        return set_up::show(pages, visitor, person, ACCOUNT_FACTOR).await;
    };
    let sentences = ctx.sentences(visitor.language);
    let site = ctx.config.site.name.as_str();
    let date = local_time::date(&ctx.config.site.time_zone, since, visitor.language);
    let left = left.to_string();
    let texts = Texts::new(sentences);
    let page = AccountPage {
        frame: Frame::new(pages, sentences, texts.title.to_owned()),
        token: form_token(ctx, person),
        on: sentences.fill_mail(MailText::FactorAccountOn, &[("date", &date)]),
        left: sentences.fill_mail(MailText::FactorAccountLeft, &[("count", &left)]),
        demanded: factor::is_demanded(ctx, account)
            .then(|| sentences.fill_mail(MailText::FactorAccountDemanded, &[("site", site)])),
        texts,
    };
    Ok(draw(pages, visitor, &page))
}

/// Whether somebody has shown a moment ago that it is them.
async fn has_confirmed(ctx: &Context, person: &SignedIn) -> Result<bool, Failure> {
    let mut connection = ctx.store.read().await?;
    Ok(is_confirmed(ctx, &mut connection, person).await?)
}

/// Takes what the page posts.
pub(super) async fn take(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    Form(posted): Form<Posted>,
) -> Response {
    let ctx = &pages.ctx;
    let made = async {
        match at_stage(ctx, &visitor, Stage::Full).await? {
            Ok(person) => taken(ctx, &visitor, &person, &posted).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    answer(made.await)
}

async fn taken(
    ctx: &Context,
    visitor: &Visitor,
    person: &SignedIn,
    posted: &Posted,
) -> Result<Response, Failure> {
    if !has_form(ctx, person, &posted.token) {
        return Ok(see_other(ACCOUNT_FACTOR));
    }
    if !has_confirmed(ctx, person).await? {
        return Ok(see_other(CONFIRM));
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
        _ => set_up::taken(ctx, visitor, person, posted, ACCOUNT_FACTOR).await,
    }
}
