//! Where the stores of these tests are: schemas of one database.

use std::sync::atomic::{AtomicU32, Ordering};

use tally_view_store::{Database, ViewStore};

use crate::cluster::Cluster;
use crate::views::all_views;

/// How many ways tenants are split.
pub const SPLIT: u16 = 3;

/// A schema that no other test uses.
pub struct TestLocation {
    base: String,
}

/// How many random cases a property is tried with that would be tried with `usual`: a server takes
/// longer than a file.
pub fn cases(usual: u32) -> u32 {
    let factor = std::env::var("TESTS_FACTOR").ok();
    (usual / 8 + 1) * factor.map_or(1, |factor| factor.parse().unwrap())
}

impl TestLocation {
    pub fn new() -> Self {
        static PLACES: AtomicU32 = AtomicU32::new(0);
        Self {
            base: format!("place_{}", PLACES.fetch_add(1, Ordering::Relaxed)),
        }
    }

    pub fn open(&self) -> ViewStore {
        ViewStore::open_in(&self.database(), &all_views()).unwrap()
    }

    pub fn open_read_only(&self) -> ViewStore {
        ViewStore::open_in_read_only(&self.database(), &all_views()).unwrap()
    }

    pub fn database(&self) -> Database {
        self.split(SPLIT)
    }

    pub fn split(&self, ways: u16) -> Database {
        let (url, base) = (Cluster::shared().url(), &self.base);
        let url = format!("{url}?schema={base}&application_name={base}");
        Database::parse(&url, ways).unwrap()
    }

    /// Runs statements behind the store's back.
    pub fn run(&self, statements: &str) {
        self.ask(statements);
    }

    /// Runs statements likewise, and answers with what they say.
    pub fn ask(&self, statements: &str) -> String {
        Cluster::shared().sql(&format!("SET search_path = {}; {statements}", self.schema()))
    }

    /// Ends every connection of the stores here, as the server does when it stops.
    pub fn end_connections(&self) {
        self.ask(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
            self.base
        ));
    }

    /// Lets all commits be lost, as the last ones are when the server dies.
    pub fn lose_commits(&self) {
        self.run(
            "TRUNCATE streams, totals;
             UPDATE view_checkpoints SET position_commit = NULL, position_prepare = NULL, unknown_events = 0",
        );
        self.end_connections();
    }

    pub fn tables(&self) -> Vec<String> {
        let sql = format!(
            "SELECT relname FROM pg_stat_user_tables WHERE schemaname = '{}'",
            self.schema()
        );
        self.ask(&sql).lines().map(str::to_owned).collect()
    }

    /// All that a table holds, as a text.
    pub fn content(&self, table: &str) -> String {
        self.ask(&format!("SELECT * FROM {table}"))
    }

    /// The schema that the store made.
    pub fn schema(&self) -> String {
        let sql = format!(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^{}_[0-9a-f]{{8}}$'",
            self.base
        );
        Cluster::shared().sql(&sql)
    }

    pub fn base(&self) -> &str {
        &self.base
    }
}
