//! Adding an account to the built-in directory, from the command line or for a demonstration.
use crate::rules::password::{self, Policy, shown};
use crate::rules::problem::{FieldProblem, Problem};
use crate::rules::{identifier, postal_code};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::random::{NoRandomness, random, random_id};
use crate::server::context::Context;
use crate::server::directory::{self, NewPassword, Password, Set};
use crate::server::identifiers::display_names::{self, NotAName};
use crate::server::identifiers::{self, address, number};
use crate::server::password::lists::Blocklist;
use crate::server::password::{change, rules};
use crate::server::store;
use crate::server::store::accounts::{Account, NewAccount};
use crate::server::store::contacts::{ContactKind, NewContact};
use crate::texts::Language;

/// What a new account is made from.
#[derive(Debug, Clone, Copy)]
pub struct NewPerson<'a> {
    /// The user name.
    pub user_name: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// A mail address that is known to be theirs.
    pub mail: Option<&'a str>,
    /// A mobile number that is known to be theirs.
    pub phone: Option<&'a str>,
    /// Their postal code.
    pub postal_code: Option<&'a str>,
    /// The id of the provider where they sign in, if that is not here.
    pub signs_in_with: Option<&'a str>,
    /// Language of mails.
    pub language: Language,
    /// Whether the person administers.
    pub administrator: bool,
    /// Whether the first password must be changed at the first sign-in.
    pub must_change: bool,
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// There is one already.
    #[error("an account with the user name {0:?} exists already")]
    UserNameTaken(String),
    /// A user name must not look like an address, and an address must be one.
    #[error("{0:?} cannot be used: {1}")]
    Unusable(String, &'static str),
    /// The name is none.
    #[error("{0:?} cannot be used as a name: {1}")]
    Name(String, NotAName),
    /// The password breaks a rule.
    #[error("the password was refused: {}", in_words(.0))]
    Password(Vec<Problem>),
    /// The password could not be looked up among the breached ones.
    #[error(
        "the list of breached passwords does not answer, and [password] breached_failing is \"closed\": try again, or see `rekey check`"
    )]
    Unchecked,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
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
            Problem::PasswordBreached => "it is known from a breach".to_owned(),
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
        Self::Fault(error.into())
    }
}

impl From<NoRandomness> for AddError {
    fn from(error: NoRandomness) -> Self {
        Self::Fault(error.into())
    }
}

fn refused(problems: Vec<FieldProblem>) -> AddError {
    let problems = problems.into_iter();
    AddError::Password(problems.map(|found| found.problem).collect())
}

/// The rules that need no account, and the breaches, which may need the network: both before the hash and outside any transaction.
async fn check_password(ctx: &Context, password: &Password) -> Result<(), AddError> {
    let problems = rules::problems(ctx, password, password, &[]);
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    match rules::not_breached(ctx, Actor::Operator, password, None).await {
        Ok(()) => Ok(()),
        Err(Failure::Rejected(problems)) => Err(refused(problems)),
        Err(Failure::Fault(broken)) => Err(broken.into()),
        Err(Failure::Unchecked | Failure::Busy | Failure::TooMany { .. }) => {
            Err(AddError::Unchecked)
        }
    }
}

/// Hands a first password to the directory. Nobody has had it before, so only the directory's own rules are left to refuse it.
async fn set(ctx: &Context, password: Password) -> Result<NewPassword, AddError> {
    let set = ctx.directory.set(&ctx.store, &[], password, ctx.now());
    match set.await {
        Ok(Set::ToWrite(password)) => Ok(password),
        Ok(Set::Refused(refusal)) => Err(AddError::Password(vec![refusal.problem()])),
        Err(unavailable) => Err(Fault::from(unavailable).into()),
    }
}

/// A password nobody has to think of: at least 120 random bits, in groups that can be read out where the policy lets them, and drawn again
/// where it asks for more than chance has given, or where the filter of common ones takes it for one, as it does now and then.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_password(policy: &Policy, blocklist: &Blocklist) -> Result<Password, NoRandomness> {
    const USUAL: usize = 24;
    let length = usize::from(policy.min_length).max(USUAL);
    let is_grouped = length == USUAL && !policy.forbidden.contains('-');
    loop {
        let mut text = String::new();
        while text.len() < length {
            text += &data_encoding::BASE32_NOPAD.encode(&random::<15>()?);
        }
        text.truncate(length);
        text.make_ascii_lowercase();
        if is_grouped {
            for place in [18, 12, 6] {
                text.insert(place, '-');
            }
        }
        let is_common = blocklist.contains(&text);
        if password::problems(policy, &text, &[], Some(is_common)).is_none() {
            return Ok(Password::new(text));
        }
    }
}

/// A person whose data can be used.
struct Checked {
    name: String,
    user_name: String,
    user_name_canonical: String,
    /// Kind, address as given, address as compared.
    contacts: Vec<(ContactKind, String, String)>,
    postal_code: Option<String>,
}

fn unusable(what: &str, why: &'static str) -> AddError {
    AddError::Unusable(what.to_owned(), why)
}

