//! Sealing: how what is stored cannot be read at rest.
//!
//! A vault seals two kinds of things, each tied to its place, so that moved elsewhere it does not
//! open:
//!
//! - **Secrets** that an event holds in the clear around it (a tenant's shared secret) become a
//!   [`SealedSecret`](tally_domain::tenant::SealedSecret): ciphertext and the name of the data key
//!   it is under. That key's row is read at each use.
//! - **Payloads** of events, and inside them what identifies a person and free texts: the vault is
//!   the event log's [`Sealer`](tally_event_log::Sealer). The keys stay in memory, and are dropped
//!   when a node sees the event of an erasure ([`Vault::forget_tenant`] and its like).
//!
//! All keys are random, and are stored in a database of their own, wrapped by a key-encryption key
//! that comes from a file or the environment:
//!
//! ```text
//! event log    sealed bytes                        never readable, never changed
//! key tables   data_keys  shared secrets, events   a tenant's own; destroyed ones leave a mark
//!              people     a key for each person    with a MAC of the account; goes as a whole
//!              text_keys  a key for each free text
//! environment  key-encryption key                  one for all; rotated by rewrapping the rows
//! ```
//!
//! From a tenant's events key follow the key of each of its events, so that one can be opened to an
//! auditor without the others, and the keys of the MACs that name things ([`Vault::mac`]). It is
//! made once, by [`Vault::add_tenant`]: where it is missing later, it was lost. A tenant whose events key was destroyed is erased for good.
//!
//! So erasing is destroying rows: every copy of the event, in every backup, becomes unreadable at
//! once, and a replay still works. It holds only as far as backups of the key tables do not outlive
//! the erasure.
//!
//! The key tables are in an SQLite file (`keys.db`), or in PostgreSQL, where several nodes share
//! them. Calls that are not async block; the async ones answer from memory, or ask the store on a
//! thread of its own and wait for a few seconds at most.
//!
//! Where a secret must be recognised without being read, [`fingerprint`] is what to show.
//!
//! # Adding one more store of keys
//! Implement `keys::KeyStore`, and give the suite of `tests/vault.rs` a place in it.
//!
//! # Adding one more keeper of the key-encryption key
//! Implement [`KeyWrapper`] (for a key-management service, say): name the version of the key with
//! every wrapped key, go on unwrapping older versions, and bind the context into the wrapping.

mod caches;
mod cipher;
mod envelope;
mod erasure;
mod error;
mod fingerprint;
mod gate;
mod kek;
mod keys;
mod lookup;
mod lost;
mod people;
mod rotation;
mod sealed;
mod sealer;
mod secrets;
mod subkeys;
mod vault;
mod wrapper;

pub use error::VaultError;
pub use fingerprint::fingerprint;
pub use kek::KeyEncryptionKey;
pub use keys::copy::copy_keys;
pub use keys::{Destroyed, KeyCount, KeysStatus};
pub use sealed::Binding;
pub use vault::Vault;
pub use wrapper::{DataKey, KeyWrapper, LocalKeyWrapper, WrappedKey};
