//! "This was not me": the links and codes that notifications carry, by which a change is reverted. Opening one writes nothing; only its button does.
use crate::rules::channel::Channel;
use crate::rules::link_token::{Damaged, LinkToken};
use crate::server::base::clock::DAY;
use crate::server::base::failure::Fault;
use crate::server::base::keys::{Purpose, digest};
use crate::server::base::one_time_code::OneTimeCode;
use crate::server::base::random::random;
use crate::server::context::Context;
use crate::server::store::Connection;
use crate::server::store::contacts::Contact;
use crate::server::store::revert_links::{self, RevertLink};

/// The path under which they are opened.
pub const PATH: &str = "/stop/";

/// How long one works, in microseconds: long enough for somebody who reads the mail after a week away.
pub const LIFETIME: i64 = 7 * DAY;

/// What a link stops.
#[derive(Debug, Clone, Copy)]
pub enum Reverts<'a> {
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

/// A code for those who were told by text message, which carries no link, and for those whose mail program has damaged it: sixty bits.
type Code = OneTimeCode<12>;

/// What a notification carries.
pub struct Minted {
    /// The path of the link.
    pub path: String,
    /// The code of a mail that does the same, as it is shown.
    pub mail_code: String,
    /// The code of a text message, as it is shown.
    pub code: String,
}

/// What somebody holds who was told of a change: the token of a link or a code; neither can be the other.
pub enum RevertToken {
    /// The link of a mail.
    Link(LinkToken),
    /// The code of a mail or of a text message.
    Code(Code),
}

impl RevertToken {
    /// Reads the token of a link that was opened. A code is no token: it is typed on its page, where tries are counted.
    ///
    /// # Errors
    /// [`Damaged`] when it is not whole.
    pub fn link(text: &str) -> Result<Self, Damaged> {
        LinkToken::parse(text).map(Self::Link)
    }

    /// Reads what was typed where the code belongs: the code, or the whole link. `None` when it can be neither.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        // The link first: it has a checksum, and a part of it might look like a code.
        let code = || Code::parse(text).map(Self::Code);
        Self::link(text).ok().or_else(code)
    }

    /// Reads what [`RevertToken::as_str`] has written.
    ///
    /// # Errors
    /// [`Damaged`] when it is neither.
    pub fn read(text: &str) -> Result<Self, Damaged> {
        Self::typed(text).ok_or(Damaged)
    }

    /// Its canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Link(token) => token.as_str(),
            Self::Code(code) => code.as_str(),
        }
    }

    /// Under what it may be kept, each with the way by which its holder was told.
    fn hashes(&self, ctx: &Context) -> Vec<(Channel, String)> {
        match self {
            Self::Link(token) => vec![(Channel::Mail, digest(token.as_str()))],
            Self::Code(code) => [Channel::Sms, Channel::Mail]
                .map(|by| (by, of_code(ctx, by, code)))
                .into(),
        }
    }
}

/// What is known of what somebody holds.
pub struct Found {
    /// Under what it is kept.
    pub hash: String,
    /// By which channel its holder was told.
    pub by: Channel,
    /// What it is about.
    pub link: RevertLink,
}

/// Looks up what somebody holds.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    ctx: &Context,
    connection: &mut Connection,
    held: &RevertToken,
) -> Result<Option<Found>, sqlx::Error> {
    for (by, hash) in held.hashes(ctx) {
        if let Some(link) = revert_links::by_hash(connection, &hash).await? {
            return Ok(Some(Found { hash, by, link }));
        }
    }
    Ok(None)
}

fn of_code(ctx: &Context, by: Channel, code: &Code) -> String {
    let label = match by {
        Channel::Sms => b"stop code".as_slice(),
        Channel::Mail => b"stop code of a mail",
    };
    ctx.keys
        .mac_text(Purpose::Code, &[label, code.as_str().as_bytes()])
}

/// Makes a link, and a code for each way beside it, in the caller's transaction.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn mint(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
    reverts: Reverts<'_>,
) -> Result<Minted, Fault> {
    let (change_id, session_id) = match reverts {
        Reverts::Contacts { change } => (Some(change), None),
        Reverts::Password { session } => (None, session),
    };
    let link = RevertLink {
        account_id: account_id.to_owned(),
        change_id: change_id.map(str::to_owned),
        session_id: session_id.map(str::to_owned),
        created_at: ctx.now(),
        expires_at: ctx.now() + LIFETIME,
        used_at: None,
    };
    let token = LinkToken::from_random(random()?);
    revert_links::insert(connection, &digest(token.as_str()), &link).await?;
    let (mail_code, code) = (Code::draw()?, Code::draw()?);
    for (by, code) in [(Channel::Mail, &mail_code), (Channel::Sms, &code)] {
        revert_links::insert(connection, &of_code(ctx, by, code), &link).await?;
    }
    Ok(Minted {
        path: format!("{PATH}{}", token.as_str()),
        mail_code: mail_code.grouped(),
        code: code.grouped(),
    })
}

impl Minted {
    /// What the notification to this contact carries: by mail the path, with the time until which it works, and a code; as a text message a code.
    /// One that has never proved anything has nothing to say in this.
    ///
    /// # Errors
    /// When the contact's kind is none that is known.
    pub fn to(&self, contact: &Contact, now: i64, until: &str) -> Result<RevertMeans, sqlx::Error> {
        if !contact.has_proved(now) {
            return Ok(RevertMeans::default());
        }
        Ok(match contact.reach()?.0 {
            Channel::Mail => RevertMeans {
                link: Some((self.path.clone(), until.to_owned())),
                code: Some(self.mail_code.clone()),
            },
            Channel::Sms => RevertMeans {
                link: None,
                code: Some(self.code.clone()),
            },
        })
    }
}

/// What one notification carries.
#[derive(Default)]
pub struct RevertMeans {
    /// The path of the link, and until when it works.
    pub link: Option<(String, String)>,
    /// The code that does the same.
    pub code: Option<String>,
}
