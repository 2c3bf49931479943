//! Makes what a page shows from what the database holds for this browser.
use std::net::IpAddr;

use askama::Template;

use crate::rules::channel::Channel;
use crate::rules::identifier::Kind;
use crate::rules::page::{Asked, Choosing, PageState, Person, Site, Worded};
use crate::rules::steps::Step;
use crate::server::base::failure::Fault;
use crate::server::base::passage::{Passage, Wording};
use crate::server::base::random::random_id;
use crate::server::config::{After, Reason, RobotCheck, SignInPages};
use crate::server::context::Context;
use crate::server::http::brand;
use crate::server::http::drawn::parts::Link;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::session::form_token;
use crate::server::limits::robot;
use crate::server::password::rules::personal_words;
use crate::server::reset::flow;
use crate::server::reset::link::{self, Opened};
use crate::server::sessions::{self, SignedIn};
use crate::server::store::flows::Flow;
use crate::server::store::sessions::Stage;
use crate::texts::{Language, ServerText, Text};

/// Whose portal this is.
#[must_use]
pub fn site(ctx: &Context, visitor: &Visitor) -> Site {
    let (config, language) = (&ctx.config, visitor.language);
    // Nothing leads out of a shared machine.
    let accounts = Some(&config.accounts).filter(|_| !visitor.is_kiosk);
    let minutes =
        |channel| u16::try_from(config.reset.stated_lifetime(channel)).unwrap_or(u16::MAX);
    let accepts = |kind| config.reset.identifiers.contains(&kind);
    let sentences = ctx.sentences(language);
    let name = ctx.site_name(sentences);
    let portal_name = accounts.and_then(|accounts| accounts.portal_name.as_ref());
    Site {
        name: name.words.to_owned(),
        lang: name.lang().map(str::to_owned),
        logo: brand::logo(config),
        sender: senders(ctx, language),
        notes: notes(ctx, visitor),
        password_apart: config.accounts.sign_in_pages == SignInPages::Two,
        texts: ctx.sms.is_some(),
        feedback: config.help.feedback,
        forgets: visitor.is_kiosk,
        asked: Asked::of(
            accepts(Kind::UserName),
            accepts(Kind::Mail),
            accepts(Kind::Phone),
        ),
        prove_by: config.reset.prove_by.clone(),
        choose_channel: config.reset.choose_channel && config.reset.channels().len() > 1,
        minutes: (minutes(Channel::Mail), minutes(Channel::Sms)),
        link_minutes: u16::try_from(config.reset.link_lifetime).unwrap_or(u16::MAX),
        ask_postal_code: config.reset.ask_postal_code,
        signs_in: config.reset.after == After::SignedIn,
        portal_name: portal_name.map(|name| worded(ctx.wording(name, sentences))),
        portal_url: accounts.and_then(|accounts| Some(accounts.portal_url.as_ref()?.to_string())),
    }
}

/// The addresses that mails come from: `a@example.org, b@example.org or c@example.org`.
#[must_use]
pub fn senders(ctx: &Context, language: Language) -> String {
    let all: Vec<String> = ctx
        .config
        .mail
        .senders()
        .iter()
        .map(ToString::to_string)
        .collect();
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => {
            let or = ctx.sentences(language).server(ServerText::HelpOr);
            format!("{} {or} {last}", others.join(", "))
        }
        None => "no-reply@localhost".to_owned(),
    }
}

/// What everybody is told before they begin: it follows from the configuration alone, never from who asks.
#[derive(Template)]
#[template(path = "parts/notes.html")]
struct Notes {
    notes: Vec<(Passage, Option<Link>)>,
}

