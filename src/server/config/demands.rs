//! What a start demands of a configuration, and what `rekey check` says about one that is weaker than it need be.

use super::error::Finding;
use super::loopback::is_loopback;
use super::{After, Config, Mode, Relay, RequireFactor};
use crate::rules::channel::ProveBy;
use crate::rules::password::Characters;

impl Config {
    /// Whether the server may start with it.
    ///
    /// # Errors
    /// One sentence for each thing that is missing or not allowed, saying what to set.
    pub fn check(&self, mode: Mode) -> Result<(), Vec<String>> {
        let demands = self.demands_beside(mode, &[]);
        if demands.is_empty() {
            Ok(())
        } else {
            Err(demands)
        }
    }

    /// The same sentences, beside what else is wrong: nothing is called missing that was given and refused, or may stand in a file that
    /// could not be read.
    pub(super) fn demands_beside(&self, mode: Mode, findings: &[Finding]) -> Vec<String> {
        let demands = match mode {
            Mode::Production => self.production_demands(),
            Mode::Dev => self.dev_demands(),
        };
        let is_open = |demand: &Demand| {
            findings.iter().all(|found| {
                !found.key.is_empty() && !demand.keys.iter().any(|key| found.key.starts_with(key))
            })
        };
        demands
            .into_iter()
            .filter(is_open)
            .map(|demand| demand.sentence.to_owned())
            .collect()
    }

    fn production_demands(&self) -> Vec<Demand> {
        let mut demands = Vec::new();
        let mut demand = |keys, sentence| demands.push(Demand { keys, sentence });
        match &self.site.public_url {
            None => demand(
                &["site.public_url"],
                "Set [site] public_url (REKEY__SITE__PUBLIC_URL) to the https address that people type, such as https://rekey.example.org.",
            ),
            Some(url) if url.scheme() != "https" => demand(
                &["site.public_url"],
                "Set [site] public_url (REKEY__SITE__PUBLIC_URL) to an https address: http is allowed only with --dev.",
            ),
            Some(_) => {}
        }
        let has_own = |relay: &Relay| relay.sender.is_some();
        let all_have_own = !self.mail.relays.is_empty() && self.mail.relays.iter().all(has_own);
        if self.mail.sender.is_none() && !all_have_own {
            demand(
                &["mail.sender", "mail.relays.sender"],
                "Set [mail] sender (REKEY__MAIL__SENDER) to the address that mails come from, such as \"Rekey <rekey@example.org>\".",
            );
        }
        if self.mail.relays.is_empty() {
            demand(
                &["mail.relay"],
                "Set a relay that takes mail: [[mail.relays]] with a host in a file, or REKEY__MAIL__RELAY_URL.",
            );
        }
        if self.reset.offers(ProveBy::SmsCode) && self.sms.gateway.is_none() {
            demand(
                &["sms.gateway", "reset.prove_by"],
                "Set [sms] gateway (REKEY__SMS__GATEWAY) to the gateway that takes text messages, or take \"sms_code\" out of [reset] prove_by.",
            );
        }
        demands
    }

    fn dev_demands(&self) -> Vec<Demand> {
        let sentence = match &self.site.public_url {
            Some(url) if !url.host_str().is_some_and(is_loopback) => {
                "Leave out [site] public_url (REKEY__SITE__PUBLIC_URL) or set it to a loopback address such as http://localhost:3000: --dev is for this machine only."
            }
            None if !self.site.listen.ip().is_loopback() => {
                "Set [site] listen (REKEY__SITE__LISTEN) to a loopback address, or [site] public_url to one such as http://localhost:3000: --dev is for this machine only."
            }
            _ => return Vec::new(),
        };
        let keys = &["site.public_url", "site.listen"];
        vec![Demand { keys, sentence }]
    }

