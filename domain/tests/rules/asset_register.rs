//! Registering, retiring, restoring.

use tally_domain::asset::{AssetCommand, AssetEvent, AssetState, Tag, abandon};
use tally_domain::value::FreeText;

use crate::asset_samples::*;
use crate::story::{at, given};

fn named_laptop() -> AssetCommand {
    register(values([("name", "Laptop")]))
}

#[test]
fn a_registered_asset_is_in_stock_since_its_registration() {
    let story = no_asset().at(5).when(named_laptop()).then([registered()]);
    let AssetState::InStock(asset) = story.state() else {
        panic!("not in stock: {:?}", story.state());
    };
    assert_eq!((asset.tag, asset.registered_at), (tag(), at(5)));
}

#[test]
fn registering_needs_a_name() {
    no_asset().when(register(values([]))).refused("asset.name_empty");
    no_asset()
        .when(register(values([("name", "  "), ("type", "laptop")])))
        .refused("asset.name_empty");
}

#[test]
fn registering_trims_values_and_leaves_blank_ones_out() {
    no_asset()
        .when(register(values([("name", " Laptop "), ("notes", "\t ")])))
        .then([registered()]);
}

#[test]
fn registering_the_same_again_appends_nothing() {
    given([registered()]).when(named_laptop()).nothing_happens();
}

#[test]
fn registering_the_same_again_under_another_number_keeps_the_first() {
    let AssetCommand::Register { tag, attributes, .. } = named_laptop() else {
        panic!("no registration");
    };
    let again = AssetCommand::Register {
        number: 2,
        tag,
        attributes,
    };
    given([registered()]).when(again).nothing_happens();
}

#[test]
fn registering_something_else_under_the_same_id_is_refused() {
    given([registered()])
        .when(register(values([("name", "Server")])))
        .refused("asset.already_registered");
    let other_tag = AssetCommand::Register {
        number: 1,
        tag: Tag::parse("LAP-002").unwrap(),
        attributes: values([("name", "Laptop")]),
    };
    given([registered()])
        .when(other_tag)
        .refused("asset.already_registered");
}

#[test]
fn nothing_can_be_done_with_an_asset_that_is_not_there() {
    let correct = AssetCommand::Correct {
        set: values([("name", "x")]),
        effective_at: at(0),
        reason: FreeText::new("typo"),
    };
    let commands = [
        edit([("name", "x")]),
        check_out(ada()),
        check_in(),
        transfer(ada()),
        AssetCommand::Retire,
        AssetCommand::Restore,
        correct,
    ];
    for command in commands {
        no_asset().when(command).refused("asset.not_found");
    }
}

#[test]
fn an_asset_in_stock_retires_once() {
    given([registered()])
        .when(AssetCommand::Retire)
        .then([AssetEvent::Retired {}])
        .when(AssetCommand::Retire)
        .nothing_happens();
}

#[test]
fn an_asset_with_a_holder_cannot_retire() {
    given([registered(), checked_out(ada())])
        .when(AssetCommand::Retire)
        .refused("asset.still_checked_out");
}

#[test]
fn a_retired_asset_comes_back_into_stock_once() {
    given([registered(), AssetEvent::Retired {}])
        .when(AssetCommand::Restore)
        .then([AssetEvent::Restored {}])
        .when(AssetCommand::Restore)
        .nothing_happens()
        .when(check_out(ada()))
        .then([checked_out(ada())]);
}

#[test]
fn restoring_an_asset_with_a_holder_appends_nothing() {
    given([registered(), checked_out(ada())])
        .when(AssetCommand::Restore)
        .nothing_happens();
}

#[test]
fn a_retired_asset_is_neither_edited_nor_handed_out() {
    let retired = given([registered(), AssetEvent::Retired {}]);
    for command in [
        edit([("name", "x")]),
        check_out(ada()),
        check_in(),
        transfer(ada()),
    ] {
        retired.clone().when(command).refused("asset.retired");
    }
}

#[test]
fn retiring_keeps_the_tag_and_what_is_said_of_the_asset() {
    let before = given([registered()]);
    let after = before.clone().and([AssetEvent::Retired {}]);
    assert_eq!(before.state().asset(), after.state().asset());
}

#[test]
fn a_registration_is_withdrawn_once_also_when_the_asset_is_retired() {
    for before in [vec![], vec![AssetEvent::Retired {}]] {
        let withdrawn = given([registered()])
            .and(before)
            .when(AssetCommand::Withdraw)
            .then([AssetEvent::Withdrawn {}]);
        assert_eq!(withdrawn.state().asset(), None);
        withdrawn.when(AssetCommand::Withdraw).nothing_happens();
    }
}

#[test]
fn an_asset_with_a_holder_is_not_withdrawn() {
    given([registered(), checked_out(ada())])
        .when(AssetCommand::Withdraw)
        .refused("asset.still_checked_out");
}

#[test]
fn nothing_happens_to_a_withdrawn_asset_any_more() {
    let withdrawn = given([registered(), AssetEvent::Withdrawn {}]);
    for command in [
        named_laptop(),
        edit([("name", "x")]),
        check_out(ada()),
        check_in(),
        transfer(ada()),
        AssetCommand::Retire,
        AssetCommand::Restore,
    ] {
        withdrawn.clone().when(command).refused("asset.withdrawn");
    }
    assert_eq!(abandon(&withdrawn.state()), vec![]);
}

#[test]
fn a_registration_that_never_came_about_is_fenced_once() {
    let fence = AssetEvent::RegistrationAbandoned {};
    assert_eq!(abandon(&no_asset().state()), vec![fence.clone()]);
    assert_eq!(abandon(&given([fence]).state()), vec![]);
}

#[test]
fn a_fenced_registration_cannot_complete_any_more() {
    let fenced = given([AssetEvent::RegistrationAbandoned {}]);
    fenced.clone().when(named_laptop()).refused("asset.tag_taken");
    for command in [check_out(ada()), check_in(), AssetCommand::Retire] {
        fenced.clone().when(command).refused("asset.not_found");
    }
    assert_eq!(fenced.state().asset(), None);
}

#[test]
fn a_registration_that_came_about_is_never_fenced() {
    let story = given([registered()]);
    assert_eq!(abandon(&story.state()), vec![]);
    let forced = story.clone().and([AssetEvent::RegistrationAbandoned {}]);
    assert_eq!(forced.state(), story.state());
}
