//! The poster: an A4 sheet to put up where people sign in, with the short address of the reset, a QR code of it, and the three steps in
//! every language.

use askama::Template;

use crate::server::factor::{self, Square};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::{PageRequest, PageResult};
use crate::server::http::places::SHORT;
use crate::texts::{Language, ServerText, Text};

/// What the sheet says in a language.
struct Part {
    language: Language,
    heading: &'static str,
    steps: Vec<String>,
}

#[derive(Template)]
#[template(path = "help/poster.html")]
struct PosterPage<'a> {
    frame: Frame<'a>,
    /// The address as people type it.
    short: String,
    square: Option<Square>,
    picture: String,
    parts: Vec<Part>,
}

/// `GET /help/poster`.
pub(super) async fn get(request: PageRequest) -> PageResult {
    let ctx = request.ctx();
    let address = format!("{}{SHORT}", ctx.public_url);
    let short = address
        .split_once("://")
        .map_or(&*address, |(_, rest)| rest)
        .to_owned();
    let parts = ctx.config.languages.offered.iter().map(|language| {
        let sentences = ctx.sentences(*language);
        let open = sentences.fill_server(ServerText::PosterOpen, &[("address", &short)]);
        let [say, choose] = [ServerText::PosterSay, ServerText::PosterChoose]
            .map(|text| sentences.server(text).to_owned());
        Part {
            language: *language,
            heading: sentences.get(Text::IdentifyTitle),
            steps: vec![open, say, choose],
        }
    });
    let picture = [("address", &*short)];
    Ok(request.draw_without_scripts(&PosterPage {
        frame: request.frame(request.sentence(ServerText::PosterTitle)),
        square: factor::square(&address),
        picture: request
            .sentences()
            .fill_server(ServerText::PosterPicture, &picture),
        parts: parts.collect(),
        short,
    }))
}
