//! Where wrapped keys are stored: the row, and what every store does with it.

pub(crate) mod copy;
mod count;
pub(crate) mod postgres;
mod row;
pub(crate) mod sqlite;
mod tables;

use uuid::Uuid;

pub use self::count::{KeyCount, KeysStatus};
pub(crate) use self::row::{CopiedRow, Rewrapped, StoredKey};
pub(crate) use self::tables::Table;
use crate::VaultError;

/// The one key of a tenant from which those of its events and MACs follow. It is made once: when it
/// was destroyed, the tenant is erased.
pub(crate) const EVENTS: &str = "events";

/// The format of the tables, the same in every store. A store of another format is refused.
pub(crate) const FORMAT: i64 = 2;

/// Keys to look for.
#[derive(Default)]
pub(crate) struct Wanted {
    /// Data keys by their ids.
    pub(crate) ids: Vec<Uuid>,
    /// Tenants, for their events keys.
    pub(crate) tenants: Vec<String>,
    /// The ids of people.
    pub(crate) people: Vec<Uuid>,
    /// The ids of texts.
    pub(crate) texts: Vec<Uuid>,
}

/// What is to be destroyed.
#[derive(Clone, Copy)]
pub(crate) enum Doomed<'a> {
    /// The living data key of one subject of a tenant.
    Subject(&'a str, &'a str),
    /// All keys of a tenant. It gets no others afterwards.
    Tenant(&'a str),
    /// The row of one person of a tenant.
    Person(&'a str, Uuid),
    /// The key of one text of a tenant.
    Text(&'a str, Uuid),
}

/// How many keys were destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Destroyed {
    /// A tenant's own.
    pub data_keys: u64,
    /// Those of people.
    pub people: u64,
    /// Those of texts.
    pub texts: u64,
}

/// The tables of wrapped keys. Several nodes may share them: what they answer was true a moment
/// ago.
pub(crate) trait KeyStore: Send + Sync {
    /// The rows of these keys that are there, in any order, by one query.
    fn find(&self, wanted: &Wanted) -> Result<Vec<StoredKey>, VaultError>;

    /// The living data key of a subject.
    fn find_living(&self, tenant: &str, subject: &str) -> Result<Option<StoredKey>, VaultError>;

    /// The person of a tenant with this name of an account.
    fn find_person(&self, tenant: &str, account: &str) -> Result<Option<StoredKey>, VaultError>;

    /// Adds keys where there are none, durably: all of them or none. When another process was
    /// quicker, its key stands and this one is forgotten: look again. An erased tenant gets no
    /// key.
    fn add(&self, keys: &[StoredKey]) -> Result<(), VaultError>;

    /// Up to `limit` living keys of a table after the id `after` that are not under `kek_id`, in
    /// the order of their ids.
    fn find_behind(
        &self,
        table: Table,
        kek_id: &str,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<StoredKey>, VaultError>;

    /// Stores keys that were wrapped again, all or none. One that was destroyed or rewrapped since
    /// it was read is left as it is. Returns how many were stored.
    fn rewrap(&self, table: Table, keys: &[Rewrapped]) -> Result<u64, VaultError>;

    /// Removes what rows were before they were rewrapped from what the store writes beside them.
    ///
    /// # Errors
    /// [`VaultError::NotWiped`] when another process is using the store.
    fn wipe_journal(&self) -> Result<(), VaultError>;

    /// How many keys there are.
    fn count(&self) -> Result<Vec<KeyCount>, VaultError>;

    /// Destroys keys.
    fn destroy(&self, doomed: Doomed<'_>) -> Result<Destroyed, VaultError>;
}
