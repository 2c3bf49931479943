//! What `rekey check` says about the look-up of breached passwords.
use super::CommandError;
use crate::server::password::breached::Breached;

/// Names the source, tries it, and says what happens when it does not answer.
pub(super) async fn tell(breached: &Breached) -> Result<(), CommandError> {
    let Some((name, answer)) = breached.probe().await else {
        println!("breached passwords: not looked up");
        return Ok(());
    };
    let failing = if breached.fails_open() {
        "when it does not, passwords are taken all the same"
    } else {
        "when it does not, no password is taken"
    };
    match answer {
        Ok(()) => {
            println!("breached passwords: {name} answers; {failing}");
            Ok(())
        }
        Err(unanswered) => {
            println!("breached passwords: {name}: {unanswered}; {failing}");
            Err(CommandError::Rejected(
                "breached passwords cannot be looked up".to_owned(),
            ))
        }
    }
}
