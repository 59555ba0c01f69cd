//! What only files do: one process has them for writing, and a reader keeps the file that it
//! opened.

use tally_view_store::{StoreError, ViewStore};

use crate::support::{TempStore, all_views, some_world};

#[test]
fn a_second_process_cannot_feed_the_views() {
    let first = TempStore::empty();
    assert!(matches!(
        ViewStore::open(&first.location.path, &all_views()),
        Err(StoreError::InUse { .. })
    ));
}

#[test]
fn opening_for_reading_makes_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("views.db");
    assert!(ViewStore::open_read_only(&path, &all_views()).is_err());
    assert!(!path.exists());
}

#[test]
fn a_swap_beside_a_process_that_reads_leaves_both_whole() {
    let mut world = some_world();
    let live = TempStore::fed(&world.log);
    let reader = ViewStore::open_read_only(&live.location.path, &all_views()).unwrap();
    let before = reader.digest().unwrap();
    world.register(0, 2, "A-2", "Chair", &[]);
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    live.swap(rebuilt).unwrap();

    assert_eq!(
        reader.digest().unwrap(),
        before,
        "it goes on reading the file it opened"
    );
    let now = TempStore::fed(&world.log).digest().unwrap();
    assert_eq!(live.digest().unwrap(), now);
    assert_eq!(live.reopened(&[]).digest().unwrap(), now);
}

#[test]
fn a_rebuild_leaves_no_file_of_its_own() {
    let world = some_world();
    let live = TempStore::fed(&world.log);
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    live.swap(rebuilt).unwrap();
    let left: Vec<_> = std::fs::read_dir(live.location.path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("rebuild"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}
