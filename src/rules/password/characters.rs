//! Which characters a password may have: those that a policy forbids by name, and those that are not ASCII where it takes nothing else.

use super::{Policy, Rule};

/// The characters that stand against a rule, each once, in the order of the password.
pub(super) fn offending(rule: Rule, policy: &Policy, password: &str) -> String {
    let mut found = String::new();
    for c in password
        .chars()
        .filter(|c| stands_against(rule, policy, *c))
    {
        if !found.contains(c) {
            found.push(c);
        }
    }
    found
}

/// The first of them.
pub(super) fn first(rule: Rule, policy: &Policy, password: &str) -> Option<char> {
    password.chars().find(|c| stands_against(rule, policy, *c))
}

fn stands_against(rule: Rule, policy: &Policy, c: char) -> bool {
    match rule {
        Rule::Forbidden => c.to_lowercase().any(|c| policy.forbidden.contains(c)),
        // What is forbidden by name is said there, with its reason.
        Rule::Ascii => !matches!(c, ' '..='~') && !stands_against(Rule::Forbidden, policy, c),
        _ => false,
    }
}

/// The class of characters that password managers may draw from, in the language of the `passwordrules` attribute: in a class of one's own
/// a hyphen comes first and a bracket last.
pub(super) fn allowed(policy: &Policy) -> String {
    if !policy.forbidden.contains(|c: char| c.is_ascii()) {
        return "ascii-printable".to_owned();
    }
    let signs = ('!'..='~').filter(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | ']'));
    let class: String = std::iter::once('-')
        .chain(signs)
        .chain(std::iter::once(']'))
        .filter(|c| !policy.forbidden.contains(*c))
        .collect();
    format!("lower, upper, digit, [{class}]")
}

/// How a character can be shown to somebody who is to take it out: itself, or its number in Unicode where it cannot be seen.
#[must_use]
pub fn shown(c: char) -> String {
    let unseen = c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
        );
    if unseen {
        format!("U+{:04X}", u32::from(c))
    } else {
        c.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::nfc;
    use super::*;

    fn forbidding(forbidden: &str) -> Policy {
        Policy {
            forbidden: forbidden.to_owned(),
            ..Policy::default()
        }
    }

    #[test]
    fn names_what_was_typed_each_once_and_as_it_was_typed() {
        let policy = forbidding("åäö");
        let found = |typed| offending(Rule::Forbidden, &policy, &nfc(typed));
        assert_eq!(found("Smörgås PÅ ångbåt"), "öåÅ");
        assert_eq!(found("a\u{30a} and A\u{308}"), "åÄ");
        assert_eq!(found("plain letters, é and ø"), "");
        assert_eq!(offending(Rule::Ascii, &policy, "plain é, ø~"), "éø");
        assert_eq!(offending(Rule::Digit, &policy, "åäö"), "");
    }

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_number() {
        assert_eq!(shown('å'), "å");
        assert_eq!(shown('🐦'), "🐦");
        assert_eq!(shown('\u{200b}'), "U+200B");
        assert_eq!(shown('\u{a0}'), "U+00A0");
        // It would turn around what stands after it.
        assert_eq!(shown('\u{202e}'), "U+202E");
        assert_eq!(shown('\u{301}'), "U+0301");
    }
}
