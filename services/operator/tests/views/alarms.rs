//! What an alarm's events become.

use chrono::Duration;
use tally_domain::{Actor, Via};
use tally_operator::domain::alarm::AlarmEvent;
use tally_operator::domain::streams;
use tally_operator::views::{AlarmList, alarms};

use crate::support::{TempStore, World, tenant_id};

#[test]
fn a_firing_alarm_shows_what_was_measured_and_how_many_tenants_it_affects() {
    let mut world = World::new();
    world.fires("TenantsFailing", &[0, 1, 2]);
    let store = TempStore::fed(&world.log);
    let firing = AlarmList::of(&store).firing().unwrap();
    assert_eq!(firing.len(), 1);
    let alarm = &firing[0];
    assert_eq!((alarm.alarm.as_str(), alarm.tenants), ("TenantsFailing", 3));
    assert_eq!((alarm.value, alarm.limit), (3.5, 3.0));
    assert_eq!(alarm.since, world.now - Duration::seconds(30));
    assert_eq!((alarm.fired_at, alarm.resolved_at), (world.now, None));
}

#[test]
fn an_alarm_that_is_over_fires_no_more_and_is_remembered() {
    let mut world = World::new();
    world.fires("One", &[]);
    world.wait(Duration::minutes(1));
    world.fires("Other", &[]);
    world.falls_silent("One");
    let resolved_at = world.wait(Duration::minutes(1)) - Duration::minutes(1);
    world.fires("One", &[0]);
    let store = TempStore::fed(&world.log);
    let names = |periods: Vec<tally_operator::views::AlarmPeriod>| -> Vec<_> {
        periods
            .into_iter()
            .map(|period| (period.alarm, period.resolved_at))
            .collect()
    };
    let again = ("One".to_owned(), None);
    let other = ("Other".to_owned(), None);
    let first = ("One".to_owned(), Some(resolved_at));
    assert_eq!(
        names(AlarmList::of(&store).firing().unwrap()),
        [other.clone(), again.clone()]
    );
    assert_eq!(
        names(AlarmList::of(&store).latest(10).unwrap()),
        [again.clone(), other, first]
    );
    assert_eq!(names(AlarmList::of(&store).latest(1).unwrap()), [again]);
}

#[test]
fn an_alarm_of_a_tenant_stops_the_view() {
    let mut world = World::new();
    let context = world.context(Some(tenant_id(0)), Actor::without_person(Via::App));
    let event = AlarmEvent::Resolved {
        firing_since: world.now,
    };
    world.record(&streams::alarm("One"), context, event);
    let store = TempStore::empty();
    store.apply(&world.log).unwrap();
    assert_eq!(store.needs_rebuild().unwrap(), vec![alarms::NAME]);
}
