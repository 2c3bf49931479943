//! The answer to a post: to a page's form a redirection, with what was wrong in a sealed cookie; to the browser's half data.
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::rejected::Rejected;
use super::state::{self, PageInputs};
use crate::rules::page::{Answer, Notice, PageState, RejectedPost, Typed};
use crate::rules::problem::{FieldProblem, Problem};
use crate::rules::steps::Step;
use crate::server::base::failure::{Failure, Fault};
use crate::server::context::Shared;
use crate::server::http::cookies::{self, Name};
use crate::server::http::drawn::flash::{self, FlashMessage, kept};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::{PASSWORD, SIGN_IN};
use crate::server::http::responses::status_of;
use crate::server::reset::begin::Begun;
use crate::server::reset::choose;
use crate::server::reset::flow::{self, Held};
use crate::server::reset::link::Opened;
use crate::server::reset::verify::is_outdated;
use crate::server::sessions::{self, SignedIn};
use crate::server::store::flows::Flow;
use crate::server::store::sessions::Stage;

/// A post under way.
pub struct Action {
    /// The context.
    pub ctx: Shared,
    /// Who posts.
    pub visitor: Visitor,
    /// What the answer will carry.
    pub options: ResponseOptions,
}

/// The answer when not even the request can be looked at.
fn unavailable() -> RejectedPost {
    let problems = vec![FieldProblem::from(Problem::Unavailable)];
    let state = PageState {
        problems,
        ..PageState::default()
    };
    RejectedPost(Box::new(Answer {
        at: String::new(),
        state,
    }))
}

