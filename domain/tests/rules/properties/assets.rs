//! Of assets.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use tally_domain::PersonId;
use tally_domain::asset::{
    AssetCommand, AssetEvent, AssetState, AttributeId, AttributeValue, MAX_ATTRIBUTES,
};
use tally_house_tests::business::asset::{any_command, any_event};

use crate::asset_samples::no_asset;
use crate::story::{Story, at, recorded};

/// Plays `commands`, one a minute, and hands the story after each to `check`.
fn play(
    commands: Vec<AssetCommand>,
    mut check: impl FnMut(&Story<AssetEvent>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let mut story = no_asset();
    for (minute, command) in (0..).zip(commands) {
        (_, story) = story.at(minute).when(command).decided();
        check(&story)?;
    }
    Ok(())
}

fn holder(state: &AssetState) -> Option<PersonId> {
    match state {
        AssetState::CheckedOut(_, custody) => Some(custody.holder),
        _ => None,
    }
}

proptest! {
    #[test]
    fn a_command_that_succeeded_appends_nothing_when_it_is_repeated(
        commands in prop::collection::vec(any_command(), 1..25),
    ) {
        let mut story = no_asset();
        for (minute, command) in (0..).zip(commands) {
            let (first, after) = story.at(minute).when(command.clone()).decided();
            let (again, _) = after.clone().when(command).decided();
            match first {
                Ok(_) => prop_assert_eq!(again, Ok(vec![])),
                Err(refusal) => prop_assert_eq!(again, Err(refusal)),
            }
            story = after;
        }
    }

    #[test]
    fn every_asset_has_a_name_and_never_an_empty_value(commands in prop::collection::vec(any_command(), 1..40)) {
        play(commands, |story| {
            let state = story.state();
            let Some(asset) = state.asset() else { return Ok(()) };
            prop_assert!(asset.attributes.get(AttributeId::NAME).is_some());
            prop_assert!(asset.attributes.iter().all(|(_, value)| !value.trim().is_empty() && value.trim() == value));
            prop_assert!(asset.attributes.len() <= MAX_ATTRIBUTES);
            Ok(())
        })?;
    }

    #[test]
    fn every_change_records_the_value_before_and_the_value_after(
        commands in prop::collection::vec(any_command(), 1..40),
    ) {
        let mut known = BTreeMap::<AttributeId, String>::new();
        let mut seen = 0;
        play(commands, |story| {
            for recorded in &story.history()[seen..] {
                match &recorded.event {
                    AssetEvent::Registered { attributes, .. } => {
                        known = attributes.iter().map(|(k, v)| (k, v.to_owned())).collect();
                    }
                    AssetEvent::AttributesEdited { changes } | AssetEvent::Corrected { changes } => {
                        prop_assert!(!changes.is_empty());
                        for (key, change) in changes {
                            let from = change.from.as_ref().and_then(AttributeValue::text);
                            prop_assert_eq!(known.get(key).map(String::as_str), from);
                            prop_assert_ne!(&change.from, &change.to);
                            match &change.to {
                                Some(value) => known.insert(*key, value.text().unwrap().to_owned()),
                                None => known.remove(key),
                            };
                        }
                    }
                    AssetEvent::Withdrawn {} => known.clear(),
                    _ => {}
                }
            }
            seen = story.history().len();
            let state = story.state();
            let said: BTreeMap<_, _> = state.asset().map_or_else(BTreeMap::new, |asset| {
                asset.attributes.iter().map(|(k, v)| (k, v.to_owned())).collect()
            });
            prop_assert_eq!(&said, &known);
            Ok(())
        })?;
    }

    #[test]
    fn custody_passes_from_hand_to_hand_and_each_event_names_holder_and_due_day_before(commands in prop::collection::vec(any_command(), 1..40)) {
        play(commands, |story| {
            let mut hand: Option<(PersonId, Option<NaiveDate>)> = None;
            for recorded in story.history() {
                match &recorded.event {
                    AssetEvent::CheckedOut { to, due_on, .. } => {
                        prop_assert_eq!(hand, None);
                        hand = Some((*to, *due_on));
                    }
                    AssetEvent::Transferred { from, to, due_before, due_on, .. } => {
                        prop_assert_eq!(hand, Some((*from, *due_before)));
                        prop_assert_ne!(from, to);
                        hand = Some((*to, *due_on));
                    }
                    AssetEvent::CheckedIn { from, due_before, .. } => {
                        prop_assert_eq!(hand, Some((*from, *due_before)));
                        hand = None;
                    }
                    AssetEvent::Retired {} | AssetEvent::Withdrawn {} => prop_assert_eq!(hand, None),
                    _ => {}
                }
            }
            let state = story.state();
            prop_assert_eq!(hand.map(|(person, _)| person), holder(&state));
            Ok(())
        })?;
    }

    #[test]
    fn the_fold_bears_events_in_any_order(events in prop::collection::vec(any_event(), 0..40)) {
        let mut state = AssetState::Absent;
        for (revision, event) in (0..).zip(events) {
            let retiring = event == AssetEvent::Retired {};
            state = state.evolve(&recorded(event, revision, at(0)));
            if let (true, AssetState::Retired(_)) = (retiring, &state) {
                prop_assert_eq!(holder(&state), None);
            }
        }
        let is_shown = !matches!(state, AssetState::Absent | AssetState::Abandoned | AssetState::Withdrawn(_));
        prop_assert_eq!(state.asset().is_some(), is_shown);
    }
}
