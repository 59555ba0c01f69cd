//! Of incidents.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tally_domain::TenantId;
use tally_operator::domain::incident::{
    Affected, Component, IncidentCommand as C, IncidentEvent as E, IncidentState, IncidentTitle, Phase,
    Stage, decide,
};
use uuid::Uuid;

fn affected() -> impl Strategy<Value = Affected> {
    let tenant = (0..4u128).prop_map(|n| TenantId(Uuid::from_u128(n)));
    prop_oneof![
        1 => Just(Affected::Everyone),
        5 => prop::collection::vec(tenant, 0..4).prop_map(Affected::Tenants),
    ]
}

fn command() -> impl Strategy<Value = C> {
    let text = || prop::sample::select(vec!["", " ", "one", " one", "two"]).prop_map(str::to_owned);
    let phase = prop::sample::select(vec![Phase::Investigating, Phase::Identified, Phase::Monitoring]);
    prop_oneof![
        3 => (text(), affected()).prop_map(|(title, affected)| C::Propose {
            title: IncidentTitle::Written(title),
            component: Component::Imports,
            alarm: None,
            affected,
        }),
        3 => affected().prop_map(|affected| C::AddAffected { affected }),
        3 => (prop::option::of(text()), text()).prop_map(|(title, message)| C::Confirm { title, message }),
        3 => (phase, text()).prop_map(|(phase, message)| C::Update { phase, message }),
        1 => text().prop_map(|message| C::Resolve { message }),
        1 => text().prop_map(|reason| C::Dismiss { reason }),
        2 => text().prop_map(|text| C::PublishPostmortem { text }),
    ]
}

fn log_of(commands: &[C]) -> Vec<E> {
    let mut log = vec![];
    for command in commands {
        log.extend(decide(&IncidentState::fold(&log), command).unwrap_or_default());
    }
    log
}

proptest! {
    #[test]
    fn nothing_is_public_before_it_is_confirmed_and_nothing_happens_after_the_end_but_its_explanation(
        commands in prop::collection::vec(command(), 0..40),
    ) {
        let (mut public, mut ended) = (false, None);
        for event in log_of(&commands) {
            match &event {
                E::Proposed { .. } | E::MoreAffected { .. } => prop_assert!(ended.is_none()),
                E::Confirmed { .. } => {
                    prop_assert!(!public && ended.is_none());
                    public = true;
                }
                E::Updated { .. } => prop_assert!(public && ended.is_none()),
                E::Resolved { .. } => {
                    prop_assert!(public && ended.is_none());
                    ended = Some(Stage::Resolved);
                }
                E::Dismissed { .. } => {
                    prop_assert!(!public && ended.is_none());
                    ended = Some(Stage::Dismissed);
                }
                E::PostmortemPublished { .. } => prop_assert_eq!(ended, Some(Stage::Resolved)),
            }
        }
    }

    #[test]
    fn what_was_said_is_not_said_again(commands in prop::collection::vec(command(), 0..40)) {
        let mut log: Vec<E> = vec![];
        for command in commands {
            if let Ok(events) = decide(&IncidentState::fold(&log), &command) {
                log.extend(events);
                prop_assert_eq!(decide(&IncidentState::fold(&log), &command), Ok(vec![]));
            }
        }
    }

    #[test]
    fn a_tenant_is_named_once_and_none_is_forgotten(commands in prop::collection::vec(command(), 0..40)) {
        let log = log_of(&commands);
        let named: Vec<TenantId> = log.iter().flat_map(|event| match event {
            E::Proposed { affected: Affected::Tenants(tenants), .. }
            | E::MoreAffected { affected: Affected::Tenants(tenants) } => tenants.clone(),
            _ => vec![],
        }).collect();
        let once: BTreeSet<_> = named.iter().copied().collect();
        prop_assert_eq!(once.len(), named.len());
        if let IncidentState::Known(incident) = IncidentState::fold(&log) {
            prop_assert_eq!(incident.tenants, once);
        }
    }
}
