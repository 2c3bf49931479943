//! F12: the table of `tests/vectors/identifiers.json` through the first step.

use std::collections::BTreeMap;

use rekey::texts::Text;
use serde_json::Value;

use crate::support::{Engine, Setup, Smtp, english, on_both_engines};

on_both_engines!(f12_the_first_step_reads_the_whole_table);

async fn f12_the_first_step_reads_the_whole_table(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine)
        .relay(&smtp)
        .set("RESET__IDENTIFIERS", "mail,phone,user_name")
        .set("LIMITS__MESSAGES_BURST", 100)
        .start()
        .await;
    let table: Vec<Value> =
        serde_json::from_str(include_str!("../../vectors/identifiers.json")).unwrap();
    // One account for each address or number; those with a number are reached by an address of their own.
    let mut reached = BTreeMap::new();
    for line in &table {
        let (Some(to), Some(canonical)) = (line["goes_to"].as_str(), line["canonical"].as_str())
        else {
            continue;
        };
        if reached.contains_key(canonical) {
            continue;
        }
        let who = format!("v{}", reached.len());
        let own = format!("{who}@reached.example");
        if line["kind"] == "phone" {
            server.add(&who, &own, &["--phone", to]).await;
            reached.insert(canonical, own);
        } else {
            server.add(&who, to, &[]).await;
            reached.insert(canonical, to.to_owned());
        }
    }
    for line in &table {
        let typed = line["typed"].as_str().unwrap();
        let page = server.browser().begin(typed).await;
        if line["refused"] == true {
            let refused = [english(Text::ProblemIdentifierUnusable)];
            assert_eq!(page.errors(), refused, "{typed:?}");
            continue;
        }
        assert_eq!(
            page.path,
            "/forgot-password/code",
            "{typed:?}: {:?}",
            page.errors()
        );
        // The mail goes to the address as it is stored.
        let canonical = line["canonical"].as_str().unwrap();
        if let Some(to) = reached.get(canonical) {
            assert_eq!(smtp.next().await.to, [to.as_str()], "{typed:?}");
        }
    }
}
