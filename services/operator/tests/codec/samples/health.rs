//! Tenants' health.

use proptest::option;
use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_house_tests::values::{text, time};
use tally_operator::domain::health::{Failure, HealthEvent};

use super::at;

pub(super) fn examples() -> Vec<AnyEvent> {
    let failing_since = at("2026-03-07T09:00:00Z");
    let events = [
        HealthEvent::Failing {
            failure: Failure {
                code: "jwt.signature_invalid".to_owned(),
                since: failing_since,
                refusals: 17,
                last_good_at: Some(at("2026-03-07T08:59:00Z")),
            },
        },
        HealthEvent::Recovered { failing_since },
        HealthEvent::Left { failing_since },
    ];
    events.map(AnyEvent::from).into()
}

pub(super) fn any_event() -> impl Strategy<Value = HealthEvent> {
    prop_oneof![
        (text(), time(), any::<u64>(), option::of(time())).prop_map(
            |(code, since, refusals, last_good_at)| {
                HealthEvent::Failing {
                    failure: Failure {
                        code,
                        since,
                        refusals,
                        last_good_at,
                    },
                }
            }
        ),
        time().prop_map(|failing_since| HealthEvent::Recovered { failing_since }),
        time().prop_map(|failing_since| HealthEvent::Left { failing_since }),
    ]
}
