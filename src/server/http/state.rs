//! Makes what a page shows from what the database holds for this browser.

use crate::rules::channel::Channel;
use crate::rules::identifier::Kind;
use crate::rules::page::{Asked, PageState, Person, Site};
use crate::rules::steps::Step;
use crate::server::account_facts;
use crate::server::context::{Context, random_id};
use crate::server::failure::Broken;
use crate::server::reset::flow;
use crate::server::reset::link::{self, Opened};
use crate::server::sessions::{self, SignedIn};
use crate::server::store::flows::Flow;
use crate::texts::Language;

/// Whose portal this is.
#[must_use]
pub fn site(ctx: &Context) -> Site {
    let config = &ctx.config;
    let minutes =
        |channel| u16::try_from(config.reset.stated_lifetime(channel)).unwrap_or(u16::MAX);
    let accepts = |kind| config.reset.identifiers.contains(&kind);
    Site {
        name: config.site.name.clone(),
        sender: config.mail.sender.as_ref().map_or_else(
            || "no-reply@localhost".to_owned(),
            |sender| sender.email.to_string(),
        ),
        asked: Asked::of(
            accepts(Kind::UserName),
            accepts(Kind::Mail),
            accepts(Kind::Phone),
        ),
        prove_by: config.reset.prove_by.clone(),
        choose_channel: config.reset.choose_channel && config.reset.channels().len() > 1,
        minutes: (minutes(Channel::Mail), minutes(Channel::Sms)),
        ask_postal_code: config.reset.ask_postal_code,
        contact: config.support.contact.clone(),
        portal_name: config.accounts.portal_name.clone(),
        portal_url: config.accounts.portal_url.as_ref().map(ToString::to_string),
    }
}

/// What is known of a browser.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// Its flow.
    pub flow: Option<&'a Flow>,
    /// Value of its session cookie.
    pub session: Option<&'a str>,
    /// The mailed link that it has opened.
    pub link: Option<&'a Opened>,
}

/// Makes the state.
///
/// # Errors
/// [`Broken`] when the database does not answer or a value cannot be opened.
pub async fn make(
    ctx: &Context,
    language: Language,
    known: Known<'_>,
) -> Result<PageState, Broken> {
    let mut state = PageState {
        form: random_id()?,
        site: site(ctx),
        ..PageState::default()
    };
    let mut signed_in = None;
    if let Some(session) = known.session {
        signed_in = sessions::of_token(ctx, session).await?;
        if let Some(SignedIn { account }) = &signed_in {
            state.person = Some(Person {
                name: account.name.clone(),
                user_name: account.user_name.clone(),
                password_changed: account_facts::password_changed(ctx, &account.id, language)
                    .await?,
            });
        }
    }
    if let Some(opened) = known.link {
        let mut connection = ctx.store.read().await?;
        let mut view = link::view(ctx, &mut connection, opened).await?;
        view.signed_in &= state.person.is_some();
        state.link = Some(view);
    }
    if let Some(flow) = known.flow {
        let mut connection = ctx.store.read().await?;
        let mut view = flow::view(ctx, &mut connection, flow).await?;
        view.signed_in = view.step == Step::Done
            && signed_in
                .is_some_and(|signed_in| flow.account_id.as_ref() == Some(&signed_in.account.id));
        state.flow = Some(view);
    }
    Ok(state)
}
