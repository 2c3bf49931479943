//! "This was not me": the links and codes that notices carry, by which a change is stopped. Opening one writes nothing; only its button does.

use super::context::{Context, DAY, random};
use super::failure::Broken;
use super::keys::{Purpose, digest};
use super::store::Connection;
use super::store::contacts::Contact;
use super::store::stop_links::{self, StopLink};
use super::written_code::WrittenCode;
use crate::rules::channel::Channel;
use crate::rules::link_token::LinkToken;

/// The path under which they are opened.
pub const PATH: &str = "/stop/";

/// How long one works, in microseconds: long enough for somebody who reads the mail after a week away.
pub const LIFETIME: i64 = 7 * DAY;

/// What a link stops.
#[derive(Debug, Clone, Copy)]
pub enum Stops<'a> {
    /// A change of contacts.
    Contacts {
        /// Its id.
        change: &'a str,
    },
    /// A change of the password.
    Password {
        /// The session in which it was made, where it was one.
        session: Option<&'a str>,
    },
}

/// A code for those who were told by text message, which carries no link: sixty bits.
type Code = WrittenCode<12>;

/// What a notice carries.
pub struct Minted {
    /// The path of the link.
    pub path: String,
    /// The code that opens the same, as it is shown.
    pub code: String,
}

/// Under what something that somebody holds is kept: the token of a link or a code; neither can be the other.
#[must_use]
pub fn hash(ctx: &Context, held: &str) -> String {
    match Code::parse(held) {
        Some(code) => of_code(ctx, &code),
        None => digest(held),
    }
}

/// Whether something that was typed can be a code.
#[must_use]
pub fn is_code(typed: &str) -> bool {
    Code::parse(typed).is_some()
}

fn of_code(ctx: &Context, code: &Code) -> String {
    let parts = [b"stop code".as_slice(), code.as_str().as_bytes()];
    ctx.keys.mac_text(Purpose::Code, &parts)
}

/// Makes a link, and a code beside it, in the caller's transaction.
///
/// # Errors
/// [`Broken`]; the caller's transaction must then not be committed.
pub async fn mint(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
    stops: Stops<'_>,
) -> Result<Minted, Broken> {
    let (change_id, session_id) = match stops {
        Stops::Contacts { change } => (Some(change), None),
        Stops::Password { session } => (None, session),
    };
    let link = StopLink {
        account_id: account_id.to_owned(),
        change_id: change_id.map(str::to_owned),
        session_id: session_id.map(str::to_owned),
        created_at: ctx.now(),
        expires_at: ctx.now() + LIFETIME,
        used_at: None,
    };
    let token = LinkToken::from_random(random()?);
    stop_links::insert(connection, &digest(token.as_str()), &link).await?;
    let code = Code::draw()?;
    stop_links::insert(connection, &of_code(ctx, &code), &link).await?;
    Ok(Minted {
        path: format!("{PATH}{}", token.as_str()),
        code: code.grouped(),
    })
}

impl Minted {
    /// What the notice to this contact carries: by mail the path, with the time until which it works, as a text message the code. One that
    /// has never proved anything has nothing to say in this.
    ///
    /// # Errors
    /// When the contact's kind is none that is known.
    pub fn to(&self, contact: &Contact, now: i64, until: &str) -> Result<Stop, sqlx::Error> {
        if !contact.has_proved(now) {
            return Ok(Stop::default());
        }
        Ok(match contact.reach()?.0 {
            Channel::Mail => Stop {
                link: Some((self.path.clone(), until.to_owned())),
                code: None,
            },
            Channel::Sms => Stop {
                link: None,
                code: Some(self.code.clone()),
            },
        })
    }
}

/// What one notice carries.
#[derive(Default)]
pub struct Stop {
    /// The path of the link, and until when it works.
    pub link: Option<(String, String)>,
    /// The code.
    pub code: Option<String>,
}
