//! What an import's events become.

use chrono::Duration;
use tally_domain::TextId;
use tally_domain::import::{ImportOutcome, ImportState, Verdict};
use tally_domain::value::FreeText;
use tally_projections::{ImportList, ImportRecord, QueryError, QueryRefusal};
use uuid::Uuid;

use crate::support::{TempStore, World, import_id, person, tenant_id};

fn imported_world() -> World {
    let mut world = World::new();
    world.start_import(0, 1, 4).unwrap();
    world
        .judge(
            0,
            1,
            &[
                Verdict::Registered,
                Verdict::Refused,
                Verdict::RegisteredWithWarning,
            ],
        )
        .unwrap();
    world
}

fn the_import(store: &TempStore) -> ImportRecord {
    let found = ImportList::of(store).import(tenant_id(0), import_id(1));
    found.unwrap().unwrap()
}

#[test]
fn an_import_whose_file_name_was_erased_says_so() {
    let mut world = World::new();
    let erased = FreeText::stored(TextId(Uuid::from_u128(7)), None);
    world.start_import_of(erased, 0, 1, 4).unwrap();
    let import = the_import(&TempStore::fed(&world.log));
    assert_eq!((import.file_name, import.file_name_erased), (None, true));
}

#[test]
fn a_running_import_shows_who_started_it_and_its_counts_add_up() {
    let world = imported_world();
    let store = TempStore::fed(&world.log);
    let import = the_import(&store);
    let file_name = (import.file_name.as_deref(), import.file_name_erased);
    assert_eq!(file_name, (Some("x.csv"), false));
    assert_eq!(import.started_by.person, Some(person(9)));
    assert_eq!((import.started_at, import.ended_at), (world.now, None));
    assert!(matches!(import.state, ImportState::Running(_)));
    let counts = import.counts();
    assert_eq!(
        (
            counts.registered,
            counts.registered_with_warning,
            counts.refused,
            counts.pending
        ),
        (1, 1, 1, 1)
    );
    assert_eq!(counts.rows, 4);
    assert_eq!(
        ImportList::of(&store).running().unwrap(),
        vec![(tenant_id(0), import_id(1))]
    );
}

#[test]
fn rows_come_in_the_order_of_the_file_and_by_verdict() {
    let store = TempStore::fed(&imported_world().log);
    let rows = |verdict| {
        let page = ImportList::of(&store)
            .rows(tenant_id(0), import_id(1), verdict, 10, None)
            .unwrap();
        page.items
            .into_iter()
            .map(|row| (row.row, row.line, row.verdict))
            .collect::<Vec<_>>()
    };
    let refused = (2, 3, Verdict::Refused);
    let expected = [
        (1, 2, Verdict::Registered),
        refused,
        (3, 4, Verdict::RegisteredWithWarning),
    ];
    assert_eq!(rows(None), expected);
    assert_eq!(rows(Some(Verdict::Refused)), [refused]);
}

#[test]
fn an_import_that_is_to_stop_runs_until_it_ends() {
    let mut world = imported_world();
    world.cancel_import(0, 1).unwrap();
    world.judge(0, 1, &[Verdict::Registered]).unwrap();
    let store = TempStore::fed(&world.log);
    let import = the_import(&store);
    assert_eq!(import.state, ImportState::Stopping(import.counts()));
    assert_eq!((import.counts().registered, import.ended_at), (2, None));
    assert_eq!(
        ImportList::of(&store).running().unwrap(),
        vec![(tenant_id(0), import_id(1))]
    );
}

#[test]
fn an_ended_import_shows_when_and_how_and_runs_no_more() {
    let mut world = imported_world();
    world.wait(Duration::minutes(1));
    world.end_import(0, 1, ImportOutcome::Cancelled).unwrap();
    let store = TempStore::fed(&world.log);
    let import = the_import(&store);
    assert_eq!(import.ended_at, Some(world.now));
    assert_eq!(import.outcome(), Some(ImportOutcome::Cancelled));
    assert_eq!(import.counts().pending, 1);
    assert_eq!(ImportList::of(&store).running().unwrap(), vec![]);
}

#[test]
fn imports_are_listed_newest_first() {
    let mut world = World::new();
    for n in 1..4 {
        world.start_import(0, n, 1).unwrap();
        world.wait(Duration::seconds(1));
    }
    let store = TempStore::fed(&world.log);
    let page = ImportList::of(&store).imports(tenant_id(0), 10, None).unwrap();
    let ids: Vec<_> = page.items.iter().map(|import| import.id).collect();
    assert_eq!(ids, [import_id(3), import_id(2), import_id(1)]);
}

#[test]
fn a_cursor_of_another_imports_rows_is_refused() {
    let mut world = imported_world();
    world.start_import(0, 2, 4).unwrap();
    let store = TempStore::fed(&world.log);
    let cursor = ImportList::of(&store)
        .rows(tenant_id(0), import_id(1), None, 1, None)
        .unwrap()
        .next_cursor;
    let refused = ImportList::of(&store).rows(tenant_id(0), import_id(2), None, 1, cursor.as_deref());
    assert!(matches!(
        refused,
        Err(QueryError::Refused(QueryRefusal::CursorInvalid))
    ));
}
