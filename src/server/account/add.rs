//! Adding an account to the built-in directory, from the command line or for a demonstration.

use crate::rules::identifier::{self, Kind};
use crate::rules::password::shown;
use crate::rules::phone;
use crate::rules::problem::{FieldProblem, Problem};
use crate::server::audit::{self, Event};
use crate::server::context::{Context, NoRandomness, random, random_id};
use crate::server::credential;
use crate::server::failure::Broken;
use crate::server::hashing::Password;
use crate::server::password_rules;
use crate::server::store;
use crate::server::store::accounts::{Account, ContactKind, NewAccount, NewContact};
use crate::texts::Language;

/// What a new account is made from.
#[derive(Debug, Clone, Copy)]
pub struct NewPerson<'a> {
    /// The user name.
    pub user_name: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// A mail address that is known to be theirs.
    pub mail: &'a str,
    /// A mobile number that is known to be theirs.
    pub phone: Option<&'a str>,
    /// Language of mails.
    pub language: Language,
    /// Whether the person administers.
    pub administrator: bool,
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// There is one already.
    #[error("an account with the user name {0:?} exists already")]
    UserNameTaken(String),
    /// Another account is reached there.
    #[error("the address {0:?} belongs to another account already")]
    AddressTaken(String),
    /// A user name must not look like an address, and an address must be one.
    #[error("{0:?} cannot be used: {1}")]
    Unusable(String, &'static str),
    /// The password breaks a rule.
    #[error("the password was refused: {}", in_words(.0))]
    Password(Vec<Problem>),
    /// A fault of ours.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// The rules that a password breaks, for an administrator at the command line.
fn in_words(problems: &[Problem]) -> String {
    let words: Vec<String> = problems
        .iter()
        .map(|problem| match problem {
            Problem::PasswordEmpty => "it is empty".to_owned(),
            Problem::PasswordTooShort { min, .. } => format!("it needs at least {min} characters"),
            Problem::PasswordTooLong { max, .. } => format!("it may have at most {max} characters"),
            Problem::PasswordPersonal => {
                "it is made of the person's name or the service's".to_owned()
            }
            Problem::PasswordCommon => "it is on the list of common passwords".to_owned(),
            Problem::PasswordNoLetter => "it needs a letter from a to z".to_owned(),
            Problem::PasswordNoDigit => "it needs a digit".to_owned(),
            Problem::PasswordForbidden { character } | Problem::PasswordNotAscii { character } => {
                format!("it may not have {}", shown(*character))
            }
            _ => "it has characters that are not allowed".to_owned(),
        })
        .collect();
    words.join("; ")
}

impl From<sqlx::Error> for AddError {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<NoRandomness> for AddError {
    fn from(error: NoRandomness) -> Self {
        Self::Broken(error.into())
    }
}

/// A password nobody has to think of: 100 random bits in groups that can be read out.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_password() -> Result<Password, NoRandomness> {
    let text = data_encoding::BASE32_NOPAD
        .encode(&random::<15>()?)
        .to_ascii_lowercase();
    let groups: Vec<&str> = text
        .as_bytes()
        .chunks(6)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    Ok(Password::new(groups.join("-")))
}

/// Adds an account with a confirmed address and a first password, which must satisfy the rules like any other.
///
/// # Errors
/// [`AddError`]; nothing is added then.
pub async fn add(
    ctx: &Context,
    person: NewPerson<'_>,
    password: Password,
) -> Result<Account, AddError> {
    let unusable = |what: &str, why| AddError::Unusable(what.to_owned(), why);
    let user_name = identifier::check(person.user_name)
        .map_err(|_| unusable(person.user_name, "give a user name on one line"))?;
    let mail = identifier::check(person.mail)
        .map_err(|_| unusable(person.mail, "give an e-mail address"))?;
    let canonical_name = identifier::canonical(user_name);
    let canonical_mail = identifier::canonical(mail);
    if canonical_name.kind == Kind::Mail {
        return Err(unusable(
            user_name,
            "a user name must not look like an e-mail address",
        ));
    }
    if canonical_mail.kind != Kind::Mail || mail.parse::<lettre::Address>().is_err() {
        return Err(unusable(mail, "give an e-mail address"));
    }
    // Asked before the hash, which is dear, and once more in the transaction.
    let mut connection = ctx.store.read().await?;
    let known = store::accounts::by_user_name(&mut connection, &canonical_name.text).await?;
    drop(connection);
    if known.is_some() {
        return Err(AddError::UserNameTaken(user_name.to_owned()));
    }
    let phone = match person.phone {
        Some(typed) => Some(
            phone::canonical(typed)
                .ok_or_else(|| unusable(typed, "give a mobile number, such as +46 70 174 06 05"))?,
        ),
        None => None,
    };
    let hashed = ctx
        .hasher
        .hash(password.clone())
        .await
        .map_err(Broken::Hash)?;
    let id = random_id()?;
    let mut tx = ctx.store.begin().await?;
    if store::accounts::by_user_name(&mut tx, &canonical_name.text)
        .await?
        .is_some()
    {
        return Err(AddError::UserNameTaken(user_name.to_owned()));
    }
    // Until several accounts can be told apart behind one address, an address leads to one.
    if store::accounts::mail_is_taken(&mut tx, &canonical_mail.text).await? {
        return Err(AddError::AddressTaken(mail.to_owned()));
    }
    let new = NewAccount {
        id: &id,
        user_name,
        user_name_canonical: &canonical_name.text,
        name: person.name.trim(),
        language: person.language.tag(),
        role: if person.administrator {
            "administrator"
        } else {
            "member"
        },
        created_at: ctx.now(),
    };
    store::accounts::insert(&mut tx, &new).await?;
    // A number has one spelling only, which is also what gateways take.
    let phone = phone.as_deref();
    let phone = phone.map(|phone| (ContactKind::Phone, phone, phone));
    let mail = (ContactKind::Mail, mail, canonical_mail.text.as_str());
    for (kind, address, canonical) in std::iter::once(mail).chain(phone) {
        let contact = NewContact {
            id: &random_id()?,
            account_id: &id,
            kind,
            address,
            address_canonical: canonical,
            confirmed_at: Some(ctx.now()),
        };
        store::accounts::insert_contact(&mut tx, &contact).await?;
    }
    let account = store::accounts::by_id(&mut tx, &id)
        .await?
        .ok_or(Broken::Content("accounts.id"))?;
    let personal = password_rules::personal_words(ctx, &mut tx, &account).await?;
    let problems = password_rules::problems(ctx, &password, &password, &personal);
    if !problems.is_empty() {
        return Err(AddError::Password(
            problems
                .into_iter()
                .map(|FieldProblem { problem, .. }| problem)
                .collect(),
        ));
    }
    let about = audit::About {
        account: Some(&account.id),
        ..audit::About::default()
    };
    audit::record(ctx, &mut tx, Event::AccountAdded, about)
        .await
        .map_err(Broken::from)?;
    credential::set_first(ctx, &mut tx, &account, &hashed).await?;
    tx.commit().await?;
    Ok(account)
}
