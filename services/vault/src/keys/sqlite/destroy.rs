//! Destroying keys, so that no trace of them stays in the files.

use rusqlite::{Connection, ErrorCode, Transaction, params};
use uuid::Uuid;

use super::schema::NOW;
use crate::VaultError;
use crate::keys::{Destroyed, Doomed};

/// Destroys keys within a transaction.
pub(super) fn run(transaction: &Transaction<'_>, doomed: Doomed<'_>) -> Result<Destroyed, VaultError> {
    let mut destroyed = Destroyed::default();
    match doomed {
        Doomed::Subject(tenant, subject) => {
            destroyed.data_keys = destroy_data_keys(transaction, tenant, Some(subject))?;
        }
        Doomed::Tenant(tenant) => {
            destroyed.data_keys = destroy_data_keys(transaction, tenant, None)?;
            mark_erased(transaction, tenant)?;
            destroyed.people = delete(transaction, "DELETE FROM people WHERE tenant = ?1", tenant)?;
            delete(transaction, "DELETE FROM erased_people WHERE tenant = ?1", tenant)?;
            destroyed.texts = delete(transaction, "DELETE FROM text_keys WHERE tenant = ?1", tenant)?;
        }
        Doomed::Person(tenant, id) => destroyed.people = destroy_person(transaction, tenant, id)?,
        Doomed::Text(tenant, id) => destroyed.texts = destroy_text(transaction, tenant, id)?,
    }
    Ok(destroyed)
}

fn destroy_data_keys(
    transaction: &Transaction<'_>,
    tenant: &str,
    subject: Option<&str>,
) -> Result<u64, VaultError> {
    let sql = format!(
        "UPDATE data_keys SET wrapped = NULL, destroyed_at = {NOW}
         WHERE tenant = ?1 AND (?2 IS NULL OR subject = ?2) AND destroyed_at IS NULL"
    );
    Ok(transaction.execute(&sql, params![tenant, subject])? as u64)
}

/// A tenant that never had an events key gets a destroyed one, so that it never has a living one.
fn mark_erased(transaction: &Transaction<'_>, tenant: &str) -> Result<(), VaultError> {
    let sql = format!(
        "INSERT INTO data_keys (id, tenant, subject, kek_id, created_at, destroyed_at)
         VALUES (?1, ?2, 'events', '', {NOW}, {NOW}) ON CONFLICT DO NOTHING"
    );
    transaction.execute(&sql, params![Uuid::new_v4().to_string(), tenant])?;
    Ok(())
}

/// The id alone stays: the log holds it too, and it distinguishes an erased person from one whose key
/// was lost. A person who is not here is marked as well, since an older store may have come back.
fn destroy_person(transaction: &Transaction<'_>, tenant: &str, id: Uuid) -> Result<u64, VaultError> {
    let sql = "DELETE FROM people WHERE tenant = ?1 AND id = ?2";
    let deleted = transaction.execute(sql, params![tenant, id.to_string()])?;
    let sql = format!(
        "INSERT INTO erased_people (tenant, id, destroyed_at) SELECT ?1, ?2, {NOW}
         WHERE NOT EXISTS (SELECT 1 FROM people WHERE id = ?2) ON CONFLICT DO NOTHING"
    );
    transaction.execute(&sql, params![tenant, id.to_string()])?;
    Ok(deleted as u64)
}

/// A text that has no key gets a destroyed one, so that it never has a living one.
fn destroy_text(transaction: &Transaction<'_>, tenant: &str, id: Uuid) -> Result<u64, VaultError> {
    let sql = format!(
        "UPDATE text_keys SET wrapped = NULL, destroyed_at = {NOW}
         WHERE tenant = ?1 AND id = ?2 AND destroyed_at IS NULL"
    );
    let destroyed = transaction.execute(&sql, params![tenant, id.to_string()])?;
    let sql = format!(
        "INSERT INTO text_keys (id, tenant, kek_id, created_at, destroyed_at)
         VALUES (?2, ?1, '', {NOW}, {NOW}) ON CONFLICT DO NOTHING"
    );
    transaction.execute(&sql, params![tenant, id.to_string()])?;
    Ok(destroyed as u64)
}

fn delete(transaction: &Transaction<'_>, sql: &str, tenant: &str) -> Result<u64, VaultError> {
    Ok(transaction.execute(sql, [tenant])? as u64)
}

/// The write-ahead log still holds the pages as they were; this moves it into the database and
/// empties it. Rows that once moved to another page leave copies in their old one, so the database
/// is written once more before.
pub(super) fn wipe_journal(connection: &Connection) -> Result<(), VaultError> {
    match connection.execute_batch("VACUUM") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            return Err(VaultError::NotWiped);
        }
        written => written?,
    }
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))?;
    if busy == 0 {
        Ok(())
    } else {
        Err(VaultError::NotWiped)
    }
}
