//! Time-based one-time passwords (RFC 6238) as every app makes them: HMAC-SHA-1, six digits, a new one every thirty seconds.

use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use crate::rules::code::Code;
use crate::server::base::clock::SECOND;

/// Seconds for which a code is shown.
pub const PERIOD: u64 = 30;

/// As many as a [`Code`] has.
const DIGITS: u8 = 6;

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226 section 4, R6).
pub const SECRET_BYTES: usize = 20;

/// A secret that the person's app holds too.
pub type Secret = Zeroizing<Vec<u8>>;

/// Steps before and after the present one whose codes are taken too, for clocks that go wrong and people who type slowly (RFC 6238
/// section 5.2).
const TOLERANCE: u16 = 1;

/// What an app does with a secret. Ours have the length that the standard asks for; one of another length is no reason to lock its owner out.
fn app(secret: &[u8]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(PERIOD)
        .with_skew(TOLERANCE)
        .with_secret(secret.to_vec())
        .build_noncompliant()
}

/// The step, among those that are taken at `now` (microseconds since the epoch), whose code it is.
pub fn step_of(secret: &[u8], code: &Code, now: i64) -> Option<i64> {
    let seconds = u64::try_from(now / SECOND).ok()?;
    let step = app(secret).check(code.as_str(), seconds)?;
    i64::try_from(step).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B has eight digits; six of them are the last six.
    const VECTORS: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_of_the_standard() {
        assert_eq!(SECRET.len(), SECRET_BYTES);
        for (seconds, code) in VECTORS {
            let code = Code::parse(code).unwrap();
            let step = seconds / i64::try_from(PERIOD).unwrap();
            let now = seconds * SECOND;
            assert_eq!(step_of(SECRET, &code, now), Some(step), "{seconds}");
        }
    }

    #[test]
    fn one_step_early_or_late_is_taken_and_two_are_not() {
        let code = Code::parse("081 804").unwrap();
        let period = i64::try_from(PERIOD).unwrap();
        let step = 1_111_111_109 / period;
        for (late, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let now = (step + late) * period * SECOND;
            let expected = taken.then_some(step);
            assert_eq!(step_of(SECRET, &code, now), expected, "{late}");
        }
        assert_eq!(
            step_of(b"another secret of twenty", &code, 1_111_111_109 * SECOND),
            None
        );
    }
}
