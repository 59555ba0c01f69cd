//! Assets.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::collection::btree_map;
use proptest::prelude::*;
use proptest::{option, sample};
use tally_domain::asset::{
    AssetCommand, AssetEvent, AttributeChange, AttributeId, AttributeName, AttributeValue, Tag,
};
use tally_domain::value::FreeText;
use tally_domain::{AnyEvent, PersonId, TextId};
use uuid::Uuid;

use crate::story::at;
use crate::values::{day, maybe_free_text, maybe_text, person as any_person, text, uuid};

pub(super) fn examples() -> Vec<AnyEvent> {
    let due_on = NaiveDate::from_ymd_opt(2026, 12, 24);
    let due_before = NaiveDate::from_ymd_opt(2026, 12, 1);
    let note = || Some(FreeText::new("with charger"));
    let changes = || {
        BTreeMap::from([
            change(6, Some("Berlin".into()), Some("Zürich".into())),
            change(11, Some(dent()), None),
            change(5, None, Some("SN-9F-0042".into())),
        ])
    };
    let events = vec![
        AssetEvent::Registered {
            number: 42,
            tag: Tag::parse("LAP-0042").unwrap(),
            attributes: [
                (AttributeId::NAME, AttributeValue::from("ThinkPad of Zoë")),
                (AttributeId::TYPE, AttributeValue::from("laptop")),
                (AttributeId::built_in(11), dent()),
            ]
            .into_iter()
            .collect(),
        },
        AssetEvent::AttributesEdited { changes: changes() },
        AssetEvent::CheckedOut {
            to: ADA,
            due_on,
            note: note(),
        },
        AssetEvent::CheckedIn {
            from: ADA,
            due_before,
            note: note(),
        },
        AssetEvent::Transferred {
            from: ADA,
            to: BOB,
            due_before,
            due_on,
            note: note(),
        },
        AssetEvent::RegistrationAbandoned {},
        AssetEvent::Retired {},
        AssetEvent::Restored {},
        AssetEvent::Corrected { changes: changes() },
        AssetEvent::Withdrawn {},
    ];
    events.into_iter().map(AnyEvent::from).collect()
}

const ADA: PersonId = PersonId(Uuid::from_u128(0x4c1f_8a2e_7b3d_4e59_9a60_0000_0000_0ada));
const BOB: PersonId = PersonId(Uuid::from_u128(0x4c1f_8a2e_7b3d_4e59_9a60_0000_0000_0b0b));

fn key(name: &str) -> AttributeName {
    AttributeName::parse(name).unwrap()
}

/// A note that was stored before.
fn dent() -> AttributeValue {
    let id = TextId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0051));
    AttributeValue::Free(FreeText::stored(id, Some("a dent".to_owned())))
}

fn change(
    number: u8,
    from: Option<AttributeValue>,
    to: Option<AttributeValue>,
) -> (AttributeId, AttributeChange) {
    (AttributeId::built_in(number), AttributeChange { from, to })
}

/// Any event of an asset.
pub fn any_event() -> impl Strategy<Value = AssetEvent> {
    prop_oneof![
        (any::<u64>(), tag(), btree_map(any_id(), any_value(), 0..5)).prop_map(
            |(number, tag, attributes)| {
                AssetEvent::Registered {
                    number,
                    tag,
                    attributes: attributes.into_iter().collect(),
                }
            }
        ),
        changes().prop_map(|changes| AssetEvent::AttributesEdited { changes }),
        (any_person(), option::of(day()), maybe_free_text())
            .prop_map(|(to, due_on, note)| { AssetEvent::CheckedOut { to, due_on, note } }),
        (any_person(), option::of(day()), maybe_free_text()).prop_map(|(from, due_before, note)| {
            AssetEvent::CheckedIn {
                from,
                due_before,
                note,
            }
        }),
        transfer(),
        Just(AssetEvent::RegistrationAbandoned {}),
        Just(AssetEvent::Retired {}),
        Just(AssetEvent::Restored {}),
        changes().prop_map(|changes| AssetEvent::Corrected { changes }),
        Just(AssetEvent::Withdrawn {}),
    ]
}

