//! Taking in the rows of another store.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection as _, Error, PgConnection};
use uuid::Uuid;

use super::PostgresKeys;
use super::statements::{self, IMPORT_ERASED_PEOPLE, PURGE_ERASED_TENANTS};
use crate::VaultError;
use crate::keys::{CopiedRow, Table};

impl PostgresKeys {
    /// Takes rows of another store as they are: all or none. A tenant's data keys come first.
    pub(crate) fn import(&self, table: Table, rows: Vec<CopiedRow>) -> Result<(), VaultError> {
        let mut columns = Columns::default();
        rows.into_iter().for_each(|row| columns.push(row));
        self.ask("taking in keys", async |connection| {
            columns.write(table, connection).await
        })
    }

    /// Checks that each of these rows of another store is here, or its person or tenant is erased.
    pub(crate) fn require(&self, table: Table, rows: &[CopiedRow]) -> Result<(), VaultError> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.key.id).collect();
        let tenants: Vec<String> = rows.iter().map(|row| row.key.tenant.clone()).collect();
        let missing = self.ask("counting keys", async |connection| {
            let query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(statements::count_missing(table)));
            query.bind(&ids).bind(&tenants).fetch_one(connection).await
        })?;
        match missing {
            0 => Ok(()),
            _ => Err(VaultError::KeysAdded),
        }
    }

    /// Erases here the people that were erased in another store.
    pub(crate) fn import_erased_people(&self, rows: Vec<CopiedRow>) -> Result<(), VaultError> {
        let mut columns = Columns::default();
        rows.into_iter().for_each(|row| columns.push(row));
        let query = sqlx::query(IMPORT_ERASED_PEOPLE).bind(columns.ids);
        let query = query.bind(columns.tenants).bind(columns.destroyed_at);
        self.ask("taking in erased people", async |connection| {
            query.execute(connection).await.map(drop)
        })
    }

    /// Erases here what belongs to tenants that were erased in the other store.
    pub(crate) fn purge_erased_tenants(&self) -> Result<(), VaultError> {
        self.ask("destroying keys of erased tenants", async |connection| {
            let mut transaction = connection.begin().await?;
            for statement in PURGE_ERASED_TENANTS {
                sqlx::query(statement).execute(&mut *transaction).await?;
            }
            transaction.commit().await
        })
    }
}

/// The columns of an import.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    tenants: Vec<String>,
    subjects: Vec<String>,
    wrapped: Vec<Option<Vec<u8>>>,
    kek_ids: Vec<String>,
    created_at: Vec<DateTime<Utc>>,
    destroyed_at: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    fn push(&mut self, row: CopiedRow) {
        let (wrapped, kek_id) = match row.key.wrapped {
            Some(wrapped) => (Some(wrapped.bytes), wrapped.kek_id),
            None => (None, String::new()),
        };
        self.ids.push(row.key.id);
        self.tenants.push(row.key.tenant);
        self.subjects.push(row.key.subject);
        self.wrapped.push(wrapped);
        self.kek_ids.push(kek_id);
        self.created_at.push(row.created_at);
        self.destroyed_at.push(row.destroyed_at);
    }

    async fn write(self, table: Table, connection: &mut PgConnection) -> Result<(), Error> {
        let import = sqlx::query(statements::import(table)).bind(self.ids);
        let import = import.bind(self.tenants).bind(self.subjects).bind(self.wrapped);
        let import = import.bind(self.kek_ids).bind(self.created_at);
        let import = import.bind(self.destroyed_at);
        import.execute(connection).await.map(drop)
    }
}
