//! The words that relays are known to use, in lower case, for answers whose codes do not say enough.

pub(super) const HELLO: &[&str] = &[
    "helo ",
    "ehlo",
    "helo/",
    "fully-qualified hostname",
    "fully qualified hostname",
    "heloname",
];

pub(super) const RELAYING: &[&str] = &[
    "relaying",
    "relay access",
    "relay not",
    "not relay",
    "relay denied",
    "not permitted to relay",
    "to relay",
    "no relay",
    "open relay",
    "rcpthosts",
    "relay for",
];

pub(super) const SENDER: &[&str] = &[
    "sender",
    "from address",
    "mail from",
    "envelope from",
    "return path",
    "return-path",
    "not allowed to send",
    "send as",
];

/// Marks of the domain that are called authentication too.
pub(super) const DOMAIN_AUTH: &[&str] = &["dmarc", "dkim", "spf"];

pub(super) const US: &[&str] = &[
    "client host",
    "your host",
    "your ip",
    "your server",
    "your network",
    "reverse dns",
    "ptr record",
    "rdns",
    "blacklist",
    "blocklist",
    "block list",
    "blocked using",
    "spamhaus",
    "barracuda",
    "rbl",
    "dnsbl",
    "reputation",
    "rate limit",
    "too many",
    "policy",
    "administrative",
    "access denied",
    "not authorized",
    "not authorised",
    "unauthorized",
    "authenticat",
    "dmarc",
    "dkim",
    "spf ",
    "starttls",
    "tls required",
    "banned",
    "not verified",
];

/// They ask to come back, whatever else they say.
pub(super) const LATER: &[&str] = &["greylist", "graylist", "grey-list", "try again", "throttl"];

pub(super) const RECIPIENT: &[&str] = &[
    "no such user",
    "user unknown",
    "unknown user",
    "user not found",
    "no such recipient",
    "recipient unknown",
    "unknown recipient",
    "invalid recipient",
    "recipient not found",
    "recipient rejected",
    "address rejected",
    "no such mailbox",
    "no mailbox",
    "mailbox unavailable",
    "mailbox not found",
    "unknown mailbox",
    "mailbox unknown",
    "invalid mailbox",
    "mailbox disabled",
    "mailbox is disabled",
    "no such address",
    "address unknown",
    "unknown address",
    "address does not exist",
    "does not exist",
    "doesn't exist",
    "not exist here",
    "account disabled",
    "account is disabled",
    "account has been disabled",
    "account inactive",
    "account that you tried to reach",
    "doesn't have a",
    "user not local",
    "unrouteable address",
    "unroutable address",
    "undeliverable address",
    "unknown local",
    "is not a valid mailbox",
    "not a known user",
    "no account",
    "unknown in",
    "domain not found",
    "no such domain",
];

/// Of a recipient whose mailbox is full.
pub(super) const FULL: &[&str] = &[
    "mailbox full",
    "mailbox is full",
    "mailbox for user is full",
    "mailbox over quota",
    "mailbox is over quota",
    "mailbox quota",
    "inbox is full",
    "inbox is out of storage",
    "user is over quota",
    "user over quota",
    "recipient is over quota",
    "recipient over quota",
    "tried to reach is over quota",
];

/// Something is used up, and they do not say whose.
pub(super) const QUOTA: &[&str] = &[
    "over quota",
    "quota exceeded",
    "exceeded storage",
    "out of storage",
];

pub(super) const MESSAGE: &[&str] = &[
    "too large",
    "too big",
    "message size",
    "size limit",
    "exceeds",
    "content",
    "virus",
    "malware",
    "spam",
    "attachment",
    "header",
];
