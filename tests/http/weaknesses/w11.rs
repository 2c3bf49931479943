//! W11: how many accounts share an address does not show in the time of a sign-in, under load neither.

use std::time::Duration;

use futures::future::join_all;

use crate::support::{Engine, Server, Setup, measured, on_both_engines, timed};

on_both_engines!(w11_a_shared_address_takes_no_longer);

const SHARED: &str = "familjen@demo.example";

/// How long a sign-in takes that is refused.
async fn time_of(server: &Server, who: &str) -> Duration {
    let fields = [
        ("identifier", who),
        ("password", "fel lösenord helt och hållet"),
    ];
    let mut browser = server.browser();
    let (answer, took) = timed(browser.post_data("/api/sign-in", &fields)).await;
    assert_eq!(answer.problems(), ["sign_in_refused"], "{who}");
    took
}

/// Others who sign in all the while.
async fn others(server: &Server, number: usize) {
    for round in 0.. {
        time_of(server, &format!("stranger-{number}-{round}")).await;
    }
}

async fn w11_a_shared_address_takes_no_longer(engine: Engine) {
    let server = Setup::new(engine)
        .set("HASHING__SLOTS", 1)
        .set("HASHING__SIGN_IN_DEADLINE_MS", 100)
        .start()
        .await;
    for who in ["mor", "far", "son"] {
        server.add(who, SHARED, &[]).await;
    }
    let measured = measured(async || {
        let mut times = [const { Vec::new() }; 3];
        // By turns, so that whatever else the machine does falls on all of them; what it does to one of them alone is no median.
        for _ in 0..7 {
            for (times, who) in times.iter_mut().zip([SHARED, "anna", "kalle"]) {
                times.push(time_of(&server, who).await);
            }
        }
        let [shared, own, nobody] = times.map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        });
        // Three turns in the queue would be three waits, each time.
        if shared < own + nobody {
            Ok(())
        } else {
            Err(format!("{shared:?} to {own:?} and {nobody:?}"))
        }
    });
    let load = join_all((0..12).map(|number| others(&server, number)));
    tokio::select! {
        () = measured => {}
        _ = load => unreachable!("they never end"),
    }
}
