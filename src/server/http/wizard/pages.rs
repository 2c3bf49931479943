//! What happens before a page is drawn: who asks is found out, a browser in the wrong place is sent to the right one, and the page is
//! handed what it shows.
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::COOKIE;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::sign_in_pages;
use super::state::{self, PageInputs};
use crate::rules::page::{LinkState, PageState};
use crate::rules::problem::{FieldProblem, Problem};
use crate::rules::steps::{self, Step, Visit};
use crate::server::account::confirm;
use crate::server::base::failure::{Failure, Fault};
use crate::server::context::Shared;
use crate::server::http::brand;
use crate::server::http::cookies::{self, Name};
use crate::server::http::drawn::flash::{self, FlashMessage, Redirect};
use crate::server::http::drawn::footer::Footer;
use crate::server::http::drawn::navigation::Navigation;
use crate::server::http::drawn::stay::region;
use crate::server::http::layers::origin::SEC_FETCH_SITE;
use crate::server::http::layers::visitor::{Visitor, query_value};
use crate::server::http::places::{
    ACCOUNT, CONFIRM, PASSWORD, SIGN_IN, SIGN_IN_PASSWORD, asks_first,
};
use crate::server::http::responses::{see_other, status_of, too_many};
use crate::server::http::session;
use crate::server::http::wanted::want;
use crate::server::limits::requests;
use crate::server::reset::link::Opened;
use crate::server::reset::{self, choose, flow};
use crate::server::sessions::SignedIn;
use crate::server::store::flows::Flow;
use crate::server::store::sessions::Stage;
use crate::server::store::settle;
use crate::texts::{Catalogue, Language};

/// What the app draws a page from; it travels in the request's extensions.
#[derive(Debug, Clone)]
pub struct AppPage {
    /// What the page shows.
    pub state: PageState,
    /// The sentences.
    pub sentences: &'static Catalogue,
    /// The language.
    pub language: Language,
    /// The path of the organisation's colours, if it has any.
    pub colours: Option<String>,
    /// Where somebody who is signed in is warned before that ends, as markup.
    pub stay: Option<String>,
    /// The parts of the account, on a page that is one, as markup.
    pub navigation: Option<String>,
    /// The foot of the page, as markup.
    pub footer: String,
}

/// Middleware around every page.
pub async fn prepare(State(ctx): State<Shared>, mut request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let path = request.uri().path().trim_end_matches('/').to_owned();
    // The browser came back without its cookie; if it keeps none, only the address can say so, and it says no more than that.
    let lost = query_value(request.uri(), "lost");
    if let Some(lost) = &lost
        && let Some(mut response) = lost_by_cookie(&ctx, &request, lost)
    {
        visitor.remember(&ctx, &mut response);
        return response;
    }
    let lost = lost.is_some();
    match decide(&ctx, &visitor, &path, lost).await {
        Ok(Outcome::Redirect(redirect)) => {
            let mut response = redirect.answer(&ctx);
            visitor.remember(&ctx, &mut response);
            let is_asked_first = redirect.place.starts_with(CONFIRM);
            if path == PASSWORD && !is_asked_first {
                want(&ctx, request.uri(), &mut response);
            }
            response
        }
        Ok(Outcome::TooMany(wait)) => too_many(wait),
        Ok(Outcome::Show {
            state,
            clear_flash,
            link_shown,
            stay,
        }) => {
            let sentences = ctx.sentences(visitor.language);
            let offered = &ctx.config.languages.offered;
            request.extensions_mut().insert(AppPage {
                state: *state,
                sentences,
                language: visitor.language,
                colours: brand::colours(&ctx.config),
                stay,
                navigation: Navigation::at(&path).map(|parts| parts.markup(sentences)),
                footer: Footer::new(&ctx, sentences, offered, "", visitor.is_kiosk)
                    .of_start(path == Step::Identify.path())
                    .markup(),
            });
            let mut response = next.run(request).await;
            if let Some(value) = link_shown.and_then(|opened| opened.seal(&ctx).ok()) {
                cookies::append(&mut response, cookies::set(&ctx, Name::Link, &value));
            }
            visitor.remember(&ctx, &mut response);
            flash::clear(&ctx, clear_flash, response)
        }
        Err(error) => {
            error.log("a page cannot be made");
            status_of(&error).into_response()
        }
    }
}

