//! The pages of development: the mailbox, and the clock that tests move, set and stop. They exist only under `--dev`.
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jiff::Timestamp;
use serde::Deserialize;

use super::drawn::frame::Frame;
use super::drawn::request::render;
use super::web_state::WebState;
use crate::server::base::clock::{DAY, SECOND};
use crate::server::base::local_time;
use crate::server::delivery::{DevMail, DevSms};
use crate::texts::Language;

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Mailbox<'a> {
    frame: Frame<'a>,
    mails: Vec<Shown>,
    relayed: bool,
    texts: Vec<DevSms>,
    has_gateway: bool,
}

struct Shown {
    at: String,
    mail: DevMail,
}

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route("/dev/mailbox", get(mailbox))
        .route("/dev/mailbox/texts", get(texts))
        .route("/dev/clock", post(clock))
}

async fn mailbox(State(web): State<WebState>, headers: HeaderMap) -> Response {
    let mails = web
        .ctx
        .dev_mailbox
        .as_ref()
        .map(|mailbox| mailbox.list())
        .unwrap_or_default();
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if accept.contains("application/json") {
        return Json(mails).into_response();
    }
    let shown = mails
        .into_iter()
        .map(|mail| Shown {
            at: local_time::date_and_time(
                &web.ctx.config.site.time_zone,
                web.ctx.now(),
                mail.at_us,
                Language::En,
            ),
            mail,
        })
        .collect();
    let page = Mailbox {
        frame: Frame {
            languages: &[],
            ..Frame::new(&web, web.ctx.sentences(Language::En), "Mailbox")
        },
        mails: shown,
        relayed: !web.ctx.config.mail.relays.is_empty(),
        texts: texts_of(&web),
        has_gateway: web.ctx.config.sms.gateway.is_some(),
    };
    render(&page)
}

fn texts_of(web: &WebState) -> Vec<DevSms> {
    let mailbox = web.ctx.dev_mailbox.as_ref();
    mailbox
        .map(|mailbox| mailbox.list_sms())
        .unwrap_or_default()
}

/// The text messages, for tests.
async fn texts(State(web): State<WebState>) -> Json<Vec<DevSms>> {
    Json(texts_of(&web))
}

/// What is to become of the clock. What is left out stays as it is.
#[derive(Deserialize)]
struct Turn {
    /// The time to set it to, as in RFC 3339.
    at: Option<String>,
    /// How far to move it ahead.
    seconds: Option<u32>,
    /// Whether it runs from now on, or stands still.
    runs: Option<bool>,
}

async fn clock(State(web): State<WebState>, Form(turn): Form<Turn>) -> Response {
    let clock = &web.ctx.clock;
    let Ok(at) = turn.at.map(|at| at.parse::<Timestamp>()).transpose() else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let at = at.map(Timestamp::as_microsecond);
    let by = turn.seconds.map(|seconds| i64::from(seconds) * SECOND);
    if at.is_some_and(|at| at <= 0) || by.is_some_and(|by| by > 400 * DAY) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    // Stopped first, so that it stands at the very time that it is set to.
    match turn.runs {
        Some(true) => clock.run(),
        Some(false) => clock.stop(),
        None => {}
    }
    if let Some(at) = at {
        clock.set(at);
    }
    if let Some(by) = by {
        clock.advance(by);
    }
    web.ctx.wake.all();
    let now = local_time::utc(web.ctx.now());
    Json(serde_json::json!({ "now": now, "runs": !clock.is_stopped() })).into_response()
}
