//! What an incident's events become, and who is notified.

use chrono::Duration;
use proptest::prelude::*;
use tally_operator::domain::incident::{
    Affected, Component, IncidentCommand as C, IncidentState, Phase, Stage,
};
use tally_operator::views::{IncidentList, IncidentRecord};

use crate::location::cases;
use crate::random::EACH;
use crate::random::{ops, play};
use crate::support::{TempStore, World, tenant_id};
use crate::world::incident_id;

fn propose(world: &mut World, n: u8, affected: Affected) {
    let command = C::Propose {
        title: "Sites cannot open Tally".into(),
        component: Component::Pages,
        alarm: Some("TenantsFailing".to_owned()),
        affected,
    };
    world.incident(n, &command).unwrap();
}

fn named(tenants: &[u8]) -> Affected {
    Affected::Tenants(tenants.iter().copied().map(tenant_id).collect())
}

fn confirm() -> C {
    C::Confirm {
        title: Some("Tally cannot be opened".to_owned()),
        message: "We look for the cause.".to_owned(),
    }
}

fn resolve() -> C {
    C::Resolve {
        message: "All is well.".to_owned(),
    }
}

fn dismiss() -> C {
    C::Dismiss {
        reason: "a drill".to_owned(),
    }
}

/// An incident that is confirmed and names these tenants, which fail.
fn confirmed(tenants: &[u8]) -> World {
    let mut world = World::new();
    tenants.iter().for_each(|tenant| world.fails(*tenant));
    propose(&mut world, 1, named(tenants));
    world.wait(Duration::minutes(1));
    world.incident(1, &confirm()).unwrap();
    world
}

fn record(store: &TempStore, n: u8) -> IncidentRecord {
    IncidentList::of(store).by_id(incident_id(n)).unwrap().unwrap()
}

fn affecting(store: &TempStore, tenant: u8) -> usize {
    IncidentList::of(store)
        .affecting(tenant_id(tenant))
        .unwrap()
        .len()
}

#[test]
fn an_incident_lists_its_updates_in_the_order_of_time() {
    let mut world = confirmed(&[0, 1]);
    let confirmed_at = world.now;
    world.wait(Duration::minutes(1));
    let update = C::Update {
        phase: Phase::Identified,
        message: "A proxy is at fault.".to_owned(),
    };
    world.incident(1, &update).unwrap();
    let resolved_at = world.wait(Duration::minutes(1));
    world.incident(1, &resolve()).unwrap();
    let text = "A proxy answered in our stead.".to_owned();
    world.incident(1, &C::PublishPostmortem { text }).unwrap();

    let incident = record(&TempStore::fed(&world.log), 1);

    assert_eq!(incident.title, "Tally cannot be opened".into());
    assert_eq!(
        (incident.component, incident.stage),
        (Component::Pages, Stage::Resolved)
    );
    assert_eq!(incident.proposed_at, confirmed_at - Duration::minutes(1));
    assert_eq!(incident.confirmed_at, Some(confirmed_at));
    assert_eq!(incident.resolved_at, Some(resolved_at));
    let shown: Vec<_> = incident
        .updates
        .iter()
        .map(|u| (u.stage.as_str(), u.message.as_str()))
        .collect();
    let expected = [
        ("investigating", "We look for the cause."),
        ("identified", "A proxy is at fault."),
        ("resolved", "All is well."),
    ];
    assert_eq!(shown, expected);
    assert_eq!(
        incident.postmortem.as_deref(),
        Some("A proxy answered in our stead.")
    );
    assert_eq!(
        (incident.affected, incident.repaired, incident.everyone),
        (2, 0, false)
    );
}

#[test]
fn nothing_is_public_or_shown_to_a_tenant_before_it_is_confirmed() {
    let mut world = World::new();
    propose(&mut world, 1, named(&[0]));
    propose(&mut world, 2, Affected::Everyone);
    world.incident(2, &dismiss()).unwrap();
    let store = TempStore::fed(&world.log);
    assert_eq!(IncidentList::of(&store).public(10).unwrap(), vec![]);
    assert_eq!(affecting(&store, 0), 0);
    let open: Vec<_> = IncidentList::of(&store)
        .open()
        .unwrap()
        .iter()
        .map(|i| i.id)
        .collect();
    assert_eq!(open, [incident_id(1)]);
    let dismissed = record(&store, 2);
    assert_eq!((dismissed.stage, dismissed.resolved_at), (Stage::Dismissed, None));
    assert_eq!(dismissed.updates[0].message, "a drill");
}

