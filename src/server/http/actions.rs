//! What the server functions do: read who posts, call the use-case, and answer a page's form with a redirection, or the browser's
//! half with data.

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use zeroize::Zeroizing;

use super::cookies::{self, Name};
use super::pages::{ACCOUNT, SIGN_IN};
use super::said::{self, Said};
use super::state::{self, Known};
use super::visitor::Visitor;
use crate::rules::page::{Answer, Notice, PageState, Refusal};
use crate::rules::password::nfc;
use crate::rules::problem::{FieldProblem, Problem};
use crate::rules::steps::Step;
use crate::server::account::sign_in::{self, Given};
use crate::server::context::{MINUTE, Shared};
use crate::server::failure::Failure;
use crate::server::reset::begin::{Begin, begin};
use crate::server::reset::choose::{self, Choice};
use crate::server::reset::flow::{self, Held};
use crate::server::reset::resend::resend;
use crate::server::reset::verify::verify;
use crate::server::store::flows::Flow;

/// Seconds after which a full hashing pool is worth another try.
const BUSY_FOR: u32 = 5;

/// Bytes of an identifier that are carried back to its field: with them the sealed cookie stays well under the 4 KiB that browsers take.
const LONGEST_KEPT: usize = 1024;

/// A post under way.
struct Action {
    ctx: Shared,
    visitor: Visitor,
    options: ResponseOptions,
}

/// The answer when not even the request can be looked at.
fn unavailable() -> Refusal {
    let problems = vec![FieldProblem {
        field: None,
        problem: Problem::Unavailable,
    }];
    let state = PageState {
        problems,
        ..PageState::default()
    };
    Refusal(Box::new(Answer {
        at: String::new(),
        state,
    }))
}

