//! The locations in which keys can be stored. Whatever is promised of a vault is promised for each.

#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "../../../../tests/src/postgres.rs"]
pub mod postgres;

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use secrecy::SecretString;
use tally_domain::TenantId;
use tally_domain::tenant::SealedSecret;
use tally_vault::{Binding, KeyEncryptionKey, KeyWrapper, LocalKeyWrapper, Vault, VaultError};
use tempfile::TempDir;

pub const TENANT: &str = "0190c0de-0000-7000-8000-00000000000a";
pub const SUBJECT: &str = "shared-secrets";

/// Where keys are, apart from the vaults over it.
pub trait KeyLocation: Sync {
    /// Opens a vault there, as another process would.
    fn open(&self, wrapper: Arc<dyn KeyWrapper>) -> Result<Vault, VaultError>;

    /// Runs a statement behind the vaults' backs; `data_keys`, `people` and `text_keys` are the
    /// tables.
    fn execute(&self, sql: &str);

    /// Makes every use of a table fail.
    fn take_away(&self, table: &str) {
        self.execute(&format!("ALTER TABLE {table} RENAME TO {table}_gone"));
    }

    /// As if a version of this program with this format had been here.
    fn set_format(&self, format: u32);
}

/// An SQLite file.
pub struct FileLocation(TempDir);

impl FileLocation {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn folder(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// Whether any file holds these bytes.
    pub fn holds(&self, bytes: &[u8]) -> bool {
        let files = std::fs::read_dir(self.folder()).unwrap();
        let mut contents = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        contents.any(|file| file.windows(bytes.len()).any(|piece| piece == bytes))
    }

    pub fn connection(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.0.path().join("keys.db")).unwrap()
    }
}

impl KeyLocation for FileLocation {
    fn open(&self, wrapper: Arc<dyn KeyWrapper>) -> Result<Vault, VaultError> {
        Vault::open_at(&self.0.path().join("keys.db"), wrapper)
    }

    fn execute(&self, sql: &str) {
        self.connection().execute_batch(sql).unwrap();
    }

    fn set_format(&self, format: u32) {
        self.execute(&format!("PRAGMA user_version = {format}"));
    }
}

/// A PostgreSQL database of its own, on a server that tests share.
pub struct DatabaseLocation {
    cluster: &'static postgres::Cluster,
    name: String,
}

impl DatabaseLocation {
    pub fn new() -> Self {
        Self::on(postgres::Cluster::shared())
    }

    pub fn on(cluster: &'static postgres::Cluster) -> Self {
        let name = format!("keys_{}", uuid::Uuid::new_v4().simple());
        cluster.sql(&format!("CREATE DATABASE {name}"));
        Self { cluster, name }
    }

    pub fn url(&self) -> String {
        self.cluster.url_of(&self.name)
    }
}

impl KeyLocation for DatabaseLocation {
    fn open(&self, wrapper: Arc<dyn KeyWrapper>) -> Result<Vault, VaultError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(Vault::open_in_database(&self.url(), wrapper))
    }

    fn execute(&self, sql: &str) {
        let sql = format!("SET search_path = tally_keys; {sql}");
        self.cluster.sql_in(&self.name, &sql);
    }

    fn set_format(&self, format: u32) {
        self.execute(&format!("UPDATE tally_keys_version SET version = {format}"));
    }
}

/// Each test in every location.
#[macro_export]
macro_rules! in_every_location {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&$crate::support::FileLocation::new()); })*
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&$crate::support::DatabaseLocation::new()); })*
        }
    };
}

pub fn kek(fill: u8) -> KeyEncryptionKey {
    let text = base64::engine::general_purpose::STANDARD.encode([fill; 32]);
    KeyEncryptionKey::from_base64(&text).unwrap()
}

pub fn wrapper(fill: u8) -> Arc<dyn KeyWrapper> {
    Arc::new(LocalKeyWrapper::new(kek(fill)))
}

pub fn tenant() -> TenantId {
    TENANT.parse().unwrap()
}

pub fn binding() -> Binding {
    Binding {
        tenant: TENANT.to_owned(),
        stream: "tenant-a-stream".to_owned(),
        revision: 3,
        field: "tenant.installed/sharedSecret".to_owned(),
    }
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

pub fn seal(vault: &Vault, text: &str) -> SealedSecret {
    vault
        .seal_secret(TENANT, SUBJECT, &binding(), &secret(text))
        .unwrap()
}
