//! W11: how many accounts share an address does not show in the time of a sign-in, under load neither.

use std::time::{Duration, Instant};

use futures::future::join_all;

use crate::support::{Engine, Server, Setup, on_both_engines};

on_both_engines!(w11_a_shared_address_takes_no_longer);

const SHARED: &str = "familjen@demo.example";

/// How long a sign-in takes that is refused.
#[expect(
    clippy::disallowed_methods,
    reason = "the time of an answer is what is tested"
)]
async fn time_of(server: &Server, who: &str) -> Duration {
    let fields = [
        ("identifier", who),
        ("password", "fel lösenord helt och hållet"),
    ];
    let begun = Instant::now();
    let answer = server.browser().post_data("/api/sign-in", &fields).await;
    assert_eq!(answer.problems(), ["sign_in_refused"], "{who}");
    begun.elapsed()
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
    let measured = async {
        let mut times = [const { Vec::new() }; 3];
        // By turns, so that whatever else the machine does falls on all of them; what it does to one of them alone is no median.
        for _ in 0..7 {
            for (times, who) in times.iter_mut().zip([SHARED, "anna", "kalle"]) {
                times.push(time_of(&server, who).await);
            }
        }
        times.map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        })
    };
    let load = join_all((0..12).map(|number| others(&server, number)));
    let times = tokio::select! {
        times = measured => times,
        _ = load => unreachable!("they never end"),
    };
    // Three turns in the queue would be three waits.
    let [shared, own, nobody] = times;
    assert!(shared < own + nobody, "{times:?}");
}
