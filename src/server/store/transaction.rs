//! An open transaction, and what is to be said aloud once it has been committed.

use std::fmt;
use std::ops::{Deref, DerefMut};

use sqlx::{Any, Transaction};

use super::Connection;

/// Something to do once what it is about is true.
type Announcement = Box<dyn FnOnce() + Send>;

/// An open transaction; rolled back when dropped without a commit.
pub struct Tx {
    begun: Transaction<'static, Any>,
    announcements: Vec<Announcement>,
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").finish_non_exhaustive()
    }
}

impl Tx {
    pub(super) fn new(begun: Transaction<'static, Any>) -> Self {
        Self {
            begun,
            announcements: Vec::new(),
        }
    }

    /// Leaves for after the commit what must not be said, logged or counted when there is none.
    pub fn once_committed(&mut self, announcement: impl FnOnce() + Send + 'static) {
        self.announcements.push(Box::new(announcement));
    }

    /// Makes what was written true, and then announces it.
    ///
    /// # Errors
    /// When the database does not answer; then nothing is announced.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.begun.commit().await?;
        for announcement in self.announcements {
            announcement();
        }
        Ok(())
    }

    /// Takes back what was written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.begun.rollback().await
    }
}

impl Deref for Tx {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.begun
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.begun
    }
}
