//! What the events of tenants' health become.

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::{Actor, Via};
use tally_operator::domain::health::{HealthEvent, HealthState};
use tally_operator::domain::streams;
use tally_operator::views::{HealthList, PeriodEnd, incidents, tenant_health};

use crate::location::cases;
use crate::random::{ops, play};
use crate::support::random::TENANTS;
use crate::support::{TempStore, World, tenant_id};

#[test]
fn a_failing_tenant_shows_since_when_and_why() {
    let mut world = World::new();
    world.fails(0);
    let store = TempStore::fed(&world.log);
    let failing = HealthList::of(&store)
        .find_failing(tenant_id(0))
        .unwrap()
        .unwrap();
    assert_eq!(failing.since, world.now - Duration::seconds(15));
    assert_eq!(failing.last_good_at, Some(world.now - Duration::seconds(20)));
    assert_eq!(
        (failing.code.as_str(), failing.refusals),
        ("jwt.signature_invalid", 5)
    );
    assert_eq!(failing.noted_at, world.now);
    assert_eq!(HealthList::of(&store).failing().unwrap(), vec![failing]);
    assert_eq!(HealthList::of(&store).find_failing(tenant_id(1)).unwrap(), None);
}

#[test]
fn those_that_fail_longest_come_first_and_those_that_recovered_or_left_are_gone() {
    let mut world = World::new();
    for tenant in [2, 0, 3, 1] {
        world.fails(tenant);
        world.wait(Duration::seconds(1));
    }
    world.recovers(0);
    world.leaves(3);
    let store = TempStore::fed(&world.log);
    let failing = HealthList::of(&store).failing().unwrap();
    let tenants: Vec<_> = failing.iter().map(|failing| failing.tenant).collect();
    assert_eq!(tenants, [tenant_id(2), tenant_id(1)]);
}

#[test]
fn periods_are_listed_with_how_each_ended_newest_first() {
    let mut world = World::new();
    for end in [World::recovers, World::leaves] {
        world.fails(0);
        world.wait(Duration::minutes(1));
        end(&mut world, 0);
        world.wait(Duration::minutes(1));
    }
    world.fails(0);
    let store = TempStore::fed(&world.log);
    let periods = HealthList::of(&store).periods(tenant_id(0), 10).unwrap();
    let ends: Vec<_> = periods.iter().map(|period| period.ended).collect();
    assert_eq!(ends, [None, Some(PeriodEnd::Left), Some(PeriodEnd::Recovered)]);
    assert_eq!(periods[0].until, None);
    assert_eq!(periods[1].until, Some(world.now - Duration::minutes(1)));
    assert_eq!(
        HealthList::of(&store).periods(tenant_id(0), 2).unwrap(),
        periods[..2]
    );
}

#[test]
fn health_in_the_stream_of_another_tenant_stops_the_views_that_heed_it() {
    let mut world = World::new();
    let context = world.context(Some(tenant_id(1)), Actor::without_person(Via::App));
    let event = HealthEvent::Recovered {
        failing_since: world.now,
    };
    world.record(&streams::health(tenant_id(0)), context, event);
    let store = TempStore::empty();
    store.apply(&world.log).unwrap();
    let stopped = vec![tenant_health::NAME, incidents::NAME];
    assert_eq!(store.needs_rebuild().unwrap(), stopped);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(32)))]

    #[test]
    fn a_tenant_fails_if_and_since_when_the_domain_says_so(ops in ops(80)) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        for tenant in (0..TENANTS).map(tenant_id) {
            let events = world.events(&streams::health(tenant));
            let folded = HealthState::fold(events.iter().map(|recorded| &recorded.event));
            let shown = HealthList::of(&store).find_failing(tenant).unwrap();
            let to_state = |since| HealthState::Failing { since };
            let shown = shown.map_or(HealthState::Well, |failing| to_state(failing.since));
            prop_assert_eq!(shown, folded);
        }
    }
}
