//! The organisation's logo and colours: shown without loosening the policy for pages, and refused where nobody could read them.

use super::command_line::refused;
use crate::support::{Browser, Engine, Setup, on_sqlite};

on_sqlite!(logo_and_colours_stand_on_every_page);

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"40\"><script>alert(1)</script></svg>";

/// The addresses of a page's files that begin so.
fn address(body: &str, mark: &str) -> String {
    let (_, rest) = body
        .split_once(mark)
        .unwrap_or_else(|| panic!("no {mark}: {body}"));
    rest.split('"').next().unwrap().to_owned()
}

async fn logo_and_colours_stand_on_every_page(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.svg");
    std::fs::write(&logo, SVG).unwrap();
    let config = format!(
        "[site]\nname = \"Kommunen\"\nlogo = '{}'\ncolours = {{ accent = \"#7a1f5c\", accent_dark = \"#f0a8d4\" }}\n",
        logo.display()
    );
    let server = Setup::new(engine).config(&config).start().await;
    let mut browser = server.browser();
    for path in [
        "/forgot-password",
        "/sign-in",
        "/help",
        "/nope",
        "/dev/mailbox",
    ] {
        let page = browser.look(path).await;
        let logo = format!("/brand/logo{}", address(&page.body, "src=\"/brand/logo"));
        assert!(page.body.contains("alt=\"Kommunen\""), "{path}");
        let own = address(&page.body, "<link rel=\"stylesheet\" href=\"/brand/");
        let usual = page
            .body
            .find("<link rel=\"stylesheet\" href=\"/pkg/")
            .unwrap();
        assert!(usual < page.body.find("/brand/colours").unwrap(), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("style-src 'self';") && policy.contains("img-src 'self';"));

        let logo = browser.look(&logo).await;
        assert_eq!(logo.header("content-type"), Some("image/svg+xml"));
        assert_eq!(logo.body, SVG);
        let policy = logo.header("content-security-policy").unwrap();
        assert!(
            policy.contains("script-src 'none'"),
            "opened alone it runs nothing"
        );
        assert_eq!(logo.header("x-content-type-options"), Some("nosniff"));
        let sheet = browser.look(&format!("/brand/{own}")).await;
        assert_eq!(
            sheet.header("content-type"),
            Some("text/css; charset=utf-8")
        );
        assert!(sheet.body.contains("--accent: #7a1f5c;"), "{}", sheet.body);
        for file in [logo, sheet] {
            let caching = file.header("cache-control").unwrap();
            assert!(caching.contains("immutable"), "{caching}");
            let bare = file.path.split('?').next().unwrap();
            for other in [bare.to_owned(), format!("{bare}?v=older")] {
                let caching = browser.look(&other).await;
                assert_eq!(caching.header("cache-control"), Some("no-cache"));
            }
        }
    }
    let server = Setup::new(engine).start().await;
    let mut browser: Browser = server.browser();
    let page = browser.look("/help").await;
    assert!(!page.body.contains("/brand/"));
    assert!(page.body.contains("<header>Rekey</header>"));
    for none in ["/brand/logo", "/brand/colours.css"] {
        assert_eq!(browser.look(none).await.status, 404);
    }
}

#[tokio::test]
async fn a_start_with_colours_that_nobody_can_read_stops() {
    let pale = "[site]\ncolours = { accent = \"#9bd\", accent_dark = \"#f0a8d4\" }\n";
    let said = refused(pale, &["serve", "--dev"], &[]).await;
    assert!(
        said.contains("mine.toml:2: `site.colours.accent` must be"),
        "{said}"
    );
    let pale = pale.replace("#9bd", "#99bbdd");
    for command in ["serve", "check"] {
        let said = refused(&pale, &[command, "--dev"], &[]).await;
        let ratio = said
            .split_once("mine.toml:2: `site.colours.accent` has a contrast of ")
            .and_then(|(_, rest)| rest.split_once(":1"))
            .map(|(ratio, _)| ratio.parse::<f64>().unwrap());
        assert!(
            ratio.is_some_and(|ratio| (1.0..4.5).contains(&ratio)),
            "{said}"
        );
        assert!(said.contains("needs at least 4.5:1"), "{said}");
    }
}
