//! What `rekey check` tells for whoever runs mail: the addresses to let through, and the records to publish.

use crate::server::config::Mail;
use crate::server::delivery::mail::records::{ADDRESS, KEY, SELECTOR, records};

/// Prints it.
pub(super) fn list(mail: &Mail) {
    let senders: Vec<String> = mail.senders().iter().map(ToString::to_string).collect();
    println!("mail comes from: {}", senders.join(", "));
    for domain in records(mail) {
        println!(
            "records (TXT) of {}; a domain has one SPF record, so add to the one that is there:",
            domain.name
        );
        let own = [&domain.spf].into_iter();
        for record in own.chain(&domain.dkim).chain([&domain.dmarc]) {
            println!("  {}  \"{}\"", record.name, record.value);
        }
        let shows = |wanted: &str| {
            let dkim = domain.dkim.iter();
            dkim.chain([&domain.spf])
                .any(|record| record.name.contains(wanted) || record.value.contains(wanted))
        };
        if shows(SELECTOR) || shows(KEY) {
            println!(
                "  Rekey signs no mail, the relay does: ask whoever runs it for {SELECTOR} and {KEY}"
            );
        }
        if shows(ADDRESS) {
            println!("  {ADDRESS} is the one that the relay on this machine sends from");
        }
    }
}
