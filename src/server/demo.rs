//! The people of `--demo`, with fresh random passwords that are printed once, when they are added.

use super::account::add::{AddError, NewPerson, add, random_password};
use super::context::Context;
use crate::texts::Language;

const PEOPLE: [NewPerson<'static>; 3] = [
    NewPerson {
        user_name: "anna",
        name: "Anna Berg",
        mail: "anna.berg@demo.example",
        phone: Some("+46701740605"),
        language: Language::Sv,
        administrator: false,
    },
    NewPerson {
        user_name: "bjorn",
        name: "Bjørn Dahl",
        mail: "bjorn.dahl@demo.example",
        phone: Some("+46701740606"),
        language: Language::Nb,
        administrator: false,
    },
    NewPerson {
        user_name: "grace",
        name: "Grace Holm",
        mail: "grace.holm@demo.example",
        phone: None,
        language: Language::En,
        administrator: true,
    },
];

/// Adds the people who are not there yet. A line for each, to be printed: a password is known only when it is made.
///
/// # Errors
/// [`AddError`] when one cannot be added for another reason than being there.
pub async fn add_people(ctx: &Context) -> Result<Vec<String>, AddError> {
    let mut lines = Vec::new();
    for person in PEOPLE {
        let password = random_password(&ctx.config.password.policy())?;
        let line = match add(ctx, person, password.clone()).await {
            Ok(_) => format!("demo: {}  {}  {}", person.user_name, person.mail, *password),
            Err(AddError::UserNameTaken(_)) => format!(
                "demo: {}  {}  (the password is as it was)",
                person.user_name, person.mail
            ),
            Err(error) => return Err(error),
        };
        lines.push(line);
    }
    Ok(lines)
}
