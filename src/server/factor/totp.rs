//! Time-based one-time passwords (RFC 6238) as every app makes them: HMAC-SHA-1, six digits, a new one every thirty seconds.
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::rules::code::{Code, DIGITS};
use crate::server::base::clock::SECOND;
use crate::server::base::keys::same;

/// Seconds for which a code is shown.
pub const PERIOD: i64 = 30;

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226 section 4, R6).
pub const SECRET_BYTES: usize = 20;

/// A secret that the person's app holds too.
pub type Secret = Zeroizing<Vec<u8>>;

/// Steps before and after the present one whose codes are taken too, for clocks that go wrong and people who type slowly (RFC 6238
/// section 5.2).
const TOLERANCE: i64 = 1;

/// The number of the step at a time, in microseconds since the epoch.
const fn step_at(now: i64) -> i64 {
    now / (PERIOD * SECOND)
}

/// The code of a step (RFC 4226 section 5.3).
fn code_at(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0x0f);
    let (four, _) = hash.get(offset..)?.split_first_chunk::<4>()?;
    let number = u32::from_be_bytes(*four) & 0x7fff_ffff;
    Some(format!("{:0DIGITS$}", number % 1_000_000))
}

/// The newest step, among those that are taken now, whose code it is. All are compared, whichever fits.
pub fn step_of(secret: &[u8], code: &Code, now: i64) -> Option<i64> {
    let present = step_at(now);
    let mut found = None;
    for step in present - TOLERANCE..=present + TOLERANCE {
        let right = code_at(secret, step).is_some_and(|right| same(&right, code.as_str()));
        found = if right { Some(step) } else { found };
    }
    found
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
            let step = step_at(seconds * SECOND);
            assert_eq!(code_at(SECRET, step).as_deref(), Some(code), "{seconds}");
        }
    }

    /// RFC 4226 appendix D.
    #[test]
    fn the_codes_of_the_counter() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(code_at(SECRET, step).as_deref(), Some(code));
        }
    }

    #[test]
    fn one_step_early_or_late_is_taken_and_two_are_not() {
        let code = Code::parse("081 804").unwrap();
        let step = 1_111_111_109 / PERIOD;
        for (late, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let now = (step + late) * PERIOD * SECOND;
            let expected = taken.then_some(step);
            assert_eq!(step_of(SECRET, &code, now), expected, "{late}");
        }
        assert_eq!(
            step_of(b"another secret of twenty", &code, 1_111_111_109 * SECOND),
            None
        );
    }
}
