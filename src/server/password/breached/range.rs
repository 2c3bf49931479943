//! The range protocol of Pwned Passwords: the service gets five digits of the hash and answers with the rest of every hash that begins with
//! them. <https://haveibeenpwned.com/API/v3#PwnedPasswords>
use std::time::Duration;

use reqwest::Client;
use url::Url;

use super::Unanswered;
use crate::server::base::outbound;

/// Digits of the hash that are sent. Each stands for some thousand passwords that are known, and for countless others.
const SENT: usize = 5;

/// How long a person waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// A padded answer has some 40 KiB.
const LONGEST_ANSWER: usize = 512 * 1024;

/// The service.
#[derive(Debug)]
pub(super) struct Service {
    client: Client,
    url: Url,
}

impl Service {
    pub(super) fn new(url: &Url) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: outbound::client(PATIENCE)?,
            url: url.clone(),
        })
    }

    /// Its name, for people.
    pub(super) fn name(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether the service knows this hash, which is in upper case.
    pub(super) async fn lists(&self, hash: &str) -> Result<bool, Unanswered> {
        let (sent, kept) = hash.split_at(SENT);
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["range", sent]);
        }
        // Padding hides from whoever watches the line how many hashes came, and so which five digits were asked for.
        let request = self.client.get(url).header("Add-Padding", "true");
        let answer = outbound::ask(request, LONGEST_ANSWER).await?;
        if answer.status != 200 {
            return Err(Unanswered::Status(answer.status));
        }
        Some(answer.body)
            .filter(|_| !answer.is_cut)
            .and_then(|body| has(&body, kept))
            .ok_or(Unanswered::NoList)
    }
}

/// Whether the list has this rest of a hash; lines that count 0 are padding. `None` when it is no list.
fn has(list: &str, kept: &str) -> Option<bool> {
    let mut lines = 0;
    let mut found = false;
    for line in list.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if line.is_empty() {
            continue;
        }
        let (rest, count) = line.split_once(':')?;
        let is_rest = rest.len() == kept.len() && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let count: u64 = count.trim().parse().ok().filter(|_| is_rest)?;
        lines += 1;
        found |= count > 0 && rest.eq_ignore_ascii_case(kept);
    }
    (lines > 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_marks_and_line_ends_are_seen_through() {
        let kept = "00A8DAE4228F821FB418F59826079BF368F";
        let other = "011053FD0102E94D6AE2F8B83D76FAF94F6";
        assert_eq!(has(&format!("{kept}:3"), kept), Some(true));
        let marked = format!("\u{feff}{other}:1\r\n{}:37\r\n", kept.to_lowercase());
        assert_eq!(has(&marked, kept), Some(true));
        assert_eq!(has(&format!("{kept}:0\r\n{other}:2"), kept), Some(false));
        assert_eq!(has(&format!("{other}:2\n\n"), kept), Some(false));
        for no_list in ["", "\n", "<html>", kept, &format!("{kept}:many"), "00A8:3"] {
            assert_eq!(has(no_list, kept), None, "{no_list}");
        }
    }
}