fn notes(ctx: &Context, visitor: &Visitor) -> String {
    let sentences = ctx.sentences(visitor.language);
    let site = [("site", ctx.site_name(sentences))];
    let scope = Passage::fill(sentences.get(Text::IdentifyScope), &site);
    let guide = ctx.config.help.phone_guide_url.as_ref().map(|guide| {
        let words = sentences.server(ServerText::HelpResetPhone);
        let name = sentences.server(ServerText::HelpPhoneGuide);
        let link = Link::new(guide.as_str(), name).within(visitor.is_kiosk);
        (Wording::from(words).into(), Some(link))
    });
    let asked = [
        (Reason::UnknownAddress, ServerText::HelpNoteUnknownAddress),
        (Reason::NoPassword, ServerText::HelpNoteNoPassword),
    ]
    .into_iter()
    .filter_map(|(reason, text)| {
        let contact = ctx.config.support.own(reason)?;
        let values = [("contact", ctx.wording(contact, sentences))];
        Some((Passage::fill(sentences.server(text), &values), None))
    });
    let notes = std::iter::once((scope, None)).chain(guide).chain(asked);
    let notes = Notes {
        notes: notes.collect(),
    };
    notes
        .render()
        .inspect_err(|error| tracing::error!(%error, "the first step has no notes"))
        .unwrap_or_default()
}

fn worded(wording: Wording<'_>) -> Worded {
    (wording.words.to_owned(), wording.lang().map(str::to_owned))
}

/// What is known of a browser.
#[derive(Clone, Copy, Default)]
pub struct PageInputs<'a> {
    /// Its flow.
    pub flow: Option<&'a Flow>,
    /// Value of its session cookie.
    pub session: Option<&'a str>,
    /// The mailed link that it has opened.
    pub link: Option<&'a Opened>,
    /// Its address, where a page may ask it to show that nobody's program runs there.
    pub client: Option<IpAddr>,
    /// Where the person is led back to in the end.
    pub return_to: Option<&'a str>,
    /// The page is the one on which a password is changed.
    pub is_change: bool,
}

/// Makes the state.
///
/// # Errors
/// [`Fault`] when the database does not answer or a value cannot be opened.
pub async fn make(
    ctx: &Context,
    visitor: &Visitor,
    inputs: PageInputs<'_>,
) -> Result<PageState, Fault> {
    let mut state = PageState {
        form: random_id()?,
        return_to: inputs.return_to.map(str::to_owned),
        site: site(ctx, visitor),
        ..PageState::default()
    };
    if let Some(client) = inputs.client
        && ctx.config.reset.robot_check != RobotCheck::Off
    {
        let mut connection = ctx.store.read().await?;
        state.robot_check = robot::is_asked(ctx, &mut connection, client).await?;
    }
    let mut signed_in = None;
    if let Some(session) = inputs.session {
        signed_in = sessions::of_token(ctx, session).await?;
        signed_in = signed_in.filter(|signed_in| signed_in.stage == Stage::Full);
        if let Some(who) = &signed_in {
            state.person = Some(Person {
                user_name: who.account.user_name.clone(),
            });
            if inputs.is_change {
                state.change = Some(change(ctx, who).await?);
            }
        }
    }
    if let Some(opened) = inputs.link {
        let mut connection = ctx.store.read().await?;
        let mut view = link::view(ctx, &mut connection, opened).await?;
        view.signed_in &= state.person.is_some();
        state.link = Some(view);
    }
    if let Some(flow) = inputs.flow {
        let mut connection = ctx.store.read().await?;
        let mut view = flow::view(ctx, &mut connection, flow).await?;
        view.signed_in = view.step == Step::Done
            && signed_in
                .is_some_and(|signed_in| flow.account_id.as_ref() == Some(&signed_in.account.id));
        state.flow = Some(view);
    }
    Ok(state)
}

/// What the password of somebody who is signed in is changed under.
async fn change(ctx: &Context, who: &SignedIn) -> Result<Choosing, Fault> {
    let mut connection = ctx.store.read().await?;
    Ok(Choosing {
        token: form_token(ctx, who),
        user_name: who.account.user_name.clone(),
        accounts: Vec::new(),
        forced: None,
        personal: personal_words(ctx, &mut connection, &who.account).await?,
        policy: ctx.directory.policy().clone(),
    })
}
