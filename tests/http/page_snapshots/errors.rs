//! The pages of answers that are errors.

use reqwest::Method;

use super::{Album, setup, signed_in, swedish};
use crate::support::Browser;

#[tokio::test]
async fn every_kind_of_error() {
    let server = setup().start().await;
    let mut browser = swedish(&server);
    let mut album = Album::new("errors");
    for language in ["sv", "nb", "en"] {
        let mut browser = browser.clone().speaking(language);
        album.take("404", &browser.look("/nope").await);
    }
    album.take("405", &browser.look("/api/sign-in").await);
    let posted = |path: &str| {
        let request = browser.request(Method::POST, path);
        request.header("accept", "text/html")
    };
    let path = "/api/sign-in";
    album.take("403", &Browser::send(path, posted(path)).await);
    let own = posted(path).header("origin", &browser.origin);
    let unreadable = own.header("content-type", "text/plain").body("x");
    album.take("415", &Browser::send(path, unreadable).await);
    let path = "/api/forgot-password/identify";
    let own = posted(path).header("origin", &browser.origin);
    let too_long = own.form(&[("identifier", "a".repeat(20_000))]);
    album.take("413", &Browser::send(path, too_long).await);
    let path = "/account/security?lang=sv";
    let elsewhere = browser.request(Method::GET, path);
    let elsewhere = elsewhere.header("accept", "text/html");
    let elsewhere = elsewhere.header("host", "evil.example");
    album.take("421", &Browser::send(path, elsewhere).await);
    album.take("404-logo", &browser.look("/brand/logo").await);
    // What a page stands on is gone.
    let mut anna = signed_in(&server, "anna").await;
    server
        .db
        .run("ALTER TABLE sessions RENAME TO elsewhere")
        .await;
    for language in ["sv", "nb", "en"] {
        anna = anna.speaking(language);
        album.take("500", &anna.look("/account/security").await);
    }
    too_many_and_too_busy(&mut album).await;
    album.close();
}

async fn too_many_and_too_busy(album: &mut Album) {
    let server = setup()
        .set("LIMITS__REQUESTS_BURST", 1)
        .set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", 1)
        .start()
        .await;
    let mut browser = swedish(&server);
    let page = browser.look("/forgot-password").await;
    let form = page.form(0);
    let mut answer = browser.post(&form, &[("identifier", "nobody")]).await;
    while answer.status == 303 {
        answer = browser.post(&form, &[("identifier", "nobody")]).await;
    }
    album.take("429", &answer);
    let setup = setup().set("HASHING__SLOTS", 1).set("HASHING__QUEUE", 1);
    let server = setup.start().await;
    let browser = swedish(&server);
    let page = browser.clone().look("/sign-in").await;
    let form = page.form(0);
    let fields = [("identifier", "anna"), ("password", "fel")];
    let many = (0..20).map(|_| Browser::send(&form.action, browser.form_post(&form, &fields)));
    let answers = futures::future::join_all(many).await;
    let busy = answers.iter().find(|answer| answer.status == 503);
    album.take("503", busy.expect("one of many finds no place"));
}
