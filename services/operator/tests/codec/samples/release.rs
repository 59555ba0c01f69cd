//! Releases.

use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_house_tests::values::{maybe_text, text, time};
use tally_operator::domain::release::{ReleaseEvent, ReleaseVersion};

use super::{at, site, tenant};

pub(super) fn examples() -> Vec<AnyEvent> {
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

pub(super) fn any_event() -> impl Strategy<Value = ReleaseEvent> {
    let version = "[A-Za-z0-9._+-]{1,64}".prop_map(|text| ReleaseVersion::parse(&text).unwrap());
    prop_oneof![
        (version, any::<u64>(), maybe_text()).prop_map(|(version, bake_seconds, descriptor_sha256)| {
            ReleaseEvent::Staged {
                version,
                bake_seconds,
                descriptor_sha256,
            }
        }),
        (time(), any::<u64>())
            .prop_map(|(at, counted_seconds)| ReleaseEvent::ProbePassed { at, counted_seconds }),
        (time(), text(), text()).prop_map(|(at, step, code)| ReleaseEvent::ProbeFailed { at, step, code }),
        (tenant(), text()).prop_map(|(tenant, code)| ReleaseEvent::TenantFailing { tenant, code }),
        tenant().prop_map(|tenant| ReleaseEvent::TenantRecovered { tenant }),
        (text(), any::<u64>()).prop_map(|(alarm, tenants)| ReleaseEvent::Failed { alarm, tenants }),
        any::<u64>().prop_map(|baked_seconds| ReleaseEvent::Promoted { baked_seconds }),
        text().prop_map(|reason| ReleaseEvent::Aborted { reason }),
    ]
}
