//! A phone with an app for codes, made after RFC 6238 and not after the program, and the pages on which a person sets one up.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::html::{all_between, between};
use super::{Browser, Page, Server};

/// The page on which somebody who is signed in looks after their second factor.
pub const ACCOUNT_FACTOR: &str = "/account/security/factor";

/// A phone that knows the secret of one account.
#[derive(Debug, Clone)]
pub struct Phone {
    pub secret: Vec<u8>,
    /// The key as the page shows it.
    pub key: String,
}

impl Phone {
    /// Reads the key of a page.
    pub fn read(page: &Page) -> Self {
        let mark = "<pre class=\"record\" translate=\"no\">";
        let key = between(&page.body, mark, "</pre>")
            .unwrap_or_else(|| panic!("{} shows no key: {}", page.path, page.text()))
            .to_owned();
        let packed: String = key.split_whitespace().collect();
        Self {
            secret: BASE32_NOPAD.decode(packed.as_bytes()).expect("base 32"),
            key,
        }
    }

    /// The code of so many steps from now.
    pub fn code(&self, server: &Server, steps: i64) -> String {
        assert!(
            server.is_stopped(),
            "a step could pass in the midst of this test: stop the clock (`Setup::stopped`)"
        );
        let now = server.now();
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.secret).unwrap();
        mac.update(&(now / 30 + steps).to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let offset = usize::from(hash[19] & 15);
        let mut four = [0; 4];
        four.copy_from_slice(&hash[offset..offset + 4]);
        format!(
            "{:06}",
            (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
        )
    }

    /// A code that has not been used yet: the next one, once it is there.
    pub async fn fresh(&self, server: &Server) -> String {
        server.advance(60).await;
        self.code(server, 0)
    }

    /// Six digits that are the code of none of the steps around now.
    pub fn wrong(&self, server: &Server) -> String {
        let near: Vec<String> = (-3..=3).map(|steps| self.code(server, steps)).collect();
        let mut all = (0..).map(|number| format!("{number:06}"));
        all.find(|code| !near.contains(code)).unwrap()
    }
}

impl Browser {
    /// Sets a second factor up on a page that offers it: the phone, the recovery codes, the page after that.
    pub async fn set_up(&mut self, server: &Server, page: &Page) -> (Phone, Vec<String>, Page) {
        let page = self.submit(page, 0, &[]).await;
        let phone = Phone::read(&page);
        let code = phone.code(server, 0);
        let page = self.submit(&page, 0, &[("totp", &code)]).await;
        let codes = recovery_codes(&page);
        let page = self.submit(&page, 0, &[("saved", "yes")]).await;
        (phone, codes, page)
    }

    /// Signs in and sets a second factor up: the phone and the recovery codes.
    pub async fn enrol(&mut self, server: &Server, who: &str) -> (Phone, Vec<String>) {
        self.sign_in(who, &server.passwords[who]).await;
        let page = self.get(ACCOUNT_FACTOR).await;
        let (phone, codes, page) = self.set_up(server, &page).await;
        assert_eq!(page.path, ACCOUNT_FACTOR);
        (phone, codes)
    }

    /// Gives the second factor on a page that asks for it.
    pub async fn show(&mut self, page: &Page, typed: &str) -> Page {
        self.submit(page, 0, &[("totp", typed)]).await
    }
}

/// The recovery codes of a page.
pub fn recovery_codes(page: &Page) -> Vec<String> {
    let codes = all_between(&page.body, "<li><code>", "</code></li>");
    assert!(
        !codes.is_empty(),
        "{} shows no codes: {}",
        page.path,
        page.text()
    );
    codes.into_iter().map(str::to_owned).collect()
}
