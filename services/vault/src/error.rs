//! What can go wrong with sealing.

/// What can go wrong with sealing. No text holds key material or a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The data key was destroyed on purpose: what it sealed is erased. Not a failure; show it as
    /// erased.
    #[error("the data key was destroyed, the secret is erased")]
    KeyDestroyed,
    /// No such data key here, nor a mark that it was destroyed. It is another installation's
    /// ciphertext, or the key database was lost or is too old.
    #[error("the data key is not in the key database")]
    KeyUnknown,
    /// The data key is wrapped by a key-encryption key that was not given.
    #[error("the data key is wrapped by key-encryption key {needed}, which was not given")]
    WrongKek {
        /// Name of the key-encryption key it takes.
        needed: String,
    },
    /// The stored form of a secret cannot be read: one of its parts is not what a vault writes.
    #[error("the stored secret cannot be read: {0}")]
    Malformed(&'static str),
    /// Ciphertext, binding or wrapped key do not belong together.
    #[error("the ciphertext was altered, or belongs to another place")]
    Tampered,
    /// The binding names another tenant than the one sealed for.
    #[error("the binding is of another tenant")]
    OtherTenant,
    /// What was given as a key-encryption key is none.
    #[error("key-encryption key: {0}")]
    KeyMaterial(&'static str),
    /// The file of the key-encryption key could not be read or written.
    #[error("key-encryption key file: {0}")]
    KeyFile(#[from] std::io::Error),
    /// The key database failed.
    #[error("key database: {0}")]
    Store(#[from] rusqlite::Error),
    /// The key database, on a server, failed or did not answer in time.
    #[error("key database: {doing}: {cause}")]
    Database {
        /// What was being done, such as `adding a key`.
        doing: &'static str,
        /// The driver's reason. It names no password and no key.
        cause: String,
    },
    /// The URL of the key database is not right. Never holds a value out of it.
    #[error("the URL of the key database is not right: {why}")]
    BadUrl {
        /// What is wrong.
        why: String,
    },
    /// A copy of the keys lacks some, since a tenant was added while they were copied.
    #[error("keys were added while they were copied; run the command again")]
    KeysAdded,
    /// The key database holds something that was not written by this program.
    #[error("key database: {0}")]
    Corrupt(&'static str),
    /// The key database was made by another version of this program, so it is left alone.
    #[error(
        "the key database has format {found}, and this version of Tally reads format {known} alone: {}",
        advice(*found, *known)
    )]
    OtherFormat {
        /// The format it has.
        found: i64,
        /// The one format known here.
        known: i64,
    },
    /// The key database did not answer in time.
    #[error("key database: no answer in time")]
    TimedOut,
    /// The thread that used the key database ended before it had an answer.
    #[error("key database: the call broke off")]
    BrokeOff,
    /// The keys are destroyed, but older pages could not be wiped yet, because the database was in
    /// use. Repeat it.
    #[error("key database: destroyed keys are not wiped from its journal yet")]
    NotWiped,
    /// Other nodes still wrap new keys by another key-encryption key.
    #[error(
        "keys are still added under another key-encryption key: restart every node with the current one, \
         and repeat"
    )]
    StillBehind,
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    Randomness,
}

impl VaultError {
    /// Whether the key database failed. Such an error says nothing about the secret, and a later
    /// try may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Store(_) | Self::Database { .. } | Self::NotWiped | Self::TimedOut | Self::BrokeOff
        )
    }

    /// A word for the kind of error, for metrics.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::KeyDestroyed => "erased",
            Self::KeyUnknown => "key_unknown",
            Self::WrongKek { .. } | Self::StillBehind => "wrong_key_encryption_key",
            Self::Malformed(_) => "malformed",
            Self::Tampered => "tampered",
            Self::OtherTenant => "other_tenant",
            Self::KeyMaterial(_) | Self::KeyFile(_) => "key_encryption_key",
            Self::Store(_)
            | Self::Database { .. }
            | Self::BadUrl { .. }
            | Self::OtherFormat { .. }
            | Self::TimedOut
            | Self::BrokeOff
            | Self::KeysAdded
            | Self::NotWiped => "key_store",
            Self::Corrupt(_) => "key_store_corrupt",
            Self::Randomness => "randomness",
        }
    }
}

fn advice(found: i64, known: i64) -> &'static str {
    if found < known {
        "what was stored by earlier versions cannot be converted, so begin with an empty one"
    } else {
        "use a newer version of Tally"
    }
}
