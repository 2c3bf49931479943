//! How a page asks for a code that was sent to somebody who is signed in.

use crate::server::account::Sent;
use crate::server::http::drawn::screen::{Block, Complaint, Field, Form, Link, Screen};
use crate::texts::{Catalogue, MailText, Text};

/// What differs between the pages that ask for a code.
pub struct Asked {
    /// Where the code is posted to; another is asked for at `/again` below it.
    pub action: &'static str,
    /// The form's token.
    pub token: String,
    /// Whether the second factor is asked for too.
    pub has_factor: bool,
    /// Where the person wanted to go.
    pub next: Option<String>,
    /// Another way, and its words.
    pub other: (String, MailText),
}

/// The field for the second factor, as it stands beside another one.
pub fn factor_field(sentences: &Catalogue) -> Field {
    Field {
        id: "totp",
        kind: "text",
        label: sentences.mail(MailText::FactorAskLabel).to_owned(),
        hint: Some(sentences.mail(MailText::FactorLostCodes).to_owned()),
        autocomplete: "off",
        class: "code",
        ..Field::default()
    }
}

/// The page.
pub fn screen(
    sentences: &Catalogue,
    sent: &Sent,
    asked: Asked,
    problem: Option<Complaint>,
) -> Screen {
    let mut hidden = vec![("token", asked.token)];
    hidden.extend(asked.next.map(|next| ("next", next)));
    let values = [("address", sent.address.as_str())];
    let mut blocks = Vec::new();
    let title = if sent.is_dead {
        Text::CodeDeadTitle
    } else {
        let minutes = sent.minutes.to_string();
        let lifetime = sentences.fill(Text::CodeLifetime, &[("minutes", &minutes)]);
        let field = Field {
            id: "code",
            kind: "text",
            label: sentences.get(Text::CodeLabel).to_owned(),
            hint: Some(sentences.get(Text::CodeHint).to_owned()),
            autocomplete: "one-time-code",
            inputmode: "numeric",
            class: "code",
            ..Field::default()
        };
        let mut fields = vec![field.with_error(problem.as_ref())];
        if asked.has_factor {
            fields.push(factor_field(sentences).with_error(problem.as_ref()));
        }
        blocks.push(Block::Words(
            sentences.fill_mail(MailText::AccountCodeSent, &values),
        ));
        blocks.push(Block::Form(Form {
            action: asked.action.to_owned(),
            hidden: hidden.clone(),
            fields,
            submit: sentences.mail(MailText::AccountCodeSubmit).to_owned(),
            ..Form::default()
        }));
        blocks.push(Block::Words(lifetime));
        Text::CodeTitle
    };
    if sent.has_resends {
        if sent.resend_in > 0 {
            let seconds = sent.resend_in.to_string();
            let words = sentences.fill(Text::CodeResendIn, &[("seconds", &seconds)]);
            blocks.push(Block::Words(words));
        }
        blocks.push(Block::Form(Form {
            action: format!("{}/again", asked.action),
            hidden,
            submit: sentences.get(Text::CodeResend).to_owned(),
            is_quiet: !sent.is_dead,
            ..Form::default()
        }));
    }
    let (href, words) = asked.other;
    blocks.push(Block::Link(Link::new(href, sentences.mail(words))));
    // Where there is no field any more, nothing leads to it.
    let problem = problem.map(|(field, words)| {
        let field = if sent.is_dead { String::new() } else { field };
        (field, words)
    });
    Screen {
        title: sentences.get(title).to_owned(),
        problem,
        blocks,
        ..Screen::default()
    }
}
