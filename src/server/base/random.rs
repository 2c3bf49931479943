//! Randomness, from the operating system's generator alone.

use crate::rules::code::Code;

/// The operating system had no randomness to give: nothing secret can be made then.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the operating system has no randomness to give")]
pub struct NoRandomness;

/// Random bytes from the operating system's generator (NIST SP 800-63B-4 §4.2.1.2, ASVS 11.5.1).
///
/// # Errors
/// [`NoRandomness`] when it has none.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the operating system for randomness"
)]
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// An opaque id of 128 random bits.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_id() -> Result<String, NoRandomness> {
    Ok(data_encoding::BASE32_NOPAD
        .encode(&random::<16>()?)
        .to_ascii_lowercase())
}

/// A security code, each of the million as likely as the others.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_code() -> Result<Code, NoRandomness> {
    loop {
        if let Some(code) = Code::from_random(u32::from_be_bytes(random()?)) {
            return Ok(code);
        }
    }
}