fn check(ctx: &Context, person: &NewPerson<'_>) -> Result<Checked, AddError> {
    let name = display_names::read(person.name)
        .map_err(|why| AddError::Name(person.name.to_owned(), why))?;
    let user_name = check_user_name(person.user_name)?;
    let mut contacts = Vec::new();
    if let Some(typed) = person.mail {
        let none = "give an e-mail address that mail can be sent to";
        let mail = identifier::check(typed).map_err(|_| unusable(typed, none))?;
        let read = address::read(mail).map_err(|_| unusable(mail, none))?;
        contacts.push((ContactKind::Mail, read.as_str().to_owned(), read.compared()));
    }
    if let Some(typed) = person.phone {
        let phone = number::read(typed)
            .ok_or_else(|| unusable(typed, "give a mobile number, such as +46 70 174 06 05"))?;
        // A number has one spelling only, which is also what gateways take.
        contacts.push((ContactKind::Phone, phone.clone(), phone));
    }
    let postal_code = person.postal_code.map(|typed| {
        postal_code::canonical(typed)
            .map_err(|_| unusable(typed, "give a postal code, such as 802 51"))
    });
    let mut providers = ctx.config.accounts.federated.iter();
    if let Some(id) = person.signs_in_with
        && !providers.any(|provider| provider.id == id)
    {
        return Err(unusable(
            id,
            "give the id of a provider in [[accounts.federated]]",
        ));
    }
    Ok(Checked {
        name,
        user_name_canonical: identifiers::user_name(&user_name),
        user_name,
        contacts,
        postal_code: postal_code.transpose()?,
    })
}

/// A user name without what nobody sees. It stands in mails too, so it must not look like an address of any kind.
fn check_user_name(typed: &str) -> Result<String, AddError> {
    let checked =
        identifier::check(typed).map_err(|_| unusable(typed, "give a user name on one line"))?;
    if address::means_to_be_one(checked) {
        return Err(unusable(
            checked,
            "a user name must not look like an e-mail address",
        ));
    }
    if display_names::is_written_as_a_link(checked) {
        return Err(unusable(
            checked,
            "a user name must not look like a web address",
        ));
    }
    let user_name = identifiers::without_unseen(checked);
    if identifiers::looks_like_another(&user_name) {
        return Err(unusable(
            checked,
            "a user name must not mix alphabets, nor have full-width letters, ligatures and the like: another one would look the same",
        ));
    }
    Ok(user_name)
}

/// Adds an account with confirmed contacts and a first password, which must satisfy the rules like any other; without one for somebody who
/// signs in elsewhere or not yet.
///
/// # Errors
/// [`AddError`]; nothing is added then.
pub async fn add(
    ctx: &Context,
    person: NewPerson<'_>,
    password: Option<Password>,
) -> Result<Account, AddError> {
    let checked = check(ctx, &person)?;
    let user_name = checked.user_name.as_str();
    // Asked before the hash, which is dear, and once more in the transaction.
    let mut connection = ctx.store.read().await?;
    let known = store::accounts::by_user_name(
        &mut connection,
        directory::BUILTIN,
        &checked.user_name_canonical,
    )
    .await?;
    drop(connection);
    if known.is_some() {
        return Err(AddError::UserNameTaken(user_name.to_owned()));
    }
    let prepared = match &password {
        Some(password) => {
            check_password(ctx, password).await?;
            Some(set(ctx, password.clone()).await?)
        }
        None => None,
    };
    let id = random_id()?;
    let mut tx = ctx.store.begin().await?;
    if store::accounts::by_user_name(&mut tx, directory::BUILTIN, &checked.user_name_canonical)
        .await?
        .is_some()
    {
        return Err(AddError::UserNameTaken(user_name.to_owned()));
    }
    let new = NewAccount {
        id: &id,
        directory: directory::BUILTIN,
        // The row itself is its entry.
        external_key: &id,
        user_name,
        user_name_canonical: &checked.user_name_canonical,
        name: &checked.name,
        language: person.language.tag(),
        role: if person.administrator {
            "administrator"
        } else {
            "member"
        },
        signs_in_with: person.signs_in_with,
        postal_code: checked.postal_code.as_deref(),
        must_change: person.must_change,
        created_at: ctx.now(),
    };
    store::accounts::insert(&mut tx, &new).await?;
    for (kind, address, canonical) in &checked.contacts {
        let contact = NewContact {
            id: &random_id()?,
            account_id: &id,
            kind: *kind,
            address,
            address_canonical: canonical,
            confirmed_at: Some(ctx.now()),
            resets_from: ctx.now(),
        };
        store::contacts::put(&mut tx, &contact).await?;
    }
    let account = store::accounts::by_id(&mut tx, &id)
        .await?
        .ok_or(Fault::Content("accounts.id"))?;
    if let Some(password) = &password {
        let personal = rules::personal_words(ctx, &mut tx, &account).await?;
        let problems = rules::problems(ctx, password, password, &personal);
        if !problems.is_empty() {
            return Err(refused(problems));
        }
    }
    let about = audit::Subject {
        account: Some(&account.id),
        ..audit::Subject::default()
    };
    audit::record(ctx, &mut tx, Actor::Operator, Event::AccountAdded, about).await?;
    if let Some(password) = &prepared {
        change::set_first(ctx, &mut tx, &account, password).await?;
    }
    tx.commit().await?;
    Ok(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::password::Characters;

    #[test]
    fn a_random_password_obeys_any_policy() -> Result<(), Box<dyn std::error::Error>> {
        let blocklist = Blocklist::load(None)?;
        for (min_length, max_length, forbidden) in [(8, 64, ""), (64, 64, "åäö"), (15, 128, "-&")]
        {
            let policy = Policy {
                min_length,
                max_length,
                characters: Characters::LettersAndDigits,
                forbidden: forbidden.to_owned(),
                history: 0,
            };
            for _ in 0..200 {
                let password = random_password(&policy, &blocklist)?;
                assert_eq!(password::problems(&policy, &password, &[], None), None);
            }
        }
        Ok(())
    }
}
