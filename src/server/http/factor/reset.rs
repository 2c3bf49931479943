//! `/forgot-password/factor`: the code or the link was right, the second factor is still to be shown.
use axum::Form;
use axum::response::Response;

use super::ask::ask;
use super::form::FactorForm;
use super::problem::Problem;
use crate::rules::page::Typed;
use crate::rules::problem::FieldProblem;
use crate::rules::steps::Step;
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::flash::{FlashMessage, Redirect};
use crate::server::http::drawn::request::{PageRequest, PageResult};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::responses::see_other;
use crate::server::http::wizard::pages::{current_flow, redirect_to_current_step};
use crate::server::http::wizard::reply::page_that_explains;
use crate::server::reset::factor::{self, Given, Shown};
use crate::server::reset::flow::{self, Held};
use crate::server::reset::link::Opened;

const PATH: &str = Step::Factor.path();

/// The page.
pub(super) async fn get(request: PageRequest) -> PageResult {
    let (ctx, visitor) = (&request.web.ctx, &request.visitor);
    let (flow, gone) = current_flow(ctx, visitor).await?;
    let opened = visitor.link(ctx);
    if let Some(opened) = opened.filter(|opened| opened.is_in_front_of(flow.as_ref())) {
        let mut connection = ctx.store.read().await?;
        let view = factor::view_under_link(ctx, &mut connection, &opened).await?;
        if let Some(view) = view {
            return Ok(ask(&request, PATH, &view));
        }
    }
    if let Some(redirect) = redirect_to_current_step(flow.as_ref(), gone, Step::Factor)? {
        return Ok(redirect.answer(ctx));
    }
    let Some(flow) = flow else {
        return Ok(see_other(Step::Identify.path()));
    };
    let at = flow::step(&flow)?;
    if at != Step::Factor {
        return Ok(see_other(at.path()));
    }
    let mut connection = ctx.store.read().await?;
    let view = factor::view(ctx, &mut connection, &flow).await?;
    Ok(ask(&request, PATH, &view))
}

/// The code.
pub(super) async fn post(request: PageRequest, Form(form): Form<FactorForm>) -> PageResult {
    let ctx = request.ctx();
    let opened = request
        .visitor
        .link(ctx)
        .filter(|opened| opened.has_form(ctx, &form.token));
    Ok(match opened {
        Some(opened) => under_link(&request, &opened, &form).await?,
        None => of_flow(&request, &form).await?,
    })
}

fn given<'a>(visitor: &Visitor, form: &'a FactorForm) -> Given<'a> {
    Given {
        account: &form.account,
        typed: &form.totp,
        client: visitor.client,
    }
}

async fn under_link(
    request: &PageRequest,
    opened: &Opened,
    form: &FactorForm,
) -> Result<Response, Failure> {
    let (ctx, visitor) = (request.ctx(), &request.visitor);
    let given = given(visitor, form);
    Ok(match factor::show_under_link(ctx, opened, given).await? {
        Shown::Done(opened) => {
            let mut response = see_other(Step::New.path());
            let value = opened.seal(ctx)?;
            append(&mut response, cookies::set(ctx, Name::Link, &value));
            response
        }
        Shown::Refused(rejection) => back(request, form.problem(rejection)),
        Shown::Over => see_other(Step::New.path()),
    })
}

async fn of_flow(request: &PageRequest, form: &FactorForm) -> Result<Response, Failure> {
    let (ctx, visitor) = (request.ctx(), &request.visitor);
    let by = Held {
        cookie: visitor.flow(),
        token: &form.token,
    };
    match factor::show(ctx, by, given(visitor, form)).await {
        Ok(Shown::Done(cookie)) => {
            let mut response = see_other(Step::New.path());
            let mut connection = ctx.store.read().await?;
            if let Some(flow) = flow::by_cookie(ctx, &mut connection, &cookie).await? {
                let kept = cookies::set_flow(ctx, &cookie, flow.expires_at);
                append(&mut response, kept);
            }
            Ok(response)
        }
        Ok(Shown::Refused(rejection)) => Ok(back(request, form.problem(rejection))),
        Ok(Shown::Over) => Ok(see_other(Step::New.path())),
        Err(Failure::Rejected(problems)) => refused(ctx, visitor, problems).await,
        Err(failure) => Err(failure),
    }
}

/// Sends the browser back to the page, which says what is to be put right.
fn back(request: &PageRequest, problem: Problem) -> Response {
    let error = problem.error(request.sentences());
    request.back_with(PATH, error, Typed::default())
}

/// The page that can explain it: where the flow of this browser stands, or the first.
async fn refused(
    ctx: &Context,
    visitor: &Visitor,
    problems: Vec<FieldProblem>,
) -> Result<Response, Failure> {
    let mut connection = ctx.store.read().await?;
    let current = match visitor.flow() {
        Some(cookie) => flow::by_cookie(ctx, &mut connection, cookie).await?,
        None => None,
    };
    let message = FlashMessage {
        at: page_that_explains(PATH, &problems, current.as_ref()),
        problems,
        ..FlashMessage::default()
    };
    Ok(Redirect::saying(message).answer(ctx))
}