impl Action {
    pub fn of_request() -> Result<Self, RejectedPost> {
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

    pub fn held<'a>(&'a self, token: &'a str) -> Held<'a> {
        Held {
            cookie: self.visitor.flow(),
            token,
        }
    }

    pub fn cookie(&self, name: Name, value: &str) {
        if let Some(header) = cookies::set(&self.ctx, name, value) {
            self.options.append_header(header::SET_COOKIE, header);
        }
    }

    /// The cookie of a flow, for as long as that lives.
    pub fn flow_cookie(&self, flow: &Flow, value: &str) {
        if let Some(header) = cookies::set_flow(&self.ctx, value, flow.expires_at) {
            self.options.append_header(header::SET_COOKIE, header);
        }
    }

    /// The cookie that this browser holds a flow by, once more, because the flow lives longer now.
    pub fn keep_flow_cookie(&self, flow: &Flow) {
        let held = self.visitor.flow();
        if let Some(value) = held.filter(|value| !is_outdated(flow, value)) {
            self.flow_cookie(flow, value);
        }
    }

    pub fn forget(&self, name: Name) {
        if let Some(header) = cookies::remove(&self.ctx, name) {
            self.options.append_header(header::SET_COOKIE, header);
        }
    }

    /// Sends a browser without its WebAssembly half on.
    pub fn redirect(&self, at: &str) {
        if let Ok(location) = HeaderValue::from_str(at) {
            self.options.insert_header(header::LOCATION, location);
            self.options.set_status(StatusCode::SEE_OTHER);
        }
    }

    pub fn flash(&self, message: &FlashMessage) {
        if let Some(value) = flash::seal(&self.ctx, message) {
            self.cookie(Name::Flash, &value);
        }
    }

    /// What is known of the browser besides a flow.
    pub fn page_inputs<'a>(&'a self, flow: Option<&'a Flow>) -> PageInputs<'a> {
        PageInputs {
            flow,
            session: self.visitor.session(),
            link: None,
            client: Some(self.visitor.client),
            return_to: self.visitor.return_to(),
            is_change: false,
        }
    }

    /// The post was done: the browser goes to `at`.
    pub async fn done(
        &self,
        at: &str,
        inputs: PageInputs<'_>,
        notice: Option<Notice>,
    ) -> Result<Answer, RejectedPost> {
        if self.visitor.wants_page {
            if notice.is_some() {
                self.flash(&FlashMessage {
                    at: at.to_owned(),
                    notice,
                    ..FlashMessage::default()
                });
            }
            self.redirect(at);
            return Ok(Answer::default());
        }
        match state::make(&self.ctx, &self.visitor, inputs).await {
            Ok(state) => Ok(Answer {
                at: at.to_owned(),
                state: PageState { notice, ..state },
            }),
            Err(error) => self.refuse(error.into(), at, Typed::default()).await,
        }
    }

    /// The post was not done. A link that this browser has opened besides stays out of the answer, and as it is: what was posted was not
    /// posted under it.
    pub async fn refuse(
        &self,
        failure: Failure,
        from: &str,
        typed: Typed,
    ) -> Result<Answer, RejectedPost> {
        self.refuse_under(failure, from, typed, None).await
    }

    /// The post was not done, under this link.
    pub async fn refuse_under(
        &self,
        failure: Failure,
        from: &str,
        typed: Typed,
        link: Option<&Opened>,
    ) -> Result<Answer, RejectedPost> {
        if let Failure::Fault(fault) = &failure {
            fault.log("a post failed");
            if fault.is_passing() {
                // Whatever else the answer would show is not to be had either, and must not be waited for.
                self.options.set_status(status_of(fault));
                return Err(unavailable());
            }
        }
        let Rejected {
            status,
            wait,
            problems,
            has_page,
        } = Rejected::from(failure);
        let has_page = has_page && self.visitor.wants_page;
        if let Some(wait) = wait.filter(|_| !has_page) {
            self.options
                .insert_header(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        let current = match self.current_flow().await {
            Ok(current) => current,
            Err(error) => {
                self.options.set_status(status_of(&error));
                return Err(unavailable());
            }
        };
        let at = page_that_explains(from, &problems, current.as_ref());
        if has_page {
            self.flash(&FlashMessage {
                at: at.clone(),
                problems,
                typed: kept(typed),
                by_flow: link.is_none() && at == Step::New.path(),
                ..FlashMessage::default()
            });
            self.redirect(&at);
            return Ok(Answer::default());
        }
        // A page that wants a status of its own is drawn around it by the error pages.
        self.options.set_status(status);
        let inputs = PageInputs {
            link,
            is_change: at == PASSWORD,
            ..self.page_inputs(current.as_ref())
        };
        let state = match state::make(&self.ctx, &self.visitor, inputs).await {
            Ok(state) => state,
            Err(error) => {
                // Nothing is known that could be shown: the page in view stays.
                self.options.set_status(status_of(&error));
                return Err(unavailable());
            }
        };
        let state = PageState {
            problems,
            typed: kept(typed),
            ..state
        };
        Err(RejectedPost(Box::new(Answer { at, state })))
    }

    /// A flow was begun: its cookie takes the place of the one that this browser had, and the code step comes next.
    pub async fn begun(&self, begun: &Begun) -> Result<Answer, RejectedPost> {
        self.flow_cookie(&begun.flow, &begun.cookie);
        let answered = flow::answered(&self.ctx, &begun.flow).await;
        let inputs = self.page_inputs(Some(answered.as_ref().unwrap_or(&begun.flow)));
        self.done(Step::Code.path(), inputs, None).await
    }

    /// The code step was not done. Proved or finished in another tab of this browser, there is nothing to put right, only to go on.
    pub async fn refuse_code(&self, failure: Failure) -> Result<Answer, RejectedPost> {
        let used = matches!(&failure, Failure::Rejected(problems)
            if problems.iter().any(|found| found.problem == Problem::CodeUsed));
        if used
            && let Ok(Some(flow)) = self.current_flow().await
            && let Some(step) = Step::parse(&flow.step).filter(|step| *step > Step::Code)
        {
            let inputs = self.page_inputs(Some(&flow));
            return self.done(step.path(), inputs, None).await;
        }
        self.refuse(failure, Step::Code.path(), Typed::default())
            .await
    }

    /// The browser's half draws the last page from the answer itself, so the answer is its showing.
    pub async fn note_shown(&self, flow: &Flow) {
        if let Err(error) = choose::note_shown(&self.ctx, &flow.id).await {
            tracing::warn!(%error, "the last page is not noted as shown");
        }
    }

    /// Who is signed in here.
    pub async fn signed_in(&self) -> Result<Option<SignedIn>, Fault> {
        let Some(token) = self.visitor.session() else {
            return Ok(None);
        };
        let who = sessions::of_token(&self.ctx, token).await?;
        Ok(who.filter(|who| who.stage == Stage::Full))
    }

    /// The flow of this browser.
    pub async fn current_flow(&self) -> Result<Option<Flow>, Fault> {
        let Some(cookie) = self.visitor.flow() else {
            return Ok(None);
        };
        let mut connection = self.ctx.store.read().await?;
        Ok(flow::by_cookie(&self.ctx, &mut connection, cookie).await?)
    }
}

/// The page that can explain a refusal: usually the one that was posted from, but not when its flow is over or elsewhere.
pub fn page_that_explains(from: &str, problems: &[FieldProblem], current: Option<&Flow>) -> String {
    let leads_away = problems.iter().any(|FieldProblem { problem, .. }| {
        matches!(
            problem,
            Problem::FlowMissing
                | Problem::FlowExpired
                | Problem::FlowElsewhere
                | Problem::StepSkipped
                | Problem::CodeUsed
                | Problem::PasswordAttemptsUsedUp
                | Problem::PasswordAlreadySet
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
    let step = current
        .filter(|_| !over)
        .and_then(|flow| Step::parse(&flow.step));
    let is_set = |found: &FieldProblem| found.problem == Problem::PasswordAlreadySet;
    if step != Some(Step::Done) && problems.iter().any(is_set) {
        // It was set by something else than the flow of this browser, such as a link.
        return SIGN_IN.to_owned();
    }
    step.unwrap_or(Step::Identify).path().to_owned()
}
