//! The register.

use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_domain::register::RegisterEvent;

pub(super) fn examples() -> Vec<AnyEvent> {
    let reserved = RegisterEvent::NumbersReserved {
        first: 101,
        last: 200,
    };
    vec![reserved.into()]
}

pub(super) fn any_event() -> impl Strategy<Value = RegisterEvent> {
    (any::<u64>(), any::<u64>()).prop_map(|(first, last)| RegisterEvent::NumbersReserved { first, last })
}
