//! Password hashes: argon2id with a key outside the database, computed off the async threads in a pool that refuses rather than swells.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroizing;

use crate::server::base::keys::{Keys, Purpose};
use crate::server::base::random::{NoRandomness, random};

/// Memory in KiB, passes and lanes: an accepted row of OWASP's Password Storage cheat sheet and of ASVS 5.0 appendix C.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// A password as somebody typed it, in NFC: wiped when dropped, and never shown by `Debug`.
#[derive(Clone, Default)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password of these characters.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl std::ops::Deref for Password {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// Why no hash came.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many wait already: say so and let the person try again; nothing was consumed.
    #[error("the hashing pool is full")]
    Busy,
    /// The stored hash cannot be read or was made with another key.
    #[error("a stored password hash cannot be used")]
    Unusable,
    /// Out of memory, or the pool is shutting down.
    #[error("a password could not be hashed")]
    Failed,
    /// The threads of the pool could not be started.
    #[error("the threads that hash passwords cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// No salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Whose turn it is when the pool is busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Somebody at the last step of a reset: may use every slot and the whole queue.
    Choose,
    /// Somebody who signs in: leaves a slot and half of the queue to those who choose.
    SignIn,
}

/// A hash with the name of the key that went into it.
#[derive(Clone)]
pub struct Hashed {
    /// PHC string.
    pub phc: String,
    /// Key id.
    pub key_id: String,
}

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hashed")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// The pool. Memory is bounded by slots × 19 MiB.
#[derive(Debug)]
pub struct Hasher {
    /// A thread a slot and no more: the memory of a hash stays with the thread that made it, for the next one.
    threads: ThreadPool,
    all: Arc<Semaphore>,
    sign_in: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    pepper: Zeroizing<[u8; 32]>,
    key_id: String,
    /// What an unknown account is compared with, so that it costs the same (STANDARDS E06).
    dummy: String,
}

struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Hasher {
    /// A pool of `slots` hashes at once and a queue of `queue` more.
    ///
    /// # Errors
    /// [`HashError`] when the first hash, the one for accounts that do not exist, cannot be made.
    pub fn new(slots: usize, queue: usize, keys: &Keys) -> Result<Self, HashError> {
        let slots = slots.max(1);
        let threads = ThreadPoolBuilder::new()
            .num_threads(slots)
            .thread_name(|number| format!("hash-{number}"))
            // A panic ends its own hash, whose answer never comes, and not the program.
            .panic_handler(drop)
            .build()?;
        let pepper = keys.subkey(Purpose::Pepper);
        let (nobody, salt) = (random::<16>()?, random::<16>()?);
        let nobody = data_encoding::HEXLOWER.encode(&nobody);
        let dummy = threads.install(|| hash_now(&pepper, &nobody, &salt))?;
        Ok(Self {
            threads,
            all: Arc::new(Semaphore::new(slots)),
            sign_in: Arc::new(Semaphore::new((slots - 1).max(1))),
            waiting: AtomicUsize::new(0),
            queue,
            pepper,
            key_id: keys.id().to_owned(),
            dummy,
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let room = match turn {
            Turn::Choose => self.queue,
            Turn::SignIn => self.queue / 2,
        };
        let ahead = self.waiting.fetch_add(1, Ordering::SeqCst);
        let place = Place(&self.waiting);
        if ahead >= room.max(1) {
            return Err(HashError::Busy);
        }
        let gate = match turn {
            Turn::SignIn => Some(
                Arc::clone(&self.sign_in)
                    .acquire_owned()
                    .await
                    .map_err(|_| HashError::Failed)?,
            ),
            Turn::Choose => None,
        };
        let slot = Arc::clone(&self.all)
            .acquire_owned()
            .await
            .map_err(|_| HashError::Failed)?;
        drop(place);
        let (answer, answered) = oneshot::channel();
        self.threads.spawn(move || {
            let _held = (gate, slot);
            // Nobody may be waiting any more: then the answer is for nobody.
            let _ = answer.send(work());
        });
        answered.await.map_err(|_| HashError::Failed)?
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full; other variants when it cannot be computed.
    pub async fn hash(&self, password: Password) -> Result<Hashed, HashError> {
        let pepper = self.pepper.clone();
        let salt = random::<16>()?;
        let phc = self
            .run(Turn::Choose, move || hash_now(&pepper, &password, &salt))
            .await?;
        Ok(Hashed {
            phc,
            key_id: self.key_id.clone(),
        })
    }

    /// The place of the stored hash that a password belongs to, of several accounts that may be meant: all of them in one turn, so that the wait
    /// for it is no longer than for one. Where there are none, one that nothing matches is compared.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full; other variants when it cannot be computed.
    pub async fn find(
        &self,
        password: Password,
        stored: Vec<String>,
        turn: Turn,
    ) -> Result<Option<usize>, HashError> {
        let pepper = self.pepper.clone();
        let is_nobody = stored.is_empty();
        let dummy = is_nobody.then(|| self.dummy.clone());
        let found = self
            .run(turn, move || {
                let argon2 = argon2(&pepper)?;
                for (place, hash) in stored.iter().chain(&dummy).enumerate() {
                    let hash = parse(hash)?;
                    if argon2.verify_password(password.as_bytes(), &hash).is_ok() {
                        return Ok(Some(place));
                    }
                }
                Ok(None)
            })
            .await?;
        Ok(found.filter(|_| !is_nobody))
    }

    /// Whether a password is one of those whose hashes are given; one that cannot be read any more matches nothing.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full; other variants when it cannot be computed.
    pub async fn is_one_of(
        &self,
        password: Password,
        stored: Vec<String>,
    ) -> Result<bool, HashError> {
        let pepper = self.pepper.clone();
        self.run(Turn::Choose, move || {
            let argon2 = argon2(&pepper)?;
            Ok(stored.iter().any(|stored| {
                parse(stored)
                    .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
            }))
        })
        .await
    }

    /// Whether a stored hash was made with less than today's cost or with an older key (STANDARDS E02).
    #[must_use]
    pub fn is_outdated(&self, stored: &str, key_id: Option<&str>) -> bool {
        let current = parse(stored)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_some_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == COST);
        !current || key_id != Some(self.key_id.as_str())
    }
}

fn argon2(pepper: &[u8; 32]) -> Result<Argon2<'_>, HashError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| HashError::Failed)?;
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)
        .map_err(|_| HashError::Failed)
}

fn parse(stored: &str) -> Result<PasswordHash, HashError> {
    PasswordHash::new(stored).map_err(|_| HashError::Unusable)
}

fn hash_now(pepper: &[u8; 32], password: &str, salt: &[u8; 16]) -> Result<String, HashError> {
    let hash = argon2(pepper)?
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(|_| HashError::Failed)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// W11 without a clock: whoever comes after somebody whose address several accounts share is served after them, and not in between.
    #[tokio::test]
    async fn w11_several_hashes_are_compared_in_one_turn() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open_or_create(&folder.path().join("key")).unwrap();
        let hasher = Hasher::new(1, 8, &keys).unwrap();
        let right = Password::new("nio lila kor".to_owned());
        let stored = hasher.hash(right).await.unwrap().phc;
        let served = Mutex::new(Vec::new());
        let find = async |accounts: usize| {
            let wrong = Password::new("fel".to_owned());
            let stored = vec![stored.clone(); accounts];
            let found = hasher.find(wrong, stored, Turn::SignIn).await.unwrap();
            assert_eq!(found, None);
            served.lock().unwrap().push(accounts);
        };
        // Both stand in the queue before the first of them has a turn.
        let held = hasher.sign_in.acquire().await.unwrap();
        let open = async { drop(held) };
        futures::join!(find(3), find(1), open);
        assert_eq!(served.into_inner().unwrap(), [3, 1]);
    }
}
