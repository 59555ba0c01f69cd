//! Checking out, checking in, transferring.

use chrono::NaiveDate;
use tally_domain::asset::{AssetCommand, AssetEvent, AssetState, MAX_VALUE};
use tally_domain::value::FreeText;

use crate::asset_samples::*;
use crate::story::given;

fn friday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 9).unwrap()
}

fn checked_out_until_friday() -> AssetEvent {
    AssetEvent::CheckedOut {
        to: ada(),
        due_on: Some(friday()),
        note: None,
    }
}

#[test]
fn an_asset_in_stock_is_checked_out_with_its_due_day_and_note() {
    let command = AssetCommand::CheckOut {
        to: ada(),
        due_on: Some(friday()),
        note: Some(FreeText::new("  with charger ")),
    };
    let story = given([registered()]).when(command).then([AssetEvent::CheckedOut {
        to: ada(),
        due_on: Some(friday()),
        note: Some(FreeText::new("with charger")),
    }]);
    let AssetState::CheckedOut(_, custody) = story.state() else {
        panic!("no one has it");
    };
    assert_eq!((custody.holder, custody.due_on), (ada(), Some(friday())));
}

#[test]
fn checking_out_to_the_holder_appends_nothing() {
    given([registered(), checked_out(ada())])
        .when(check_out(ada()))
        .nothing_happens();
}

#[test]
fn check_out_is_refused_while_someone_else_holds_the_asset() {
    given([registered(), checked_out(ada())])
        .when(check_out(bob()))
        .refused("asset.already_checked_out");
}

#[test]
fn a_checked_in_asset_is_back_in_stock_and_the_event_names_the_holder() {
    given([registered(), checked_out(ada())])
        .when(check_in())
        .then([checked_in(ada())])
        .when(check_in())
        .nothing_happens()
        .when(check_out(bob()))
        .then([checked_out(bob())]);
}

#[test]
fn a_transfer_names_both_holders() {
    given([registered(), checked_out(ada())])
        .when(transfer(bob()))
        .then([transferred(ada(), bob())])
        .when(check_in())
        .then([checked_in(bob())]);
}

#[test]
fn a_transfer_takes_its_own_due_day_and_records_the_one_before() {
    let story = given([registered(), checked_out_until_friday()])
        .when(transfer(bob()))
        .then([AssetEvent::Transferred {
            from: ada(),
            to: bob(),
            due_before: Some(friday()),
            due_on: None,
            note: None,
        }]);
    assert!(matches!(story.state(), AssetState::CheckedOut(_, custody) if custody.due_on.is_none()));
}

#[test]
fn a_check_in_records_the_due_day_that_it_drops() {
    given([registered(), checked_out_until_friday()])
        .when(check_in())
        .then([AssetEvent::CheckedIn {
            from: ada(),
            due_before: Some(friday()),
            note: None,
        }]);
}

#[test]
fn a_transfer_to_the_holder_appends_nothing() {
    given([registered(), checked_out(ada())])
        .when(transfer(ada()))
        .nothing_happens();
}

#[test]
fn a_transfer_needs_a_holder() {
    given([registered()])
        .when(transfer(ada()))
        .refused("asset.not_checked_out");
}

#[test]
fn a_note_has_the_characters_that_a_value_can_have() {
    let with_note = |text: &str| AssetCommand::CheckOut {
        to: ada(),
        due_on: None,
        note: Some(FreeText::new(text)),
    };
    for bad in ["a\u{0}b", "a\u{1b}[31mb", "a\u{202E}b", "a\u{2066}b", "\u{2066}a"] {
        given([registered()])
            .when(with_note(bad))
            .refused("asset.note_invalid");
    }
    given([registered()])
        .when(with_note("\u{200B}one\r\n\ttwo\u{FEFF}"))
        .then([AssetEvent::CheckedOut {
            to: ada(),
            due_on: None,
            note: Some(FreeText::new("one\r\n\ttwo")),
        }]);
}

#[test]
fn a_note_has_at_most_2000_characters() {
    let with_note = |length: usize| AssetCommand::CheckOut {
        to: ada(),
        due_on: None,
        note: Some(FreeText::new("é".repeat(length))),
    };
    given([registered()])
        .when(with_note(MAX_VALUE + 1))
        .refused("asset.note_too_long")
        .when(with_note(MAX_VALUE))
        .then([AssetEvent::CheckedOut {
            to: ada(),
            due_on: None,
            note: Some(FreeText::new("é".repeat(MAX_VALUE))),
        }])
        .when(AssetCommand::CheckIn {
            note: Some(FreeText::new("x".repeat(MAX_VALUE + 1))),
        })
        .refused("asset.note_too_long");
}
