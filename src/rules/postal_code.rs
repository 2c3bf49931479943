//! Postal codes, as an organisation may ask for them beside the identifier: `802 51`, `0150`, `SW1A 1AA`.
//!
//! A match proves nothing by itself and a mismatch is never told: the code only decides, unseen, whether a message is sent.

use super::problem::Problem;

/// The longest that is taken, spaces and hyphens not counted. No country's is longer than ten (Universal Postal Union, S42).
const MAX: usize = 10;

/// The spelling under which a postal code is compared: upper case, without spaces and hyphens.
///
/// # Errors
///
/// [`Problem::PostalCodeEmpty`], or [`Problem::PostalCodeUnusable`] for what cannot be one.
pub fn canonical(typed: &str) -> Result<String, Problem> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if code.is_empty() {
        Err(Problem::PostalCodeEmpty)
    } else if code.len() > MAX || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Err(Problem::PostalCodeUnusable)
    } else {
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_spelling() {
        for typed in ["802 51", "80251", " 802-51 ", "802\u{a0}51"] {
            assert_eq!(canonical(typed).as_deref(), Ok("80251"));
        }
        assert_eq!(canonical("sw1a 1aa").as_deref(), Ok("SW1A1AA"));
        assert_eq!(canonical(" - "), Err(Problem::PostalCodeEmpty));
        for typed in ["802 51 Gävle", "åäö", "12345678901"] {
            assert_eq!(canonical(typed), Err(Problem::PostalCodeUnusable));
        }
    }
}
