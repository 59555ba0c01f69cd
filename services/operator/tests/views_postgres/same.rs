//! A database holds what a file holds, however tenants are split.

use proptest::prelude::*;
use tally_view_store::ViewStore;

use crate::location::{TestLocation, cases};
use crate::random::{ops, play};
use crate::views::all_views;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(64)))]

    #[test]
    fn a_database_holds_the_rows_that_a_file_holds(ops in ops(120), split in 1u16..9) {
        let log = play(&ops).log;
        let folder = tempfile::tempdir()?;
        let file = ViewStore::open(&folder.path().join("views.db"), &all_views()).unwrap();
        file.apply(&log).unwrap();
        let database = ViewStore::open_in(&TestLocation::new().split(split), &all_views()).unwrap();
        database.apply(&log).unwrap();
        prop_assert_eq!(database.digest().unwrap(), file.digest().unwrap());
    }
}

/// The name depends on the names, versions and order of all views. It may change only together with
/// a version: a node of this version would otherwise build its views again.
#[test]
fn the_schema_of_these_view_versions_keeps_its_name() {
    let location = TestLocation::new();
    location.open();
    assert_eq!(location.schema(), format!("{}_277c5a21", location.base()));
}