fn transfer() -> impl Strategy<Value = AssetEvent> {
    let days = (option::of(day()), option::of(day()));
    let parts = (any_person(), any_person(), days, maybe_free_text());
    parts.prop_map(|(from, to, (due_before, due_on), note)| AssetEvent::Transferred {
        from,
        to,
        due_before,
        due_on,
        note,
    })
}

/// Any command to an asset, so that many fit the state and many do not. It registers under one tag.
/// A withdrawal is rare, since nothing follows it.
pub fn any_command() -> impl Strategy<Value = AssetCommand> {
    prop_oneof![
        60 => any_lasting_command(),
        1 => Just(AssetCommand::Withdraw),
    ]
}

fn any_lasting_command() -> impl Strategy<Value = AssetCommand> {
    prop_oneof![
        prop_oneof![with_name(), values()].prop_map(|attributes| AssetCommand::Register {
            number: 1,
            tag: Tag::parse("LAP-001").unwrap(),
            attributes
        }),
        values().prop_map(|set| AssetCommand::Edit { set }),
        (one_of_three(), due_on(), note()).prop_map(|(to, due_on, note)| AssetCommand::CheckOut {
            to,
            due_on,
            note
        }),
        note().prop_map(|note| AssetCommand::CheckIn { note }),
        (one_of_three(), due_on(), note()).prop_map(|(to, due_on, note)| AssetCommand::Transfer {
            to,
            due_on,
            note
        }),
        Just(AssetCommand::Retire),
        Just(AssetCommand::Restore),
        (values(), 0..40i64).prop_map(|(set, minutes)| AssetCommand::Correct {
            set,
            effective_at: at(minutes),
            reason: FreeText::new("typo"),
        }),
    ]
}

fn changes() -> impl Strategy<Value = BTreeMap<AttributeId, AttributeChange>> {
    let change = (option::of(any_value()), option::of(any_value()));
    let change = change.prop_map(|(from, to)| AttributeChange { from, to });
    btree_map(any_id(), change, 0..5)
}

/// A built-in attribute, or any.
fn any_id() -> impl Strategy<Value = AttributeId> {
    prop_oneof![
        (1u8..12).prop_map(AttributeId::built_in),
        uuid().prop_map(AttributeId)
    ]
}

fn any_value() -> impl Strategy<Value = AttributeValue> {
    let free = (uuid(), maybe_text());
    prop_oneof![
        text().prop_map(AttributeValue::Text),
        free.prop_map(|(id, text)| AttributeValue::Free(FreeText::stored(TextId(id), text))),
    ]
}

fn tag() -> impl Strategy<Value = Tag> {
    "[A-Za-z0-9._/-]{1,20}".prop_map(|text| Tag::parse(&text).unwrap())
}

fn one_of_three() -> impl Strategy<Value = PersonId> {
    (1..4_u128).prop_map(|number| PersonId(Uuid::from_u128(number)))
}

fn values() -> impl Strategy<Value = BTreeMap<AttributeName, Option<String>>> {
    let keys = sample::select(vec!["name", "type", "notes", "purchased_on", "custom_1"]);
    let value = sample::select(vec!["", "  ", "a", " b ", "2024-02-29", "2024-13-01", "\u{7}"]);
    let value_of = option::of(value.prop_map(str::to_owned));
    btree_map(keys.prop_map(key), value_of, 0..4)
}

fn with_name() -> impl Strategy<Value = BTreeMap<AttributeName, Option<String>>> {
    values().prop_map(|mut values| {
        values.insert(key("name"), Some("Laptop".to_owned()));
        values
    })
}

fn due_on() -> impl Strategy<Value = Option<NaiveDate>> {
    option::of((1..28u32).prop_map(|day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap()))
}

fn note() -> impl Strategy<Value = Option<FreeText>> {
    option::of(sample::select(vec!["", " ", "with charger"]).prop_map(FreeText::new))
}
