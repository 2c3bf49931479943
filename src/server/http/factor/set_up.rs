//! Setting a second factor up: what it is, the key for the app, and the first code. At sign-in, where one is demanded, this is the only page
//! that is reached; from the account it is the same page under another address.

use askama::Template;
use axum::Form;
use axum::extract::{Extension, State};
use axum::response::Response;

use super::super::cookies::{self, Name};
use super::super::error_pages::ErrorPages;
use super::super::frame::Frame;
use super::super::pages::append;
use super::super::visitor::Visitor;
use super::ask::Wrong;
use super::said::{self, Problem, back};
use super::{Posted, SET_UP, answer, at_stage, by, codes, draw, form_token, has_form};
use crate::server::account::factor::{Done, begin, confirm};
use crate::server::context::Context;
use crate::server::factor::{self, Begun, Square};
use crate::server::failure::Failure;
use crate::server::redirect::see_other;
use crate::server::sessions::SignedIn;
use crate::server::store::sessions::Stage;
use crate::texts::{Catalogue, MailText};

#[derive(Template)]
#[template(path = "factor_set_up.html")]
struct SetUpPage<'a> {
    frame: Frame<'a>,
    action: &'a str,
    token: String,
    title: &'a str,
    wrong: Option<Wrong<'a>>,
    is_code_wrong: bool,
    /// Why there is no way round it, where there is none.
    demanded: Option<String>,
    begun: Option<Key>,
    texts: Texts<'a>,
    /// The words of the way back, where there is one; otherwise the person may sign out.
    back: Option<&'a str>,
}

/// What goes into the app.
struct Key {
    uri: zeroize::Zeroizing<String>,
    square: Option<Square>,
    by_hand: zeroize::Zeroizing<String>,
}

impl Key {
    fn new(ctx: &Context, person: &SignedIn, begun: &Begun) -> Self {
        let site = &ctx.config.site.name;
        let uri = factor::uri(site, &person.account.user_name, &begun.secret);
        Self {
            square: factor::square(&uri),
            by_hand: factor::key_in_groups(&begun.secret),
            uri,
        }
    }
}

struct Texts<'a> {
    what: &'a str,
    app: &'a str,
    begin: &'a str,
    scan: &'a str,
    picture: &'a str,
    by_hand: &'a str,
    here: &'a str,
    label: &'a str,
    hint: String,
    submit: &'a str,
    sign_out: &'a str,
}

impl<'a> Texts<'a> {
    fn new(sentences: &'a Catalogue, site: &str) -> Self {
        Self {
            what: sentences.mail(MailText::FactorSetUpWhat),
            app: sentences.mail(MailText::FactorSetUpApp),
            begin: sentences.mail(MailText::FactorSetUpBegin),
            scan: sentences.mail(MailText::FactorScanText),
            picture: sentences.mail(MailText::FactorScanPicture),
            by_hand: sentences.mail(MailText::FactorScanKey),
            here: sentences.mail(MailText::FactorScanHere),
            label: sentences.mail(MailText::FactorAskLabel),
            hint: sentences.fill_mail(MailText::FactorScanHint, &[("site", site)]),
            submit: sentences.mail(MailText::FactorScanSubmit),
            sign_out: sentences.mail(MailText::StartSignOut),
        }
    }
}

/// The page at sign-in.
pub(super) async fn page(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let made = async {
        match at_stage(&pages.ctx, &visitor, Stage::Enrol).await? {
            Ok(person) => show(&pages, &visitor, &person, SET_UP).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    answer(made.await)
}

/// Takes the page at sign-in.
pub(super) async fn take(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    Form(posted): Form<Posted>,
) -> Response {
    let made = async {
        match at_stage(&pages.ctx, &visitor, Stage::Enrol).await? {
            Ok(person) => taken(&pages.ctx, &visitor, &person, &posted, SET_UP).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    answer(made.await)
}

/// The page at `action`: at first what it is about, and once it is begun the key.
pub(super) async fn show(
    pages: &ErrorPages,
    visitor: &Visitor,
    person: &SignedIn,
    action: &str,
) -> Result<Response, Failure> {
    let ctx = &pages.ctx;
    let mut connection = ctx.store.read().await?;
    let (account, session) = (&person.account.id, &person.session.id);
    let begun = factor::begun(ctx, &mut connection, account, session).await?;
    drop(connection);
    let sentences = ctx.sentences(visitor.language);
    let problem = said::heard(ctx, visitor, action);
    let title = sentences.mail(match begun {
        Some(_) => MailText::FactorScanTitle,
        None => MailText::FactorSetUpTitle,
    });
    let is_sign_in = person.stage == Stage::Enrol;
    let site = ctx.config.site.name.as_str();
    let page = SetUpPage {
        frame: Frame::new(pages, sentences, title.to_owned())
            .with_error(problem.is_some(), sentences),
        action,
        token: form_token(ctx, person),
        title,
        wrong: problem.map(|problem| Wrong::new(sentences, problem)),
        is_code_wrong: problem.is_some() && begun.is_some(),
        demanded: is_sign_in
            .then(|| sentences.fill_mail(MailText::FactorSetUpDemanded, &[("site", site)])),
        begun: begun.map(|begun| Key::new(ctx, person, &begun)),
        texts: Texts::new(sentences, site),
        back: (!is_sign_in).then(|| sentences.mail(MailText::FactorAccountTitle)),
    };
    Ok(draw(pages, visitor, &page))
}

/// Takes what the page at `action` posts.
pub(super) async fn taken(
    ctx: &Context,
    visitor: &Visitor,
    person: &SignedIn,
    posted: &Posted,
    action: &str,
) -> Result<Response, Failure> {
    if !has_form(ctx, person, &posted.token) {
        return Ok(see_other(action));
    }
    let by = by(visitor, person);
    if posted.wish == "begin" {
        begin(ctx, by).await?;
        return Ok(see_other(action));
    }
    Ok(match confirm(ctx, by, &posted.totp).await? {
        Done::Yes(done) => {
            let mut response = codes::handed_out(ctx, &person.account.id, &done.codes);
            if let Some(session) = done.session {
                append(&mut response, cookies::set(ctx, Name::Session, &session));
            }
            response
        }
        Done::Refused(refusal) => back(ctx, action, Problem::Typed(refusal)),
        Done::Over => back(ctx, action, Problem::Over),
    })
}
