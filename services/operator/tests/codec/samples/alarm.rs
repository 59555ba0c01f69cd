//! Alarms.

use proptest::collection::vec;
use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_house_tests::values::{text, time};
use tally_operator::domain::alarm::{AlarmEvent, Firing};

use super::{at, site, tenant};

pub(super) fn examples() -> Vec<AnyEvent> {
    let since = at("2026-03-07T09:00:00Z");
    let events = [
        AlarmEvent::Fired {
            firing: Firing {
                alarm: "TenantsFailing".to_owned(),
                since,
                value: 3.0,
                limit: 2.5,
                tenants: vec![site(1), site(2)],
            },
        },
        AlarmEvent::Resolved { firing_since: since },
    ];
    events.map(AnyEvent::from).into()
}

pub(super) fn any_event() -> impl Strategy<Value = AlarmEvent> {
    let firing = (text(), time(), measured(), measured(), vec(tenant(), 0..4));
    prop_oneof![
        firing.prop_map(|(alarm, since, value, limit, tenants)| AlarmEvent::Fired {
            firing: Firing {
                alarm,
                since,
                value,
                limit,
                tenants
            }
        }),
        time().prop_map(|firing_since| AlarmEvent::Resolved { firing_since }),
    ]
}

/// To the thousandth, which is more than any alarm measures.
fn measured() -> impl Strategy<Value = f64> {
    (-1_000_000_000_i32..1_000_000_000).prop_map(|thousandths| f64::from(thousandths) / 1000.0)
}
