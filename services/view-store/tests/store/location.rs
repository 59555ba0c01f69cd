//! Where the stores of these tests are: SQLite files.

use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::types::Value;
use tally_view_store::ViewStore;
use tempfile::TempDir;

use crate::views::all_views;

/// A file in a directory of its own.
pub struct TestLocation {
    pub path: PathBuf,
    _directory: TempDir,
}

/// How many random cases a property is tried with that would be tried with `usual`.
pub fn cases(usual: u32) -> u32 {
    let factor = std::env::var("TESTS_FACTOR").ok();
    usual * factor.map_or(1, |factor| factor.parse().unwrap())
}

impl TestLocation {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            path: directory.path().join("views.db"),
            _directory: directory,
        }
    }

    pub fn open(&self) -> ViewStore {
        ViewStore::open(&self.path, &all_views()).unwrap()
    }

    pub fn open_read_only(&self) -> ViewStore {
        ViewStore::open_read_only(&self.path, &all_views()).unwrap()
    }

    /// Runs statements behind the store's back.
    pub fn run(&self, statements: &str) {
        self.raw().execute_batch(statements).unwrap();
    }

    pub fn tables(&self) -> Vec<String> {
        let raw = self.raw();
        let mut tables = raw
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
            .unwrap();
        let names = tables.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    }

    /// All that a table holds, as a text.
    pub fn content(&self, table: &str) -> String {
        let raw = self.raw();
        let mut statement = raw.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        let mut content = String::new();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get::<_, Value>(column).unwrap() {
                    Value::Text(text) => content.push_str(&text),
                    Value::Blob(bytes) => content.push_str(&String::from_utf8_lossy(&bytes)),
                    _ => {}
                }
            }
        }
        content
    }

    fn raw(&self) -> Connection {
        Connection::open(&self.path).unwrap()
    }
}
