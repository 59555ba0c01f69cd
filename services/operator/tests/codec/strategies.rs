//! Any event of the operator's house.

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tally_domain::{AnyEvent, TenantId};
use tally_operator::domain::alarm::{AlarmEvent, Firing};
use tally_operator::domain::health::{Failure, HealthEvent};
use tally_operator::domain::incident::{Affected, Component, IncidentEvent, Phase};
use tally_operator::domain::release::{ReleaseEvent, ReleaseVersion};
use uuid::Uuid;

pub fn event() -> impl Strategy<Value = AnyEvent> {
    prop_oneof![
        health().prop_map(AnyEvent::from),
        alarm().prop_map(AnyEvent::from),
        release().prop_map(AnyEvent::from),
        incident().prop_map(AnyEvent::from),
    ]
}

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// To the nanosecond, as a token's or a caller's time may be.
fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0..4_000_000_000_i64, 0..1_000_000_000_u32)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
}

fn health() -> impl Strategy<Value = HealthEvent> {
    prop_oneof![
        (".*", time(), any::<u64>(), option::of(time())).prop_map(|(code, since, refusals, last_good_at)| {
            HealthEvent::Failing {
                failure: Failure {
                    code,
                    since,
                    refusals,
                    last_good_at,
                },
            }
        }),
        time().prop_map(|failing_since| HealthEvent::Recovered { failing_since }),
        time().prop_map(|failing_since| HealthEvent::Left { failing_since }),
    ]
}

fn alarm() -> impl Strategy<Value = AlarmEvent> {
    let firing = (".*", time(), measured(), measured(), vec(site(), 0..4));
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

fn release() -> impl Strategy<Value = ReleaseEvent> {
    let version = "[A-Za-z0-9._+-]{1,64}".prop_map(|text| ReleaseVersion::parse(&text).unwrap());
    prop_oneof![
        (version, any::<u64>(), option::of(".*")).prop_map(|(version, bake_seconds, descriptor_sha256)| {
            ReleaseEvent::Staged {
                version,
                bake_seconds,
                descriptor_sha256,
            }
        }),
        (time(), any::<u64>())
            .prop_map(|(at, counted_seconds)| ReleaseEvent::ProbePassed { at, counted_seconds }),
        (time(), ".*", ".*").prop_map(|(at, step, code)| ReleaseEvent::ProbeFailed { at, step, code }),
        (site(), ".*").prop_map(|(tenant, code)| ReleaseEvent::TenantFailing { tenant, code }),
        site().prop_map(|tenant| ReleaseEvent::TenantRecovered { tenant }),
        (".*", any::<u64>()).prop_map(|(alarm, tenants)| ReleaseEvent::Failed { alarm, tenants }),
        any::<u64>().prop_map(|baked_seconds| ReleaseEvent::Promoted { baked_seconds }),
        ".*".prop_map(|reason| ReleaseEvent::Aborted { reason }),
    ]
}

fn incident() -> impl Strategy<Value = IncidentEvent> {
    let component = proptest::sample::select(Component::ALL.to_vec());
    let phase = proptest::sample::select(vec![Phase::Investigating, Phase::Identified, Phase::Monitoring]);
    prop_oneof![
        (".*", component, option::of(".*"), affected()).prop_map(|(title, component, alarm, affected)| {
            IncidentEvent::Proposed {
                title,
                component,
                alarm,
                affected,
            }
        }),
        affected().prop_map(|affected| IncidentEvent::MoreAffected { affected }),
        (".*", ".*").prop_map(|(title, message)| IncidentEvent::Confirmed { title, message }),
        (phase, ".*").prop_map(|(phase, message)| IncidentEvent::Updated { phase, message }),
        ".*".prop_map(|message| IncidentEvent::Resolved { message }),
        ".*".prop_map(|reason| IncidentEvent::Dismissed { reason }),
        ".*".prop_map(|text| IncidentEvent::PostmortemPublished { text }),
    ]
}

fn affected() -> impl Strategy<Value = Affected> {
    prop_oneof![
        Just(Affected::Everyone),
        vec(site(), 0..4).prop_map(Affected::Tenants),
    ]
}

fn site() -> impl Strategy<Value = TenantId> {
    uuid().prop_map(TenantId)
}

/// To the thousandth, which is more than any alarm measures.
fn measured() -> impl Strategy<Value = f64> {
    (-1_000_000_000_i32..1_000_000_000).prop_map(|thousandths| f64::from(thousandths) / 1000.0)
}
