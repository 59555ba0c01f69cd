//! Claims.

use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_domain::claim::ClaimEvent;
use uuid::Uuid;

use crate::values::{text, uuid};

pub(super) fn examples() -> Vec<AnyEvent> {
    let holder = Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0042);
    let claimed = ClaimEvent::Claimed {
        kind: "tag".to_owned(),
        value: "LAP-0042".to_owned(),
        holder,
    };
    vec![claimed.into(), ClaimEvent::Released { holder }.into()]
}

pub(super) fn any_event() -> impl Strategy<Value = ClaimEvent> {
    prop_oneof![
        (text(), text(), uuid()).prop_map(|(kind, value, holder)| ClaimEvent::Claimed {
            kind,
            value,
            holder
        }),
        uuid().prop_map(|holder| ClaimEvent::Released { holder }),
    ]
}
