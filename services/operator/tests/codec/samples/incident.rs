//! Incidents.

use proptest::collection::vec;
use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_house_tests::values::{maybe_text, text};
use tally_operator::domain::incident::{Affected, Component, IncidentEvent, IncidentTitle, Phase};

use super::{site, tenant};

pub(super) fn examples() -> Vec<AnyEvent> {
    let events = vec![
        IncidentEvent::Proposed {
            title: IncidentTitle::OfAlarm("TenantsFailing".to_owned()),
            component: Component::Pages,
            alarm: Some("TenantsFailing".to_owned()),
            affected: Affected::Tenants(vec![site(1), site(2)]),
        },
        IncidentEvent::MoreAffected {
            affected: Affected::Everyone,
        },
        IncidentEvent::Confirmed {
            title: "Tally cannot be opened".into(),
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

pub(super) fn any_event() -> impl Strategy<Value = IncidentEvent> {
    let component = proptest::sample::select(Component::ALL.to_vec());
    let phase = proptest::sample::select(vec![Phase::Investigating, Phase::Identified, Phase::Monitoring]);
    prop_oneof![
        (title(), component, maybe_text(), affected()).prop_map(|(title, component, alarm, affected)| {
            IncidentEvent::Proposed {
                title,
                component,
                alarm,
                affected,
            }
        }),
        affected().prop_map(|affected| IncidentEvent::MoreAffected { affected }),
        (title(), text()).prop_map(|(title, message)| IncidentEvent::Confirmed { title, message }),
        (phase, text()).prop_map(|(phase, message)| IncidentEvent::Updated { phase, message }),
        text().prop_map(|message| IncidentEvent::Resolved { message }),
        text().prop_map(|reason| IncidentEvent::Dismissed { reason }),
        text().prop_map(|text| IncidentEvent::PostmortemPublished { text }),
    ]
}

fn affected() -> impl Strategy<Value = Affected> {
    prop_oneof![
        Just(Affected::Everyone),
        vec(tenant(), 0..4).prop_map(Affected::Tenants),
    ]
}

fn title() -> impl Strategy<Value = IncidentTitle> {
    prop_oneof![
        text().prop_map(IncidentTitle::OfAlarm),
        text().prop_map(IncidentTitle::Written)
    ]
}