/// Of an address with a query lynx sends no `Referer`, and then nothing would speak for its posts (docs/decisions/0024). So a browser that does
/// not say what a request belongs to is told by a cookie that its flow is lost, and is led to the address without a query. Whether it keeps
/// cookies is tried once; one that keeps none is told where it is, for it can post nothing anyway.
fn lost_by_cookie(ctx: &Shared, request: &Request, lost: &str) -> Option<Response> {
    const TRIED: &str = "2";
    let (place, headers) = (request.uri().path(), request.headers());
    let first = Step::Identify.path();
    // Elsewhere, because two redirections from one path are a loop to w3m.
    let trial = Step::Code.path();
    let is_tried = lost == TRIED;
    let is_told = headers.contains_key(SEC_FETCH_SITE);
    if is_told || !(place == first || (place == trial && is_tried)) {
        return None;
    }
    let message = FlashMessage {
        at: first.to_owned(),
        problems: vec![FieldProblem::from(Problem::FlowMissing)],
        ..FlashMessage::default()
    };
    if headers.contains_key(COOKIE) {
        return Some(Redirect::saying(message).answer(ctx));
    }
    if is_tried {
        return (place == trial).then(|| see_other(&format!("{first}?lost={TRIED}")));
    }
    Some(flash::to_page(
        ctx,
        &format!("{trial}?lost={TRIED}"),
        &message,
    ))
}

/// What is answered to somebody who asks for a page.
enum Outcome {
    Show {
        state: Box<PageState>,
        clear_flash: bool,
        link_shown: Option<Opened>,
        stay: Option<String>,
    },
    /// This client address has opened too many links that are none; microseconds until the next.
    TooMany(i64),
    Redirect(Redirect),
}

fn step_of(path: &str) -> Option<Step> {
    Step::ALL.into_iter().find(|step| step.path() == path)
}

async fn decide(ctx: &Shared, visitor: &Visitor, path: &str, lost: bool) -> Result<Outcome, Fault> {
    let (flow, gone) = current_flow(ctx, visitor).await?;
    let step = step_of(path);
    let message = flash::message_for(ctx, visitor, path);
    let by_flow = message.as_ref().is_some_and(|message| message.by_flow);
    // Whoever has opened a link is shown what became of it, unless this browser has proved a code since.
    let opened = visitor
        .link(ctx)
        .filter(|opened| !by_flow && opened.is_in_front_of(flow.as_ref()))
        .filter(|opened| match step {
            Some(Step::New) => true,
            Some(Step::Done) => opened.is_done(),
            _ => false,
        });
    if step == Some(Step::New) && wants_factor(ctx, opened.as_ref()).await? {
        return Ok(Outcome::Redirect(Redirect::to(Step::Factor.path())));
    }
    if let Some(step) = step.filter(|_| opened.is_none())
        && let Some(redirect) = redirect_to_current_step(flow.as_ref(), gone, step)?
    {
        return Ok(Outcome::Redirect(redirect));
    }
    let inputs = PageInputs {
        flow: flow.as_ref(),
        session: visitor.session(),
        link: opened.as_ref(),
        client: Some(visitor.client),
        return_to: visitor.return_to(),
        is_change: path == PASSWORD,
    };
    let mut state = Box::new(state::make(ctx, visitor, inputs).await?);
    // A link that is over takes nothing from a code that was proved here meanwhile.
    let is_proved = flow
        .as_ref()
        .is_some_and(|flow| flow.step == Step::New.as_str());
    if is_proved && state.link.as_ref().is_some_and(|link| link.state.is_over()) {
        state.link = None;
    }
    if let Some(wait) = unknown_link(ctx, visitor, &state).await? {
        return Ok(Outcome::TooMany(wait));
    }
    let mut stay = None;
    if path == PASSWORD {
        match may_change(ctx, visitor).await? {
            Ok(who) => {
                let sentences = ctx.sentences(visitor.language);
                // A shared machine forgets sooner, and warns by itself.
                stay = region(ctx, sentences, &who).filter(|_| !visitor.is_kiosk);
            }
            Err(redirect) => return Ok(Outcome::Redirect(redirect)),
        }
    }
    if [SIGN_IN, SIGN_IN_PASSWORD].contains(&path) && state.person.is_some() {
        return Ok(Outcome::Redirect(Redirect::to(ACCOUNT)));
    }
    if lost && path == Step::Identify.path() && flow.is_none() {
        state.problems = vec![FieldProblem::from(Problem::FlowMissing)];
    }
    let clear_flash = message.is_some();
    if let Some(message) = message {
        state.problems = message.problems;
        state.typed = message.typed;
        state.notice = message.notice.or(state.notice);
    }
    if sign_in_pages::are_two(ctx) && path.starts_with(SIGN_IN) && state.typed.identifier.is_none()
    {
        state.typed.identifier = sign_in_pages::typed(ctx, visitor);
    }
    // Asked for the password of nobody: the first page is where to begin.
    if path == SIGN_IN_PASSWORD
        && !(sign_in_pages::are_two(ctx) && state.typed.identifier.is_some())
    {
        return Ok(Outcome::Redirect(Redirect::to(SIGN_IN)));
    }
    if let Some(flow) = flow
        .filter(|flow| flow.done_at.is_some() && flow.done_shown == 0 && path == Step::Done.path())
    {
        choose::note_shown(ctx, &flow.id).await?;
    }
    let link_shown = opened
        .filter(|_| path == Step::Done.path())
        .and_then(|opened| opened.shown());
    Ok(Outcome::Show {
        state,
        clear_flash,
        link_shown,
        stay,
    })
}

