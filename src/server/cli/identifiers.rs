//! What `rekey check` tells of addresses, numbers and user names that do not stand as they would be stored today.

use crate::server::identifiers::rewrite::Finding;
use crate::server::store::readings::Reading;

/// Prints it; addresses and numbers only in part.
pub(super) fn list(findings: &[Finding]) {
    let groups = [
        (
            "contacts to which messages would go elsewhere than before, or nowhere: each has lost its confirmation until its owner adds it \
             again at /account/security",
            Reading::Changed,
            true,
        ),
        (
            "contacts that are the same as another one of their account: that one stays, these have lost their confirmation",
            Reading::Collides,
            true,
        ),
        (
            "user names that are the same as another account's: nobody can sign in with them, give these people another one",
            Reading::Collides,
            false,
        ),
    ];
    for (what, reading, is_contact) in groups {
        let group: Vec<&Finding> = findings
            .iter()
            .filter(|found| found.reading == reading && found.contact.is_some() == is_contact)
            .collect();
        if group.is_empty() {
            continue;
        }
        println!("{what}:");
        for found in group {
            match &found.contact {
                Some(contact) => println!("  {}  {contact}", found.user_name.escape_debug()),
                None => println!("  {}", found.user_name.escape_debug()),
            }
        }
    }
}
