//! What only files do: one process has them open for writing, and a reader keeps the file that it
//! opened.

use rusqlite::Connection;
use tally_view_store::{StoreError, ViewStore};

use crate::log::some_log;
use crate::temp_store::TempStore;
use crate::views::all_views;

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
fn a_swap_beside_a_process_that_reads_leaves_both_intact() {
    let mut log = some_log();
    let live = TempStore::fed(&log.events);
    let reader = ViewStore::open_read_only(&live.location.path, &all_views()).unwrap();
    let before = reader.digest().unwrap();
    log.add(0);
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&log.events).unwrap();
    live.swap(rebuilt).unwrap();

    assert_eq!(
        reader.digest().unwrap(),
        before,
        "it goes on reading the file it opened"
    );
    let now = TempStore::fed(&log.events).digest().unwrap();
    assert_eq!(live.digest().unwrap(), now);
    assert_eq!(live.reopened(&[]).digest().unwrap(), now);
}

#[test]
fn a_rebuild_leaves_no_file_of_its_own() {
    let log = some_log();
    let live = TempStore::fed(&log.events);
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&log.events).unwrap();
    live.swap(rebuilt).unwrap();
    let left: Vec<_> = std::fs::read_dir(live.location.path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("rebuild"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn the_remains_of_an_interrupted_rebuild_are_gone_when_the_store_is_opened_again() {
    let live = TempStore::fed(&some_log().events);
    drop(live.begin_rebuild().unwrap());
    let left = live.location.path.with_extension("db.rebuild");
    assert!(left.exists());
    let live = live.reopened(&[]);
    assert!(live.checkpoint().unwrap().is_some() && !left.exists());
}

#[test]
fn an_erasure_writes_the_whole_file_once_more() {
    let mut log = some_log();
    let live = TempStore::fed(&log.events);
    live.location.run(FREE_PAGES);
    assert!(
        count_free_pages(&live) > 0,
        "pages that may hold what was removed"
    );
    log.add_erasure(0);
    live.apply(&log.events[log.events.len() - 1..]).unwrap();
    assert_eq!(count_free_pages(&live), 0);
}

#[test]
fn a_file_that_was_to_be_written_once_more_when_its_process_ended_is_so_by_the_next() {
    let live = TempStore::fed(&some_log().events);
    let live = live.reopened(&[FREE_PAGES.to_owned(), "PRAGMA user_version = 1".to_owned()]);
    assert!(count_free_pages(&live) > 0);
    live.checkpoint().unwrap();
    assert_eq!(count_free_pages(&live), 0);
}

/// Leaves pages that no table uses.
const FREE_PAGES: &str = "CREATE TABLE filler AS SELECT randomblob(100000) AS bytes; DROP TABLE filler";

fn count_free_pages(store: &TempStore) -> i64 {
    let raw = Connection::open(&store.location.path).unwrap();
    let count = raw.query_row("PRAGMA freelist_count", [], |row| row.get(0));
    count.unwrap()
}

#[test]
fn what_was_erased_while_someone_read_leaves_the_journal_after_the_next_read() {
    let mut log = some_log();
    let live = TempStore::fed(&log.events);
    let reader = Connection::open(&live.location.path).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM sqlite_master")
        .unwrap();
    log.add_erasure(0);
    live.apply(&log.events[log.events.len() - 1..]).unwrap();
    let journal = live.location.path.with_extension("db-wal");
    let length = || std::fs::metadata(&journal).unwrap().len();
    assert!(length() > 0, "the reader still needs it");

    live.checkpoint().unwrap();
    assert!(length() > 0, "as does a read beside it");
    reader.execute_batch("COMMIT").unwrap();
    live.checkpoint().unwrap();
    assert_eq!(length(), 0);
}

#[test]
fn a_file_of_a_version_that_stored_no_event_ids_gets_them() {
    let mut log = some_log();
    let older = TempStore::fed(&log.events);
    let live = older.reopened(&["ALTER TABLE view_checkpoints DROP COLUMN event_id".to_owned()]);
    let known = live.log_points().unwrap();
    assert!(!known.is_empty() && known.iter().all(|point| point.event.is_none()));
    log.add(0);
    live.apply(&log.events).unwrap();
    let last = Some(log.last().id);
    assert!(live.log_points().unwrap().iter().any(|point| point.event == last));
}
