//! The rotation of the master key.

use proptest::collection::vec;
use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_house_tests::values::text;
use tally_operator::domain::keys::{KeysEvent, Rotation};

pub(super) fn examples() -> Vec<AnyEvent> {
    let rotation = Rotation {
        from: vec!["local-0011223344556677".to_owned()],
        to: "local-8899aabbccddeeff".to_owned(),
    };
    let events = [
        KeysEvent::RotationStarted {
            rotation: rotation.clone(),
        },
        KeysEvent::Rotated { rotation, keys: 12 },
    ];
    events.map(AnyEvent::from).into()
}

pub(super) fn any_event() -> impl Strategy<Value = KeysEvent> {
    let rotation = (vec(text(), 0..3), text()).prop_map(|(from, to)| Rotation { from, to });
    (rotation, proptest::option::of(any::<u64>())).prop_map(|(rotation, keys)| match keys {
        None => KeysEvent::RotationStarted { rotation },
        Some(keys) => KeysEvent::Rotated { rotation, keys },
    })
}
