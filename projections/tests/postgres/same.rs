//! A database holds what a file holds, however tenants are split and whichever projector feeds.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tally_view_store::ViewStore;

use crate::location::{TestLocation, cases};
use crate::querying;
use crate::support::{TempStore, ops, play};
use crate::views::all_views;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(64)))]

    #[test]
    fn a_database_holds_the_rows_that_a_file_holds(ops in ops(120), split in 1u16..9, workers in 1u16..4) {
        let log = play(&ops).log;
        let folder = tempfile::tempdir()?;
        let file = ViewStore::open(&folder.path().join("views.db"), &all_views()).unwrap();
        file.apply(&log).unwrap();
        let location = TestLocation::new();
        let database = ViewStore::open_in(&location.split(split).with_workers(workers), &all_views()).unwrap();
        database.apply(&log).unwrap();
        prop_assert_eq!(database.digest().unwrap(), file.digest().unwrap());
    }

    #[test]
    fn partitions_fed_one_far_ahead_of_the_other_end_with_the_same_rows(ops in ops(120), cut in 0usize..100) {
        let log = play(&ops).log;
        let store = TempStore::empty();
        let shared = store.shared_views().unwrap();
        for partition in shared.partitions().iter().rev() {
            let mut lease = shared.try_lease(*partition).unwrap().unwrap();
            lease.apply(None, &log[..cut.min(log.len())]).unwrap();
            lease.apply(None, &log).unwrap();
        }
        prop_assert_eq!(store.digest().unwrap(), TempStore::fed(&log).digest().unwrap());
    }
}

#[test]
fn a_query_finds_in_a_database_what_it_finds_in_a_file() {
    let log = querying::world().log;
    let folder = tempfile::tempdir().unwrap();
    let file = ViewStore::open(&folder.path().join("views.db"), &all_views()).unwrap();
    file.apply(&log).unwrap();
    let database = TempStore::fed(&log);
    TestRunner::new(ProptestConfig::with_cases(cases(512)))
        .run(&querying::condition(), |query| {
            let filter = querying::filter_of(&query);
            prop_assert_eq!(
                querying::listed(&database, &filter),
                querying::listed(&file, &filter)
            );
            Ok(())
        })
        .unwrap();
}
