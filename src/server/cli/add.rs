//! Adding a person, on the command line.

use std::io::Read as _;

use clap::{ArgGroup, Args};
use zeroize::Zeroizing;

use super::CommandError;
use super::language::language;
use crate::rules::password::nfc;
use crate::server::account::add::{self as accounts, NewPerson};
use crate::server::base::failure::Fault;
use crate::server::context::Context;
use crate::server::directory::Password;
use crate::texts::Language;

/// A person to add.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command by itself"
)]
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("contact").args(["mail", "phone"]).required(true).multiple(true))]
pub struct AddArguments {
    /// The user name
    #[arg(long)]
    user_name: String,
    /// The person's name
    #[arg(long)]
    name: String,
    /// An e-mail address that is known to be theirs; needed where no number is given
    #[arg(long)]
    mail: Option<String>,
    /// A mobile number that is known to be theirs; needed where no address is given
    #[arg(long)]
    phone: Option<String>,
    /// Their postal code, where [reset] `ask_postal_code` is on
    #[arg(long)]
    postal_code: Option<String>,
    /// The id of a provider in `[[accounts.federated]]` where they sign in, instead of with a password here
    #[arg(long, conflicts_with_all = ["password_stdin", "no_password"])]
    signs_in_with: Option<String>,
    /// Without a password, until somebody gives them one
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    /// Language of mails: sv, nb or en
    #[arg(long, default_value = "sv", value_parser = language)]
    language: Language,
    /// The person administers
    #[arg(long)]
    administrator: bool,
    /// Read the first password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// The first password must be changed at the first sign-in
    #[arg(long, conflicts_with_all = ["signs_in_with", "no_password"])]
    must_change: bool,
}

/// `rekey account add`.
pub(super) async fn add(ctx: &Context, person: AddArguments) -> Result<(), CommandError> {
    let password = if person.no_password || person.signs_in_with.is_some() {
        None
    } else if person.password_stdin {
        let mut typed = Zeroizing::new(String::new());
        std::io::stdin().read_to_string(&mut typed)?;
        Some(Password::new(nfc(typed.trim_end_matches(['\r', '\n']))))
    } else {
        let policy = ctx.directory.policy();
        Some(accounts::random_password(policy, &ctx.blocklist).map_err(Fault::from)?)
    };
    let new = NewPerson {
        user_name: &person.user_name,
        name: &person.name,
        mail: person.mail.as_deref(),
        phone: person.phone.as_deref(),
        postal_code: person.postal_code.as_deref(),
        signs_in_with: person.signs_in_with.as_deref(),
        language: person.language,
        administrator: person.administrator,
        must_change: person.must_change,
    };
    let account = accounts::add(ctx, new, password.clone()).await?;
    match password.filter(|_| !person.password_stdin) {
        Some(password) => println!(
            "added {} with the password {}",
            account.user_name, &*password
        ),
        None => println!("added {}", account.user_name),
    }
    Ok(())
}
