//! Rotating the key-encryption key.

use crate::VaultError;
use crate::keys::{KeysStatus, Table};
use crate::vault::Vault;

/// How many keys are wrapped again in one transaction.
const BATCH: u32 = 256;
/// How often all tables are gone through, because other nodes add keys under another key-encryption
/// key meanwhile.
const PASSES: u32 = 16;

/// These calls block.
impl Vault {
    /// How many keys are under which key-encryption key, and how many were destroyed.
    ///
    /// # Errors
    /// The store failed.
    pub fn keys_status(&self) -> Result<KeysStatus, VaultError> {
        Ok(KeysStatus {
            current: self.inner.wrapper.current_id().to_owned(),
            counts: self.inner.keys.count()?,
        })
    }

    /// Wraps every key again that is not under the current key-encryption key, in batches. No
    /// ciphertext changes. It can be interrupted at any place and repeated: what is done stays, and
    /// every key opens all the time. When it returns, no key was behind, and no trace of the former
    /// wrapping is in an SQLite file. Returns how many were rewrapped.
    ///
    /// # Errors
    /// [`VaultError::WrongKek`] when a key is under one that was not given, and then nothing has
    /// changed; [`VaultError::StillBehind`] when other nodes go on adding keys under another one;
    /// [`VaultError::NotWiped`], and then it is to be repeated; the store failed.
    pub fn rewrap(&self) -> Result<u64, VaultError> {
        self.check_rewrap()?;
        let mut rewrapped = 0;
        for _ in 0..PASSES {
            for table in Table::ALL {
                rewrapped += self.rewrap_table(table)?;
            }
            if self.keys_status()?.behind() == 0 {
                self.inner.keys.wipe_journal()?;
                return Ok(rewrapped);
            }
        }
        Err(VaultError::StillBehind)
    }

    /// Whether every key is under a key-encryption key that was given.
    ///
    /// # Errors
    /// [`VaultError::WrongKek`] when one is not; the store failed.
    pub fn check_rewrap(&self) -> Result<(), VaultError> {
        for count in self.inner.keys.count()? {
            match count.kek_id {
                Some(needed) if !self.inner.wrapper.unwraps(&needed) => {
                    return Err(VaultError::WrongKek { needed });
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// Whether the key-encryption keys that were given open what is in the key store: every key is
    /// under one of them, and one key of each table is unwrapped.
    ///
    /// # Errors
    /// [`VaultError::WrongKek`] when a key is under another one; [`VaultError::Tampered`] when one
    /// does not unwrap; the store failed.
    pub fn check_master_key(&self) -> Result<(), VaultError> {
        self.check_rewrap()?;
        for table in Table::ALL {
            for key in self.inner.keys.find_behind(table, "", None, 1)? {
                key.unwrap_key(self.inner.wrapper.as_ref())?;
            }
        }
        Ok(())
    }

    fn rewrap_table(&self, table: Table) -> Result<u64, VaultError> {
        let (keys, wrapper) = (&self.inner.keys, self.inner.wrapper.as_ref());
        let (mut rewrapped, mut last) = (0, None);
        loop {
            let behind = keys.find_behind(table, wrapper.current_id(), last, BATCH)?;
            let Some(end) = behind.last() else {
                return Ok(rewrapped);
            };
            last = Some(end.id);
            let new = behind.iter().map(|key| key.rewrap(wrapper));
            rewrapped += keys.rewrap(table, &new.collect::<Result<Vec<_>, _>>()?)?;
        }
    }
}
