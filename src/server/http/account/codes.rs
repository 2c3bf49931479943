//! The page that asks for a code which was sent to somebody who is signed in.

use askama::Template;

use crate::server::account::Sent;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::{Breakable, Field};
use crate::server::http::places::SECURITY;
use crate::server::http::signed_in::SignedInRequest;
use crate::texts::{Catalogue, ServerText, Text};

/// What differs between the pages that ask for a code.
pub struct Asked {
    /// Where the code is posted to; another is asked for at `/again` below it.
    pub action: &'static str,
    /// Whether the second factor is asked for too.
    pub has_factor: bool,
    /// Where the person wanted to go.
    pub next: Option<String>,
    /// What the address says besides the language.
    pub query: String,
    /// Another way, and its words.
    pub other: (String, ServerText),
}

/// The page.
#[derive(Template)]
#[template(path = "account/code.html")]
pub struct CodePage<'a> {
    frame: Frame<'a>,
    token: String,
    asked: Asked,
    is_dead: bool,
    sent: Breakable,
    lifetime: String,
    fields: Vec<Field>,
    has_resends: bool,
    /// In how many seconds another may be asked for, and the sentence that says so; `public/code.js` counts on.
    resend_in: Option<(i64, String)>,
}

/// The field for the second factor, as it stands beside another one.
pub fn factor_field(sentences: &Catalogue) -> Field {
    Field {
        id: "totp",
        kind: "text",
        label: sentences.server(ServerText::FactorAskLabel).to_owned(),
        hint: Some(
            sentences
                .server(ServerText::FactorLostCodes)
                .to_owned()
                .into(),
        ),
        autocomplete: "off",
        class: "code",
        ..Field::default()
    }
}

fn code_field(sentences: &Catalogue) -> Field {
    Field {
        id: "code",
        kind: "text",
        label: sentences.get(Text::CodeLabel).to_owned(),
        hint: Some(sentences.get(Text::CodeHint).to_owned().into()),
        autocomplete: "one-time-code",
        inputmode: "numeric",
        class: "code",
        ..Field::default()
    }
}

/// The page for a code that was sent.
pub fn page<'a>(request: &'a SignedInRequest, sent: &Sent, mut asked: Asked) -> CodePage<'a> {
    let sentences = request.sentences();
    let title = sentences.get(if sent.is_dead {
        Text::CodeDeadTitle
    } else {
        Text::CodeTitle
    });
    let mut frame = request
        .frame(title)
        .back_to(SECURITY, ServerText::AccountBack)
        .with_query(std::mem::take(&mut asked.query));
    if sent.is_dead {
        frame = frame.with_fields(&[]);
    }
    let factor = asked.has_factor.then(|| factor_field(sentences));
    let fields = [code_field(sentences)].into_iter().chain(factor);
    let (minutes, seconds) = (sent.minutes.to_string(), sent.resend_in.to_string());
    let address = [("address", sent.address.as_str())];
    CodePage {
        token: request.form_token(),
        is_dead: sent.is_dead,
        sent: sentences
            .fill_server(ServerText::AccountCodeSent, &address)
            .into(),
        lifetime: sentences.fill(Text::CodeLifetime, &[("minutes", &minutes)]),
        fields: fields.map(|field| field.on_page(&frame)).collect(),
        has_resends: sent.has_resends,
        resend_in: (sent.resend_in > 0).then(|| {
            let words = sentences.fill(Text::CodeResendIn, &[("seconds", &seconds)]);
            (sent.resend_in, words)
        }),
        frame,
        asked,
    }
}
