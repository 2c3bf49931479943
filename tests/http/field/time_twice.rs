//! The hour that the clock shows twice, at the end of summer time.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::support::{Engine, ReceivedMail, Server, Setup, Smtp, on_sqlite};

on_sqlite!(f21_an_hour_that_comes_twice_says_which);

/// The moment in 2040 at which clocks are put back.
fn put_back(zone: &TimeZone) -> Timestamp {
    let year: Timestamp = "2040-01-01T00:00:00Z".parse().expect("a time");
    let mut ahead = zone.following(year);
    let found = ahead.find(|each| !each.dst().is_dst());
    found.expect("clocks are put back once a year").timestamp()
}

/// The mail with a code that somebody gets who asks this long before or after that moment.
async fn asked(server: &Server, smtp: &mut Smtp, who: &str, at: Timestamp) -> ReceivedMail {
    server.stop_clock_at(at.as_second()).await;
    server.browser().begin(who).await;
    smtp.next().await
}

async fn f21_an_hour_that_comes_twice_says_which(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup
        .set("SITE__TIME_ZONE", "Europe/Stockholm")
        .set("RESET__CODE_LIFETIME_MAIL", 30)
        .start()
        .await;
    let zone = TimeZone::get("Europe/Stockholm").expect("a zone");
    let back = put_back(&zone);
    // At 02.45 in summer: until 02.15, which is half an hour from then.
    let letter = asked(&server, &mut smtp, "anna", back - 15.minutes()).await;
    assert!(
        letter.text().contains("kl. 02.15 vintertid"),
        "{}",
        letter.text()
    );
    assert!(letter.html().contains("vintertid"), "{}", letter.html());
    // In the other languages, and the first of the two.
    let letter = asked(&server, &mut smtp, "bjorn", back - 14.minutes()).await;
    assert!(
        letter.text().contains("kl. 02.16 vintertid"),
        "{}",
        letter.text()
    );
    let letter = asked(&server, &mut smtp, "grace", back - 13.minutes()).await;
    assert!(
        letter.text().contains("02:17 UTC+01:00"),
        "{}",
        letter.text()
    );
    // Once the hour is over, a time of day is what it was.
    let letter = asked(&server, &mut smtp, "anna", back + 90.minutes()).await;
    assert!(letter.text().contains("kl. 04.00"), "{}", letter.text());
    assert!(!letter.text().contains("vintertid"), "{}", letter.text());
}
