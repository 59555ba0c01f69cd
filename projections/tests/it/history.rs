//! What an asset's events become in its history.

use chrono::Duration;
use tally_domain::asset::{AssetCommand, AssetEvent, FieldChange};
use tally_domain::value::FreeText;
use tally_domain::{Actor, Context, StreamName, Via};
use tally_projections::{AssetHistory, HistoryEntry};

use crate::support::{TempStore, World, asset_id, attribute, person, set, tenant_id};

fn history(store: &TempStore, asset: u8) -> Vec<HistoryEntry> {
    AssetHistory::of(store)
        .history(tenant_id(0), asset_id(asset), None, &[], 100, None)
        .unwrap()
        .items
}

fn change(field: &str, from: Option<&str>, to: Option<&str>) -> FieldChange {
    FieldChange {
        field: field.to_owned(),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
    }
}

#[test]
fn the_history_lists_each_event_newest_first_as_changes_of_fields() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let due_on = Some("2026-12-24".parse().unwrap());
    let note = Some(FreeText::new("for the fair"));
    world
        .asset(
            0,
            1,
            &AssetCommand::CheckOut {
                to: person(1),
                due_on,
                note,
            },
        )
        .unwrap();
    world
        .asset(
            0,
            1,
            &AssetCommand::Transfer {
                to: person(2),
                due_on: None,
                note: None,
            },
        )
        .unwrap();
    world.asset(0, 1, &AssetCommand::CheckIn { note: None }).unwrap();
    world.asset(0, 1, &AssetCommand::Retire).unwrap();
    let entries = history(&TempStore::fed(&world.log), 1);

    let types: Vec<_> = entries
        .iter()
        .rev()
        .map(|entry| entry.event_type.as_str())
        .collect();
    let expected = [
        "asset.registered",
        "asset.checked_out",
        "asset.transferred",
        "asset.checked_in",
        "asset.retired",
    ];
    assert_eq!(types, expected);
    assert_eq!(
        entries.iter().map(|entry| entry.revision).collect::<Vec<_>>(),
        [4, 3, 2, 1, 0]
    );
    let (one, two) = (person(1).to_string(), person(2).to_string());
    assert_eq!(
        entries[4].changes,
        [
            change("tag", None, Some("A-1")),
            change("status", None, Some("in_stock")),
            change(&attribute("name").to_string(), None, Some("Desk")),
        ]
    );
    assert_eq!(
        entries[3].changes,
        [
            change("holder", None, Some(one.as_str())),
            change("status", Some("in_stock"), Some("checked_out")),
            change("due_on", None, Some("2026-12-24")),
        ]
    );
    assert_eq!(
        entries[2].changes,
        [
            change("holder", Some(one.as_str()), Some(two.as_str())),
            change("due_on", Some("2026-12-24"), None),
        ]
    );
    assert_eq!(
        entries[1].changes,
        [
            change("holder", Some(two.as_str()), None),
            change("status", Some("checked_out"), Some("in_stock")),
        ]
    );
    assert_eq!(
        entries[0].changes,
        [change("status", Some("in_stock"), Some("retired"))]
    );
    assert_eq!(entries[3].note.as_deref(), Some("for the fair"));
    assert_eq!(
        entries[3].actor,
        Actor {
            person: Some(person(9)),
            via: Via::User
        }
    );
    assert!(entries[3].request.is_some());
}

#[test]
fn a_new_due_day_is_listed_with_the_one_it_replaces() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let day = |text: &str| Some(text.parse().unwrap());
    let out = AssetCommand::CheckOut {
        to: person(1),
        due_on: day("2026-12-24"),
        note: None,
    };
    world.asset(0, 1, &out).unwrap();
    let on = AssetCommand::Transfer {
        to: person(2),
        due_on: day("2027-01-06"),
        note: None,
    };
    world.asset(0, 1, &on).unwrap();
    let entries = history(&TempStore::fed(&world.log), 1);
    assert_eq!(
        entries[0].changes[1],
        change("due_on", Some("2026-12-24"), Some("2027-01-06"))
    );
}

#[test]
fn a_correction_is_listed_with_its_reason_and_since_when_it_is_true() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[("serial", "1")]);
    let effective_at = world.now;
    world.wait(Duration::days(3));
    let correct = AssetCommand::Correct {
        set: set(&[("serial", "2")]),
        effective_at,
        reason: FreeText::new("misread"),
    };
    world.asset(0, 1, &correct).unwrap();
    let entries = history(&TempStore::fed(&world.log), 1);
    assert_eq!(entries[0].event_type, "asset.corrected");
    assert_eq!(
        (entries[0].at, entries[0].effective_at),
        (world.now, Some(effective_at))
    );
    assert_eq!(entries[0].reason.as_deref(), Some("misread"));
    assert_eq!(
        entries[0].changes,
        [change(&attribute("serial").to_string(), Some("1"), Some("2"))]
    );
}

#[test]
fn the_event_that_another_takes_back_is_listed_with_it() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    world.asset(0, 1, &AssetCommand::Retire).unwrap();
    let retired = world.last().id;
    let context = Context {
        reverts: Some(retired),
        ..world.context(Some(tenant_id(0)), Actor::user(person(9)))
    };
    let stream = StreamName::asset(tenant_id(0), asset_id(1));
    world.record(&stream, context, AssetEvent::Restored {});
    let entries = history(&TempStore::fed(&world.log), 1);
    let reverts: Vec<_> = entries.iter().map(|entry| entry.reverts).collect();
    assert_eq!(reverts, [Some(retired), None, None]);
}
