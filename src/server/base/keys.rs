//! The key file and what is derived from it: one master key, a subkey for each purpose by HKDF (RFC 5869).

mod file;

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use file::KeyError;

use crate::server::base::random::{NoRandomness, random};

/// A sealed value cannot be opened: it was changed, belongs elsewhere, or was sealed with another key.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a sealed value cannot be opened with this key")]
pub struct Unsealable;

/// What a key is used for; each purpose has a subkey of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// MACs of codes.
    Code,
    /// Bodies of the outbox and what people wrote.
    Outbox,
    /// Cookies that carry a message from one request to the next.
    Cookie,
    /// Form tokens and cookies that are derived.
    Form,
    /// Keys of the limits table, which must not hold addresses in clear.
    Limit,
    /// The secret input of password hashes.
    Pepper,
    /// Secrets of second factors.
    Factor,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"rekey code v1",
            Self::Outbox => b"rekey outbox v1",
            Self::Cookie => b"rekey cookie v1",
            Self::Form => b"rekey form v1",
            Self::Limit => b"rekey limit v1",
            Self::Pepper => b"rekey pepper v1",
            Self::Factor => b"rekey factor v1",
        }
    }
}

/// The keys of this installation.
pub struct Keys {
    id: String,
    master: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// Opens the key file; makes it, readable by its owner only, where there is none.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be read or made, is open to others, is damaged, or was left half-written.
    pub fn open_or_create(path: &Path) -> Result<Self, KeyError> {
        match Self::open(path) {
            Err(KeyError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
                Self::create(path)?;
            }
            Err(KeyError::HalfWritten(_)) => {}
            other => return other,
        }
        // Of two starts at once one makes the file, and the other waits for it.
        file::wait_until_whole(path)?;
        Self::open(path)
    }

    /// Opens the key file of a database that was used before.
    ///
    /// # Errors
    /// [`KeyError::Lost`] when it is gone: a new one in its place would hide a wrong path or a volume that is not there.
    pub fn open_used(path: &Path) -> Result<Self, KeyError> {
        match Self::open_if_there(path) {
            Ok(keys) => keys.ok_or_else(|| KeyError::Lost(path.to_owned())),
            // It was whole once.
            Err(KeyError::HalfWritten(path)) => Err(KeyError::Damaged(path)),
            Err(other) => Err(other),
        }
    }

    /// Opens the key file, where there is one.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open_if_there(path: &Path) -> Result<Option<Self>, KeyError> {
        match Self::open(path) {
            Err(KeyError::File { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }

    /// Makes a key file where there is none.
    ///
    /// # Errors
    /// [`KeyError::Kept`] when there is one.
    pub fn replace_lost(path: &Path) -> Result<Self, KeyError> {
        if path.exists() {
            return Err(KeyError::Kept(path.to_owned()));
        }
        Self::open_or_create(path)
    }

    /// Opens the key file.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let text = file::read(path)?;
        if file::is_part(&text) {
            return Err(KeyError::HalfWritten(path.to_owned()));
        }
        let damaged = || KeyError::Damaged(path.to_owned());
        let (id, encoded) = text.trim().split_once(':').ok_or_else(damaged)?;
        let bytes = Zeroizing::new(
            BASE64URL_NOPAD
                .decode(encoded.as_bytes())
                .map_err(|_| damaged())?,
        );
        let master = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| damaged())?;
        Ok(Self {
            id: id.to_owned(),
            master: Zeroizing::new(master),
        })
    }

    fn create(path: &Path) -> Result<(), KeyError> {
        let master = Zeroizing::new(random::<32>()?);
        let line = Zeroizing::new(format!(
            "{}:{}\n",
            BASE64URL_NOPAD.encode(&random::<6>()?),
            BASE64URL_NOPAD.encode(master.as_slice())
        ));
        file::create(path, &line)
    }

    /// The name of the key that new values are made with.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The subkey for a purpose (HKDF-SHA-256, RFC 5869).
    #[must_use]
    pub fn subkey(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let derived = Hkdf::<Sha256>::new(None, self.master.as_slice())
            .expand(purpose.label(), key.as_mut_slice());
        debug_assert!(
            derived.is_ok(),
            "32 bytes are within the limit of HKDF-SHA-256"
        );
        key
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length so that no two lists of parts look alike.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        // A key shorter than the block is padded with zeros by HMAC itself (RFC 2104 §2).
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.subkey(purpose).as_slice());
        let mut mac = Hmac::<Sha256>::new(&(*block).into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// [`Keys::mac`] as text.
    #[must_use]
    pub fn mac_text(&self, purpose: Purpose, parts: &[&[u8]]) -> String {
        BASE64URL_NOPAD.encode(&self.mac(purpose, parts))
    }

    /// Seals a value so that it can be neither read nor moved elsewhere; `place` names where it belongs (table and row, cookie).
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn seal(
        &self,
        purpose: Purpose,
        place: &str,
        plain: &[u8],
    ) -> Result<String, NoRandomness> {
        let key = self.subkey(purpose);
        let nonce = random::<24>()?;
        let sealed = XChaCha20Poly1305::new(&Key::from(*key))
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| NoRandomness)?;
        let mut whole = nonce.to_vec();
        whole.extend_from_slice(&sealed);
        Ok(format!("{}.{}", self.id, BASE64URL_NOPAD.encode(&whole)))
    }

    /// Opens what [`Keys::seal`] made.
    ///
    /// # Errors
    /// [`Unsealable`].
    pub fn open_sealed(
        &self,
        purpose: Purpose,
        place: &str,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (id, encoded) = sealed.split_once('.').ok_or(Unsealable)?;
        if id != self.id {
            return Err(Unsealable);
        }
        let whole = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .map_err(|_| Unsealable)?;
        let (nonce, body) = whole.split_first_chunk::<24>().ok_or(Unsealable)?;
        let key = self.subkey(purpose);
        XChaCha20Poly1305::new(&Key::from(*key))
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: body,
                    aad: place.as_bytes(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| Unsealable)
    }
}

/// SHA-256 as text, for values that are random enough to need no key (ASVS 6.5.2).
#[must_use]
pub fn digest(value: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(value.as_bytes()))
}

/// Compares two MACs, or two texts of public length, in constant time.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