    /// One sentence for each setting that protects less than the built-in value, with the reason. For `rekey check` and the log
    /// at start.
    #[must_use]
    pub fn weaker_than_default(&self) -> Vec<String> {
        let built_in = Self::built_in(Mode::Production);
        let mut sentences = Vec::new();
        for (mine, usual) in self.numbers().into_iter().zip(built_in.numbers()) {
            let (key, why) = (mine.key, mine.why);
            let side = match mine.weak {
                Weak::Below if mine.value < usual.value => "below",
                Weak::Above if mine.value > usual.value => "above",
                _ => continue,
            };
            let (mine, usual) = (mine.value, usual.value);
            sentences.push(format!("{key} is {mine}, {side} {usual} ({why})"));
        }
        for relay in self
            .mail
            .relays
            .iter()
            .filter(|relay| relay.plain_in_own_network)
        {
            sentences.push(format!("mail.relays {} has plain_in_own_network (ASVS 12.3.1: where it offers no STARTTLS, live codes and links go through your network in clear)", relay.host));
        }
        if self.password.policy.characters != Characters::Unicode {
            sentences.push("password.characters is not \"unicode\" (NIST SP 800-63B-4 3.1.1.2 asks for all characters and no rules of composition)".to_owned());
        }
        if !self.password.policy.forbidden.is_empty() {
            sentences.push("password.forbid_characters refuses some (NIST SP 800-63B-4 3.1.1.2 asks for all characters)".to_owned());
        }
        if self.password.max_age_days > 0 {
            sentences.push("password.max_age_days makes passwords expire (NIST SP 800-63B-4 3.1.1.2: no change is asked for unless there is a sign that somebody else knows the password)".to_owned());
        }
        if self.reset.after == After::SignedIn {
            sentences.push("reset.after is \"signed_in\" (OWASP Forgot Password Cheat Sheet: let the person sign in with the new password)".to_owned());
        }
        if self.reset.reveal_unknown {
            sentences.push("reset.reveal_unknown is true (OWASP Forgot Password Cheat Sheet: an answer that tells strangers who has an account)".to_owned());
        }
        if self.accounts.require_factor == RequireFactor::Nobody {
            sentences.push("accounts.require_factor is \"nobody\" (ASVS 6.3.3 and OWASP Multifactor Authentication Cheat Sheet: administrators have a second factor)".to_owned());
        }
        if self.reset.prove_by == [ProveBy::SmsCode] {
            sentences.push("reset.prove_by is \"sms_code\" alone (NIST SP 800-63B-4 3.1.3.3: offer something besides text messages, which can be read and redirected; \"mail_code\" is the alternative)".to_owned());
        }
        sentences
    }

    /// Every number that makes things weaker when it goes to one side.
    #[rustfmt::skip]
    fn numbers(&self) -> [Number; 22] {
        const FLOOD: &str = "a stranger can fill somebody's mailbox";
        const GUESS: &str = "a guesser gets more chances";
        const LEFT: &str = "a screen that was left open stays signed in for longer";
        let (password, reset) = (&self.password.policy, &self.reset);
        let (limits, sessions) = (&self.limits, &self.sessions);
        [
            below("password.min_length", password.min_length, "NIST SP 800-63B-4 3.1.1.2 demands 15 where the password is the only factor"),
            below("password.max_length", password.max_length, "long phrases are refused"),
            above("reset.code_lifetime_mail (minutes)", reset.code_lifetime_mail, "a code in a mailbox is open to whoever reads it later"),
            above("reset.code_lifetime_sms (minutes)", reset.code_lifetime_sms, "NIST SP 800-63B-4 4.2.1.2: ten minutes at most"),
            above("reset.link_lifetime (minutes)", reset.link_lifetime, "OWASP WSTG-ATHN-09: a link works for an hour, rarely for more"),
            above("reset.tries", reset.tries, GUESS),
            above("reset.resends", reset.resends, GUESS),
            below("reset.first_resend_after (seconds)", reset.first_resend_after, FLOOD),
            above("reset.choose_attempts", reset.choose_attempts, "every attempt costs a hash"),
            above("reset.proof_lifetime (minutes)", reset.proof_lifetime, "OWASP Forgot Password Cheat Sheet: a limited session, short"),
            above("sms.budget_per_hour", self.sms.budget_per_hour, "a stranger can run up a bill"),
            above("limits.messages_burst", limits.messages_burst, FLOOD),
            above("limits.messages_per_hour", limits.messages_per_hour, FLOOD),
            above("limits.wrong_codes_per_day", limits.wrong_codes_per_day, "a guesser's chance is to stay under 1 in 10 000 a day"),
            above("limits.requests_per_address_per_minute", limits.requests_per_address_per_minute, GUESS),
            above("limits.requests_burst", limits.requests_burst, GUESS),
            above("limits.sign_in_failures_burst", limits.sign_in_failures_burst, GUESS),
            below("limits.sign_in_wait_seconds", limits.sign_in_wait_seconds, GUESS),
            above("sessions.idle (hours)", sessions.idle, LEFT),
            above("sessions.absolute (days)", sessions.absolute, "NIST SP 800-63B-4 2.1.3: at most 30 days"),
            above("sessions.idle_admin (minutes)", sessions.idle_admin, LEFT),
            above("sessions.absolute_admin (hours)", sessions.absolute_admin, "OWASP Session Management Cheat Sheet: 4 to 8 hours"),
        ]
    }
}

/// What a start demands, and the beginnings of the keys that it is about.
struct Demand {
    keys: &'static [&'static str],
    sentence: &'static str,
}

/// On which side of the built-in value a number is weaker.
enum Weak {
    Below,
    Above,
}

struct Number {
    key: &'static str,
    value: u32,
    weak: Weak,
    why: &'static str,
}

fn below(key: &'static str, value: impl Into<u32>, why: &'static str) -> Number {
    Number {
        key,
        value: value.into(),
        weak: Weak::Below,
        why,
    }
}

fn above(key: &'static str, value: impl Into<u32>, why: &'static str) -> Number {
    Number {
        key,
        value: value.into(),
        weak: Weak::Above,
        why,
    }
}
