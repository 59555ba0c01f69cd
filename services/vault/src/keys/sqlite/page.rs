//! Reading whole tables, for a copy.

use chrono::{DateTime, Utc};
use rusqlite::params;
use uuid::Uuid;

use super::{SqliteKeys, read, select};
use crate::VaultError;
use crate::keys::{CopiedRow, Table};

impl SqliteKeys {
    /// The rows of a table after the id `after`, in the order of their ids.
    pub(crate) fn page(
        &self,
        table: Table,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<CopiedRow>, VaultError> {
        let destroyed_at = match table {
            Table::DataKeys | Table::Texts => "destroyed_at",
            Table::People => "NULL",
        };
        let columns = format!(", created_at, {destroyed_at} FROM ");
        let sql = format!(
            "{} WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
            select(table).replacen(" FROM ", &columns, 1)
        );
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&sql)?;
        let after = after.map(|id| id.to_string());
        let rows = statement.query_map(params![after, limit], |row| {
            let times = (row.get::<_, String>(5)?, row.get::<_, Option<String>>(6)?);
            Ok((read(table, row)?, times))
        })?;
        rows.map(|row| {
            let (key, (created_at, destroyed_at)) = row?;
            Ok(CopiedRow {
                key: key?,
                created_at: parse_time(&created_at)?,
                destroyed_at: destroyed_at.as_deref().map(parse_time).transpose()?,
            })
        })
        .collect()
    }

    /// People that were erased, after the id `after`, in the order of their ids.
    pub(crate) fn page_of_erased_people(
        &self,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<CopiedRow>, VaultError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT id, tenant, '', NULL, '', destroyed_at FROM erased_people
             WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let after = after.map(|id| id.to_string());
        let rows = statement.query_map(params![after, limit], |row| {
            Ok((read(Table::People, row)?, row.get::<_, String>(5)?))
        })?;
        rows.map(|row| {
            let (key, time) = row?;
            let time = parse_time(&time)?;
            Ok(CopiedRow {
                key: key?,
                created_at: time,
                destroyed_at: Some(time),
            })
        })
        .collect()
    }
}

fn parse_time(text: &str) -> Result<DateTime<Utc>, VaultError> {
    let time = DateTime::parse_from_rfc3339(text);
    time.map(|time| time.to_utc())
        .map_err(|_| VaultError::Corrupt("a key's time is not a time"))
}