/// Who may see the page on which a password is changed; otherwise where their browser goes first.
async fn may_change(ctx: &Shared, visitor: &Visitor) -> Result<Result<SignedIn, Redirect>, Fault> {
    let who = match session::at_stage(ctx, visitor, Stage::Full).await? {
        Ok(who) => who,
        Err(redirect) => return Ok(Err(redirect)),
    };
    // The present password is asked for on the page itself; a code or a second factor comes before.
    let mut connection = ctx.store.read().await?;
    if confirm::comes_first(ctx, &mut connection, &who).await? {
        return Ok(Err(Redirect::to(asks_first(PASSWORD))));
    }
    Ok(Ok(who))
}

/// Whether a second factor comes before the new password under the link that this browser has opened.
async fn wants_factor(ctx: &Shared, opened: Option<&Opened>) -> Result<bool, Fault> {
    let Some(opened) = opened else {
        return Ok(false);
    };
    let mut connection = ctx.store.read().await?;
    let view = reset::factor::view_under_link(ctx, &mut connection, opened).await?;
    Ok(view.is_some())
}

/// Counts whoever opens links that nobody has sent; the microseconds to wait when it was too often (STANDARDS B22).
async fn unknown_link(
    ctx: &Shared,
    visitor: &Visitor,
    state: &PageState,
) -> Result<Option<i64>, Fault> {
    let is_unknown = state
        .link
        .as_ref()
        .is_some_and(|link| link.state == LinkState::Expired && !link.can_renew);
    if !is_unknown {
        return Ok(None);
    }
    let mut tx = ctx.store.begin().await?;
    let counted = requests::request_from(ctx, &mut tx, visitor.client).await;
    match settle(tx, counted).await {
        Err(Failure::TooMany { wait }) => Ok(Some(wait)),
        Err(Failure::Fault(error)) => Err(error),
        Ok(()) | Err(_) => Ok(None),
    }
}

/// The flow of this browser, and whether it had one that is over.
pub(in crate::server::http) async fn current_flow(
    ctx: &Shared,
    visitor: &Visitor,
) -> Result<(Option<Flow>, bool), Fault> {
    let Some(cookie) = visitor.flow() else {
        return Ok((None, false));
    };
    let mut connection = ctx.store.read().await?;
    let flow = flow::by_cookie(ctx, &mut connection, cookie).await?;
    drop(connection);
    let gone = flow.is_none();
    let flow = match flow {
        Some(flow) => Some(flow::answered(ctx, &flow).await.unwrap_or(flow)),
        None => None,
    };
    Ok((flow, gone))
}

/// Where a browser goes that asks for a step which its flow has not reached: to the step that it has; `None` when it may stay.
pub(in crate::server::http) fn redirect_to_current_step(
    flow: Option<&Flow>,
    gone: bool,
    page: Step,
) -> Result<Option<Redirect>, Fault> {
    let at = flow.map_or(Ok(Step::Identify), flow::step)?;
    let is_required_change = flow.is_some_and(|flow| flow.required_change().is_some());
    if is_required_change && matches!(page, Step::Code | Step::Factor) && at != page {
        // There was no code, and so no page that says that it was right.
        return Ok(Some(Redirect::to(at.path())));
    }
    Ok(match steps::visit(at, page) {
        Visit::Show | Visit::Passed => None,
        Visit::Ahead(to) => {
            // Somebody who comes back to the last page days later is not told off: there is nothing left to do.
            if page == Step::Done && flow.is_none() {
                return Ok(Some(Redirect::to(SIGN_IN)));
            }
            let problem = match (flow, gone) {
                (None, false) => {
                    return Ok(Some(Redirect::to(format!("{}?lost=1", to.path()))));
                }
                (None, true) => Problem::FlowExpired,
                (Some(_), _) => Problem::StepSkipped,
            };
            Some(Redirect::saying(FlashMessage {
                at: to.path().to_owned(),
                problems: vec![FieldProblem::from(problem)],
                ..FlashMessage::default()
            }))
        }
    })
}
