//! Moving up from a file to a database.

use std::path::Path;

use super::postgres::PostgresKeys;
use super::sqlite::SqliteKeys;
use super::{CopiedRow, Table};
use crate::VaultError;

/// How many rows are taken at once.
const PAGE: u32 = 1024;

/// Copies the keys of the SQLite file at `from` into the database at `to`, wrapped as they are, so
/// that the same key-encryption key unwraps them there. It can be repeated: what is there stays,
/// and what was destroyed meanwhile on either side is destroyed there. Returns how many keys the
/// file has, destroyed ones too.
///
/// # Errors
/// [`VaultError::Corrupt`] when there is no such file; what either store reports;
/// [`VaultError::Database`] when a subject or an account has another key there;
/// [`VaultError::KeysAdded`] when a key is missing there, since its tenant was added during the copy.
pub async fn copy_keys(from: &Path, to: &str) -> Result<u64, VaultError> {
    if !from.exists() {
        return Err(VaultError::Corrupt("there is no such file"));
    }
    let (from, to) = (SqliteKeys::open(from)?, PostgresKeys::open(to).await?);
    let mut copied = 0;
    for table in Table::ALL {
        copied += copy_pages(
            |after| from.page(table, after, PAGE),
            |rows| to.import(table, rows),
        )?;
    }
    copied += copy_pages(
        |after| from.page_of_erased_people(after, PAGE),
        |rows| to.import_erased_people(rows),
    )?;
    to.purge_erased_tenants()?;
    for table in Table::ALL {
        copy_pages(
            |after| from.page(table, after, PAGE),
            |rows| to.require(table, &rows),
        )?;
    }
    Ok(copied)
}

fn copy_pages(
    read: impl Fn(Option<uuid::Uuid>) -> Result<Vec<CopiedRow>, VaultError>,
    write: impl Fn(Vec<CopiedRow>) -> Result<(), VaultError>,
) -> Result<u64, VaultError> {
    let (mut copied, mut last) = (0, None);
    loop {
        let page = read(last)?;
        let Some(end) = page.last() else {
            return Ok(copied);
        };
        last = Some(end.key.id);
        copied += page.len() as u64;
        write(page)?;
    }
}
