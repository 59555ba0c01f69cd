//! Sealing: how a secret is stored so that it cannot be read at rest.
//!
//! A secret that has to be stored (a tenant's shared secret, say) becomes a
//! [`SealedSecret`](tally_domain::tenant::SealedSecret): ciphertext and the name of the data key it
//! is under. That may go into an event. The data key itself is stored in a database of its own,
//! wrapped by a key-encryption key that comes from a file or the environment:
//!
//! ```text
//! event log    SealedSecret { kid, n, ct }       never readable, never changed
//! key table    data_keys(kid, wrapped, kek_id)   one row per tenant and subject; can be destroyed
//! environment  key-encryption key                one for all; rotated by rewrapping the rows
//! ```
//!
//! So erasing is destroying a row ([`Vault::destroy`]): every copy of the event, in every backup,
//! becomes unreadable at once, and a replay still works. It holds only as far as backups of the key
//! table do not outlive the erasure.
//!
//! The key table is an SQLite file (`keys.db`), or a table in PostgreSQL that several nodes share.
//! A row is read each time that its key is needed: a key that one node destroys opens nothing on
//! any other from that moment.
//!
//! Each ciphertext is tied to its place ([`Binding`]): moved to another event, field or tenant it
//! does not open. Where a secret must be recognised without being read, [`fingerprint`] is what to
//! show.
//!
//! # Adding one more store of data keys
//! Implement `keys::KeyStore`, and give the suite of `tests/vault.rs` a place in it.
//!
//! # Adding one more keeper of the key-encryption key
//! Implement [`KeyWrapper`] (for a key-management service, say): name the version of the key with
//! every wrapped key, go on unwrapping older versions, and bind the context into the wrapping.

mod cache;
mod cipher;
mod error;
mod fingerprint;
mod kek;
mod keys;
mod sealed;
mod vault;
mod wrapper;

pub use error::VaultError;
pub use fingerprint::fingerprint;
pub use kek::KeyEncryptionKey;
pub use keys::copy::copy_keys;
pub use sealed::Binding;
pub use vault::Vault;
pub use wrapper::{DataKey, KeyWrapper, LocalKeyWrapper, WrappedKey};
