//! How much each may have of something at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts what each has.
#[derive(Debug)]
pub struct Shares {
    most: usize,
    taken: Mutex<HashMap<String, usize>>,
}

/// One of a share; given back when dropped.
#[derive(Debug)]
pub struct Place {
    shares: Arc<Shares>,
    whose: String,
}

impl Shares {
    /// Shares of so many each.
    #[must_use]
    pub fn of(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            taken: Mutex::default(),
        })
    }

    /// Takes one, unless all of this share are taken.
    #[must_use]
    pub fn acquire(self: &Arc<Self>, whose: String) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(whose.clone()).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Place {
            shares: Arc::clone(self),
            whose,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self
            .shares
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_share_and_gives_it_back() {
        let shares = Shares::of(2);
        let one = shares.acquire("a".to_owned());
        let two = shares.acquire("a".to_owned());
        assert!(one.is_some() && two.is_some());
        assert!(shares.acquire("a".to_owned()).is_none());
        assert!(shares.acquire("b".to_owned()).is_some());
        drop(one);
        assert!(shares.acquire("a".to_owned()).is_some());
        drop(two);
        assert!(shares.taken.lock().unwrap().is_empty());
    }
}
