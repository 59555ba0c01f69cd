//! One example of every event, with every field filled. The golden files hold exactly these, so
//! they are never changed.

use chrono::{DateTime, Utc};
use tally_domain::{AnyEvent, TenantId};
use tally_operator::domain::alarm::{AlarmEvent, Firing};
use tally_operator::domain::health::{Failure, HealthEvent};
use tally_operator::domain::incident::{Affected, Component, IncidentEvent, Phase};
use tally_operator::domain::release::{ReleaseEvent, ReleaseVersion};
use uuid::Uuid;

pub fn all() -> Vec<AnyEvent> {
    [health(), alarm(), release(), incident()].concat()
}

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn health() -> Vec<AnyEvent> {
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

fn alarm() -> Vec<AnyEvent> {
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

fn release() -> Vec<AnyEvent> {
    let probed = at("2026-03-07T09:05:00Z");
    let events = vec![
        ReleaseEvent::Staged {
            version: ReleaseVersion::parse("1.4.0+9f2c1e7").unwrap(),
            bake_seconds: 86_400,
            descriptor_sha256: Some(
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
            ),
        },
        ReleaseEvent::ProbePassed {
            at: probed,
            counted_seconds: 300,
        },
        ReleaseEvent::ProbeFailed {
            at: probed,
            step: "rotate".to_owned(),
            code: "jwt.signature_invalid".to_owned(),
        },
        ReleaseEvent::TenantFailing {
            tenant: site(1),
            code: "jwt.signature_invalid".to_owned(),
        },
        ReleaseEvent::TenantRecovered { tenant: site(1) },
        ReleaseEvent::Failed {
            alarm: "TenantsFailing".to_owned(),
            tenants: 3,
        },
        ReleaseEvent::Promoted {
            baked_seconds: 86_460,
        },
        ReleaseEvent::Aborted {
            reason: "the descriptor asks for a scope too many".to_owned(),
        },
    ];
    events.into_iter().map(AnyEvent::from).collect()
}

fn incident() -> Vec<AnyEvent> {
    let events = vec![
        IncidentEvent::Proposed {
            title: "Some sites cannot open Tally".to_owned(),
            component: Component::Pages,
            alarm: Some("TenantsFailing".to_owned()),
            affected: Affected::Tenants(vec![site(1), site(2)]),
        },
        IncidentEvent::MoreAffected {
            affected: Affected::Everyone,
        },
        IncidentEvent::Confirmed {
            title: "Tally cannot be opened".to_owned(),
            message: "We are looking for the cause.".to_owned(),
        },
        IncidentEvent::Updated {
            phase: Phase::Identified,
            message: "Install callbacks do not reach us.".to_owned(),
        },
        IncidentEvent::Resolved {
            message: "All sites are well again.".to_owned(),
        },
        IncidentEvent::Dismissed {
            reason: "a test site".to_owned(),
        },
        IncidentEvent::PostmortemPublished {
            text: "A proxy answered 204 in our stead.".to_owned(),
        },
    ];
    events.into_iter().map(AnyEvent::from).collect()
}

fn site(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0100 + n))
}