#[test]
fn only_the_tenants_it_names_see_it_until_each_works_again() {
    let mut world = confirmed(&[0, 1]);
    let store = TempStore::fed(&world.log);
    assert_eq!([0, 1, 2].map(|tenant| affecting(&store, tenant)), [1, 1, 0]);
    let repaired_at = world.wait(Duration::minutes(1));
    world.recovers(0);
    store.apply(&world.log).unwrap();
    assert_eq!([0, 1, 2].map(|tenant| affecting(&store, tenant)), [0, 1, 0]);
    let affected = IncidentList::of(&store).affected_tenants(incident_id(1)).unwrap();
    let shown: Vec<_> = affected.iter().map(|a| (a.tenant, a.repaired_at)).collect();
    assert_eq!(shown, [(tenant_id(1), None), (tenant_id(0), Some(repaired_at))]);
    world.leaves(1);
    store.apply(&world.log).unwrap();
    assert_eq!(record(&store, 1).repaired, 2);
    assert_eq!(affecting(&store, 1), 0);
}

#[test]
fn a_tenant_that_fails_again_sees_it_again_until_it_ends() {
    let mut world = confirmed(&[0]);
    world.recovers(0);
    world.fails(0);
    let store = TempStore::fed(&world.log);
    assert_eq!((affecting(&store, 0), record(&store, 1).repaired), (1, 0));
    world.recovers(0);
    world.incident(1, &resolve()).unwrap();
    world.fails(0);
    store.apply(&world.log).unwrap();
    assert_eq!((affecting(&store, 0), record(&store, 1).repaired), (0, 1));
}

#[test]
fn a_tenant_that_still_fails_at_the_end_stays_listed_until_it_works() {
    let mut world = confirmed(&[0]);
    world.incident(1, &resolve()).unwrap();
    let store = TempStore::fed(&world.log);
    assert_eq!((affecting(&store, 0), record(&store, 1).repaired), (0, 0));
    world.recovers(0);
    store.apply(&world.log).unwrap();
    assert_eq!(record(&store, 1).repaired, 1);
}

#[test]
fn one_that_affects_all_is_shown_to_all_whichever_work_again() {
    let mut world = confirmed(&[0]);
    let affected = Affected::Everyone;
    world.incident(1, &C::AddAffected { affected }).unwrap();
    world.recovers(0);
    let store = TempStore::fed(&world.log);
    assert_eq!([0, 7].map(|tenant| affecting(&store, tenant)), [1, 1]);
    assert!(record(&store, 1).everyone);
}

#[test]
fn the_open_one_of_an_alarm_is_found_and_none_that_is_over() {
    let mut world = confirmed(&[0]);
    let of = |world: &World, alarm: &str| {
        let store = TempStore::fed(&world.log);
        IncidentList::of(&store)
            .open_of_alarm(alarm)
            .unwrap()
            .map(|i| i.id)
    };
    assert_eq!(of(&world, "TenantsFailing"), Some(incident_id(1)));
    assert_eq!(of(&world, "Another"), None);
    world.incident(1, &resolve()).unwrap();
    assert_eq!(of(&world, "TenantsFailing"), None);
    propose(&mut world, 2, named(&[]));
    assert_eq!(of(&world, "TenantsFailing"), Some(incident_id(2)));
}

#[test]
fn lists_are_newest_first() {
    let mut world = World::new();
    for n in 1..5 {
        propose(&mut world, n, named(&[]));
        world.wait(Duration::seconds(1));
    }
    for n in [3, 1] {
        world.incident(n, &confirm()).unwrap();
        world.wait(Duration::seconds(1));
    }
    let store = TempStore::fed(&world.log);
    let ids = |list: Vec<IncidentRecord>| list.iter().map(|i| i.id).collect::<Vec<_>>();
    assert_eq!(
        ids(IncidentList::of(&store).public(10).unwrap()),
        [1, 3].map(incident_id)
    );
    assert_eq!(
        ids(IncidentList::of(&store).open().unwrap()),
        [4, 3, 2, 1].map(incident_id)
    );
    assert_eq!(
        ids(IncidentList::of(&store).all(2).unwrap()),
        [4, 3].map(incident_id)
    );
}

#[test]
fn what_a_tenant_sees_does_not_name_another() {
    let world = confirmed(&[0, 1, 2]);
    let store = TempStore::fed(&world.log);
    let shown = format!("{:?}", IncidentList::of(&store).affecting(tenant_id(0)).unwrap());
    for other in [1, 2].map(tenant_id) {
        assert!(!shown.contains(&other.to_string()), "{shown}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(48)))]

    #[test]
    fn an_incident_stands_as_the_domain_folds_it(ops in ops(120)) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        for n in 0..EACH {
            let shown = IncidentList::of(&store).by_id(incident_id(n)).unwrap();
            let IncidentState::Known(known) = world.incident_state(n) else {
                prop_assert_eq!(shown, None);
                continue;
            };
            let shown = shown.unwrap();
            prop_assert_eq!((&shown.title, shown.stage), (&known.title, known.stage));
            prop_assert_eq!((shown.everyone, shown.affected), (known.everyone, known.tenants.len() as u64));
            prop_assert_eq!(&shown.postmortem, &known.postmortem);
            let last = shown.updates.last().map(|update| &update.message);
            if shown.stage != Stage::Dismissed {
                prop_assert_eq!(last, known.said.as_ref());
            }
        }
    }
}