impl Action {
    fn here() -> Result<Self, Refusal> {
        let visitor =
            use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned());
        match (
            use_context::<Shared>(),
            visitor,
            use_context::<ResponseOptions>(),
        ) {
            (Some(ctx), Some(visitor), Some(options)) => Ok(Self {
                ctx,
                visitor,
                options,
            }),
            _ => Err(unavailable()),
        }
    }

    fn held<'a>(&'a self, token: &'a str) -> Held<'a> {
        Held {
            cookie: self.visitor.flow(),
            token,
        }
    }

    fn cookie(&self, name: Name, value: &str) {
        if let Some(header) = cookies::set(&self.ctx, name, value) {
            self.options.append_header(header::SET_COOKIE, header);
        }
    }

    fn forget(&self, name: Name) {
        if let Some(header) = cookies::remove(&self.ctx, name) {
            self.options.append_header(header::SET_COOKIE, header);
        }
    }

    /// What was written, to fill the field again; not when it is so long that the cookie which carries it would be dropped.
    fn kept(typed: Option<&str>) -> Option<String> {
        typed
            .filter(|typed| typed.len() <= LONGEST_KEPT)
            .map(str::to_owned)
    }

    /// Sends a browser without its WebAssembly half on.
    fn redirect(&self, at: &str) {
        if let Ok(location) = HeaderValue::from_str(at) {
            self.options.insert_header(header::LOCATION, location);
            self.options.set_status(StatusCode::SEE_OTHER);
        }
    }

    fn say(&self, said: &Said) {
        if let Some(value) = said::seal(&self.ctx, said) {
            self.cookie(Name::Said, &value);
        }
    }

    /// The post was done: the browser goes to `at`.
    async fn done(
        &self,
        at: &str,
        known: Known<'_>,
        notice: Option<Notice>,
    ) -> Result<Answer, Refusal> {
        if self.visitor.wants_page {
            if notice.is_some() && !at.contains('?') {
                self.say(&Said {
                    at: at.to_owned(),
                    notice,
                    ..Said::default()
                });
            }
            self.redirect(at);
            return Ok(Answer::default());
        }
        match state::make(&self.ctx, self.visitor.language, known).await {
            Ok(state) => Ok(Answer {
                at: at.to_owned(),
                state: PageState { notice, ..state },
            }),
            Err(error) => self.refuse(error.into(), at, None).await,
        }
    }

    /// The post was not done.
    async fn refuse(
        &self,
        failure: Failure,
        from: &str,
        typed: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let (status, wait, problems) = match failure {
            Failure::Said(problems) => (StatusCode::UNPROCESSABLE_ENTITY, None, problems),
            Failure::TooMany { wait } => {
                // Rounded up to whole minutes: enough to come back, too coarse to measure anything with.
                let minutes = u16::try_from((wait + MINUTE - 1) / MINUTE)
                    .unwrap_or(u16::MAX)
                    .max(1);
                let problem = Problem::TooManyRequests { minutes };
                (
                    StatusCode::TOO_MANY_REQUESTS,
                    Some(u32::from(minutes) * 60),
                    vec![FieldProblem {
                        field: None,
                        problem,
                    }],
                )
            }
            Failure::Busy => {
                let problem = FieldProblem {
                    field: None,
                    problem: Problem::Busy,
                };
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    Some(BUSY_FOR),
                    vec![problem],
                )
            }
            Failure::Broken(error) => {
                tracing::error!(%error, "a post failed");
                let problem = FieldProblem {
                    field: None,
                    problem: Problem::Unavailable,
                };
                (StatusCode::INTERNAL_SERVER_ERROR, None, vec![problem])
            }
        };
        if let Some(wait) = wait {
            self.options
                .insert_header(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        let current = self.current_flow().await;
        let at = whereto(from, &problems, current.as_ref());
        if self.visitor.wants_page && status == StatusCode::UNPROCESSABLE_ENTITY {
            self.say(&Said {
                at: at.clone(),
                problems,
                typed: Self::kept(typed),
                notice: None,
            });
            self.redirect(&at);
            return Ok(Answer::default());
        }
        // A page that wants a status of its own is drawn around it by the error pages.
        self.options.set_status(status);
        let known = Known {
            flow: current.as_ref(),
            session: self.visitor.session(),
        };
        let state = state::make(&self.ctx, self.visitor.language, known)
            .await
            .unwrap_or_default();
        let state = PageState {
            problems,
            typed_identifier: Self::kept(typed),
            ..state
        };
        Err(Refusal(Box::new(Answer { at, state })))
    }

    /// The browser's half draws the last page from the answer itself, so the answer is its showing.
    async fn note_shown(&self, flow: &Flow) {
        if let Err(error) = choose::note_shown(&self.ctx, &flow.id).await {
            tracing::warn!(%error, "the last page is not noted as shown");
        }
    }

    /// Whether the flow of this browser stands at a step.
    async fn is_at(&self, step: Step) -> bool {
        self.current_flow()
            .await
            .is_some_and(|flow| flow.step == step.as_str())
    }

    async fn current_flow(&self) -> Option<Flow> {
        let cookie = self.visitor.flow()?;
        let mut connection = self.ctx.store.read().await.ok()?;
        flow::by_cookie(&self.ctx, &mut connection, cookie)
            .await
            .ok()
            .flatten()
    }
}

/// The page that can explain a refusal: usually the one that was posted from, but not when its flow is over or elsewhere.
fn whereto(from: &str, problems: &[FieldProblem], current: Option<&Flow>) -> String {
    let leads_away = problems.iter().any(|FieldProblem { problem, .. }| {
        matches!(
            problem,
            Problem::FlowMissing
                | Problem::FlowExpired
                | Problem::FlowElsewhere
                | Problem::StepSkipped
                | Problem::CodeUsed
                | Problem::PasswordAttemptsUsedUp
        )
    });
    if !leads_away {
        return from.to_owned();
    }
    let over = problems.iter().any(|FieldProblem { problem, .. }| {
        matches!(
            problem,
            Problem::PasswordAttemptsUsedUp | Problem::FlowExpired
        )
    });
    current
        .filter(|_| !over)
        .and_then(|flow| Step::parse(&flow.step))
        .unwrap_or(Step::Identify)
        .path()
        .to_owned()
}

fn typed_password(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(nfc(typed))
}

/// The post could not be read. Called where the arguments are taken apart, before any use-case.
pub fn malformed() {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.set_status(StatusCode::BAD_REQUEST);
    }
}

