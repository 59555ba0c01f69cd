//! People.

use proptest::prelude::*;
use tally_domain::person::PersonEvent;
use tally_domain::value::Personal;
use tally_domain::{AnyEvent, PersonId};
use uuid::Uuid;

use crate::values::{person, text};

pub(super) fn examples() -> Vec<AnyEvent> {
    let ada = PersonId(Uuid::from_u128(0x4c1f_8a2e_7b3d_4e59_9a60_0000_0000_0ada));
    let personal = |text: &str| Personal::new(ada, Some(text.to_owned()));
    let events = vec![
        PersonEvent::Known {
            account: personal("712020:ada"),
        },
        PersonEvent::Renamed {
            name: personal("Ada Lovelace"),
        },
        PersonEvent::Erased {},
    ];
    events.into_iter().map(AnyEvent::from).collect()
}

pub(super) fn any_event() -> impl Strategy<Value = PersonEvent> {
    let personal = || (person(), text()).prop_map(|(person, text)| Personal::new(person, Some(text)));
    prop_oneof![
        personal().prop_map(|account| PersonEvent::Known { account }),
        personal().prop_map(|name| PersonEvent::Renamed { name }),
        Just(PersonEvent::Erased {}),
    ]
}
