//! Setting a second factor up: what it is, the key for the app, and the first code. At sign-in, where one is demanded, this is the only page
//! that is reached; from the account it is the same page under another address.
use askama::Template;
use axum::Form;
use axum::extract::{Extension, State};
use axum::response::Response;

use super::account::APP;
use super::problem::{self, Problem, back};
use super::{Posted, answer, at_stage, by, came_in, codes, draw, has_form};
use crate::server::account::factor::{Done, begin, confirm};
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::factor::{self, Begun, Square};
use crate::server::http::drawn::screen::{self, Block, Complaint, Field, Link, Screen};
use crate::server::http::forms::form_token;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::{ACCOUNT_FACTOR, SET_UP};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::back_to_security;
use crate::server::http::web_state::WebState;
use crate::server::sessions::SignedIn;
use crate::server::store::sessions::Stage;
use crate::texts::{Catalogue, MailText};

#[derive(Template)]
#[template(path = "square.html")]
struct Drawing<'a> {
    square: &'a Square,
    label: &'a str,
}

/// The page at sign-in.
pub(super) async fn page(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let made = async {
        match at_stage(&web.ctx, &visitor, Stage::Enrol).await? {
            Ok(person) => show(&web, &visitor, &person, SET_UP).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    answer(made.await)
}

/// Takes the page at sign-in.
pub(super) async fn take(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    Form(posted): Form<Posted>,
) -> Response {
    let made = async {
        match at_stage(&web.ctx, &visitor, Stage::Enrol).await? {
            Ok(person) => taken(&web.ctx, &visitor, &person, &posted, SET_UP).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    answer(made.await)
}

/// The page at `action`: at first what it is about, and once it is begun the key.
pub(super) async fn show(
    web: &WebState,
    visitor: &Visitor,
    person: &SignedIn,
    action: &'static str,
) -> Result<Response, Failure> {
    let ctx = &web.ctx;
    let mut connection = ctx.store.read().await?;
    let (account, session) = (&person.account.id, &person.session.id);
    let begun = factor::begun(ctx, &mut connection, account, session).await?;
    drop(connection);
    let sentences = ctx.sentences(visitor.language);
    // Where there is no field any more, nothing leads to it.
    let problem = problem::error_of(ctx, visitor, action).map(|(field, words)| {
        let field = if begun.is_some() {
            field
        } else {
            String::new()
        };
        (field, words)
    });
    let form = screen::Form {
        action: action.to_owned(),
        hidden: vec![("token", form_token(ctx, person))],
        ..screen::Form::default()
    };
    let is_sign_in = action == SET_UP;
    let (title, mut blocks) = match begun {
        Some(begun) => key(ctx, sentences, person, &begun, form, problem.as_ref()),
        None => introduction(ctx, sentences, is_sign_in, form),
    };
    if is_sign_in {
        blocks.push(Block::Form(screen::Form {
            action: "/api/sign-out".to_owned(),
            submit: sentences.mail(MailText::StartSignOut).to_owned(),
            is_quiet: true,
            ..screen::Form::default()
        }));
    }
    let screen = Screen {
        title: sentences.mail(title).to_owned(),
        problem,
        back: match action {
            SET_UP => None,
            APP => {
                let words = sentences.mail(MailText::FactorAccountTitle);
                Some(Link::new(ACCOUNT_FACTOR, words))
            }
            _ => Some(back_to_security(sentences)),
        },
        blocks,
        ..Screen::default()
    };
    Ok(draw(web, visitor, (!is_sign_in).then_some(person), screen))
}

fn introduction(
    ctx: &Context,
    sentences: &Catalogue,
    is_demanded: bool,
    mut form: screen::Form,
) -> (MailText, Vec<Block>) {
    let words = |text| Block::Words(sentences.mail(text).to_owned());
    let site = ctx.config.site.name.as_str();
    let demanded = is_demanded.then(|| {
        Block::Words(sentences.fill_mail(MailText::FactorSetUpDemanded, &[("site", site)]))
    });
    form.hidden.push(("do", "begin".to_owned()));
    sentences
        .mail(MailText::FactorSetUpBegin)
        .clone_into(&mut form.submit);
    let blocks = demanded.into_iter().chain([
        words(MailText::FactorSetUpWhat),
        words(MailText::FactorSetUpApp),
        Block::Form(form),
    ]);
    (MailText::FactorSetUpTitle, blocks.collect())
}

/// The key: as a square for the phone, as a link for an app on this device, and to be typed.
fn key(
    ctx: &Context,
    sentences: &Catalogue,
    person: &SignedIn,
    begun: &Begun,
    mut form: screen::Form,
    problem: Option<&Complaint>,
) -> (MailText, Vec<Block>) {
    let words = |text| Block::Words(sentences.mail(text).to_owned());
    let site = ctx.config.site.name.as_str();
    let uri = factor::uri(site, &person.account.user_name, &begun.secret);
    let square = factor::square(&uri).and_then(|square| {
        let label = sentences.mail(MailText::FactorScanPicture);
        let square = &square;
        Drawing { square, label }.render().ok()
    });
    let mut blocks = Vec::new();
    if let Some(square) = square {
        blocks.push(words(MailText::FactorScanText));
        blocks.push(Block::Html(square));
        let here = sentences.mail(MailText::FactorScanHere);
        blocks.push(Block::Link(Link::new(uri.as_str(), here)));
    }
    blocks.push(words(MailText::FactorScanKey));
    let by_hand = factor::key_in_groups(&begun.secret);
    blocks.push(Block::Html(super::record(&by_hand)));
    let field = Field {
        id: "totp",
        kind: "text",
        label: sentences.mail(MailText::FactorAskLabel).to_owned(),
        hint: Some(sentences.fill_mail(MailText::FactorScanHint, &[("site", site)])),
        autocomplete: "one-time-code",
        inputmode: "numeric",
        class: "code",
        ..Field::default()
    };
    form.hidden.push(("do", "confirm".to_owned()));
    form.fields = vec![field.with_error(problem)];
    sentences
        .mail(MailText::FactorScanSubmit)
        .clone_into(&mut form.submit);
    blocks.push(Block::Form(form));
    (MailText::FactorScanTitle, blocks)
}

/// Takes what the page at `action` posts.
pub(super) async fn taken(
    ctx: &Context,
    visitor: &Visitor,
    person: &SignedIn,
    posted: &Posted,
    action: &'static str,
) -> Result<Response, Failure> {
    if !has_form(ctx, person, &posted.token) {
        return Ok(back(ctx, visitor, action, Problem::Stale));
    }
    let by = by(visitor, person);
    if posted.wish == "begin" {
        begin(ctx, by).await?;
        return Ok(see_other(action));
    }
    Ok(match confirm(ctx, by, &posted.totp).await? {
        Done::Yes(done) => {
            let mut response = codes::handed_out(ctx, &person.account.id, &done.codes);
            if let Some(came) = &done.session {
                came_in(ctx, &mut response, came);
            }
            response
        }
        Done::Refused(refusal) => back(ctx, visitor, action, Problem::Typed(refusal)),
        Done::Over => back(ctx, visitor, action, Problem::Over),
    })
}