/// The identify step.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn identify(form: &str, identifier: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let visitor = &action.visitor;
    let given = Begin {
        typed: identifier,
        form,
        language: visitor.language,
        client: visitor.client,
    };
    match begin(&action.ctx, given).await {
        Ok(begun) => {
            action.cookie(Name::Flow, &begun.cookie);
            let known = Known {
                flow: Some(&begun.flow),
                session: visitor.session(),
            };
            action.done(Step::Code.path(), known, None).await
        }
        Err(failure) => {
            action
                .refuse(failure, Step::Identify.path(), Some(identifier))
                .await
        }
    }
}

/// The code step.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn prove(token: &str, code: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    match verify(&action.ctx, action.held(token), code, action.visitor.client).await {
        Ok((flow, cookie)) => {
            action.cookie(Name::Flow, &cookie);
            let known = Known {
                flow: Some(&flow),
                session: action.visitor.session(),
            };
            action.done(Step::New.path(), known, None).await
        }
        Err(failure) if is(&failure, Problem::CodeUsed) && action.is_at(Step::New).await => {
            // Proved in another tab of this browser: there is nothing to put right, only to go on.
            let flow = action.current_flow().await;
            let known = Known {
                flow: flow.as_ref(),
                session: action.visitor.session(),
            };
            action.done(Step::New.path(), known, None).await
        }
        Err(failure) => action.refuse(failure, Step::Code.path(), None).await,
    }
}

fn is(failure: &Failure, wanted: Problem) -> bool {
    matches!(failure, Failure::Said(problems) if problems.iter().any(|found| found.problem == wanted))
}

/// The request for a new code.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn send_again(token: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    match resend(&action.ctx, action.held(token), action.visitor.client).await {
        Ok(flow) => {
            let known = Known {
                flow: Some(&flow),
                session: action.visitor.session(),
            };
            action
                .done(Step::Code.path(), known, Some(Notice::Resent))
                .await
        }
        Err(failure) => action.refuse(failure, Step::Code.path(), None).await,
    }
}

/// The new password.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn new_password(token: &str, password: &str, confirm: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let choice = Choice {
        by: action.held(token),
        password: typed_password(password),
        confirm: typed_password(confirm),
        browser: action.visitor.browser,
    };
    match choose::choose(&action.ctx, choice).await {
        Ok(chosen) => {
            if let Some(session) = &chosen.session {
                action.cookie(Name::Session, session);
            }
            if !action.visitor.wants_page {
                action.note_shown(&chosen.flow).await;
            }
            let session = chosen.session.as_deref().or(action.visitor.session());
            action
                .done(
                    Step::Done.path(),
                    Known {
                        flow: Some(&chosen.flow),
                        session,
                    },
                    None,
                )
                .await
        }
        Err(failure) => action.refuse(failure, Step::New.path(), None).await,
    }
}

/// Sign-in.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn open_session(identifier: &str, password: &str) -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let given = Given {
        typed: identifier,
        client: action.visitor.client,
        session: action.visitor.session(),
    };
    match sign_in::sign_in(&action.ctx, given, typed_password(password)).await {
        Ok(opened) => {
            action.cookie(Name::Session, &opened.token);
            action.forget(Name::Flow);
            action
                .done(
                    ACCOUNT,
                    Known {
                        flow: None,
                        session: Some(&opened.token),
                    },
                    None,
                )
                .await
        }
        Err(failure) => action.refuse(failure, SIGN_IN, Some(identifier)).await,
    }
}

/// Sign-out: the session ends on the server, and the browser is told to forget what it kept. The page's token is not looked at: the
/// post is known to come from our own page, and whoever presses "sign out" in an old tab means it.
///
/// # Errors
/// [`Refusal`] with the page that says why.
pub async fn close_session() -> Result<Answer, Refusal> {
    let action = Action::here()?;
    let Some(session) = action.visitor.session().map(str::to_owned) else {
        return action.done(SIGN_IN, Known::default(), None).await;
    };
    if let Err(failure) = sign_in::sign_out(&action.ctx, &session).await {
        return action.refuse(failure, ACCOUNT, None).await;
    }
    action.forget(Name::Session);
    // Order matters to browsers: the header takes all cookies, so what the next page must know goes into its address.
    action.options.insert_header(
        header::HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
    );
    let at = format!(
        "{SIGN_IN}?lang={}&signed-out=1",
        action.visitor.language.tag()
    );
    action
        .done(&at, Known::default(), Some(Notice::SignedOut))
        .await
}
