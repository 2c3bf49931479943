//! The people of `--demo`, with fresh random passwords that are printed once, when they are added.
use crate::server::account::add::{AddError, NewPerson, add, random_password};
use crate::server::context::Context;
use crate::texts::Language;

const PEOPLE: [NewPerson<'static>; 6] = [
    NewPerson {
        user_name: "anna",
        name: "Anna Berg",
        mail: Some("anna.berg@demo.example"),
        phone: Some("+46701740605"),
        postal_code: Some("802 51"),
        signs_in_with: None,
        language: Language::Sv,
        administrator: false,
        must_change: false,
    },
    NewPerson {
        user_name: "bjorn",
        name: "Bjørn Dahl",
        mail: Some("bjorn.dahl@demo.example"),
        phone: Some("+46701740606"),
        postal_code: Some("0150"),
        signs_in_with: None,
        language: Language::Nb,
        administrator: false,
        must_change: false,
    },
    NewPerson {
        user_name: "grace",
        name: "Grace Holm",
        mail: Some("grace.holm@demo.example"),
        phone: None,
        postal_code: None,
        signs_in_with: None,
        language: Language::En,
        administrator: true,
        must_change: false,
    },
    NewPerson {
        user_name: "farid",
        name: "Farid Nouri",
        mail: Some("farid.nouri@demo.example"),
        phone: Some("+46701740690"),
        postal_code: None,
        signs_in_with: Some("google"),
        language: Language::Sv,
        administrator: false,
        must_change: false,
    },
    NewPerson {
        user_name: "nils",
        name: "Nils Ek",
        mail: Some("nils.ek@demo.example"),
        phone: Some("+46701740691"),
        postal_code: None,
        signs_in_with: None,
        language: Language::Sv,
        administrator: false,
        must_change: false,
    },
    NewPerson {
        user_name: "maja",
        name: "Maja Lund",
        mail: Some("maja.lund@demo.example"),
        phone: Some("+46701740689"),
        postal_code: None,
        signs_in_with: None,
        language: Language::Sv,
        administrator: false,
        must_change: true,
    },
];

/// Who has no password here, and why.
fn without_password(person: &NewPerson<'_>) -> Option<&'static str> {
    match person.user_name {
        "farid" => Some("signs in through Google"),
        "nils" => Some("has no password"),
        _ => None,
    }
}

/// Adds the people who are not there yet. A line for each, to be printed: a password is known only when it is made.
///
/// # Errors
/// [`AddError`] when one cannot be added for another reason than being there.
pub async fn add_people(ctx: &Context) -> Result<Vec<String>, AddError> {
    let mut lines = Vec::new();
    for person in PEOPLE {
        let mail = person.mail.unwrap_or_default();
        let why = without_password(&person);
        let password = match why {
            Some(_) => None,
            None => Some(random_password(ctx.directory.policy(), &ctx.blocklist)?),
        };
        // Without that provider in the configuration there is nothing to show: nobody is told where to go.
        let providers = &ctx.config.accounts.federated;
        let person = NewPerson {
            signs_in_with: person
                .signs_in_with
                .filter(|id| providers.iter().any(|provider| provider.id == *id)),
            ..person
        };
        let line = match add(ctx, person, password.clone()).await {
            Ok(_) => {
                let shown = password
                    .as_ref()
                    .map_or(why.unwrap_or_default(), |it| &**it);
                format!("demo: {}  {mail}  {shown}", person.user_name)
            }
            Err(AddError::UserNameTaken(_)) => format!(
                "demo: {}  {mail}  (the password is as it was)",
                person.user_name
            ),
            Err(error) => return Err(error),
        };
        lines.push(line);
    }
    Ok(lines)
}
