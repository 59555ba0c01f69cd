//! What is seen of tenants, and alarms: one event when it changes, none when it is known.

use chrono::Duration;
use tally_domain::TenantId;
use tally_operator::domain::alarm::{AlarmEvent, AlarmState, Firing, fire, resolve};
use tally_operator::domain::health::{
    Failure, HealthEvent, HealthState, note_failing, note_left, note_recovered,
};
use uuid::Uuid;

use crate::story::at;

fn failure(minutes: i64) -> Failure {
    Failure {
        code: "jwt.signature_invalid".to_owned(),
        since: at(minutes),
        refusals: 3,
        last_good_at: Some(at(minutes) - Duration::seconds(5)),
    }
}

fn firing(value: f64) -> Firing {
    Firing {
        alarm: "TenantsFailing".to_owned(),
        since: at(1),
        value,
        limit: 3.0,
        tenants: vec![TenantId(Uuid::from_u128(1))],
    }
}

#[test]
fn a_tenant_that_begins_to_fail_is_noted_once() {
    let events = note_failing(HealthState::Well, &failure(1));
    assert_eq!(events, [HealthEvent::Failing { failure: failure(1) }]);
    let state = HealthState::fold(&events);
    assert_eq!(state, HealthState::Failing { since: at(1) });
    assert_eq!(note_failing(state, &failure(2)), []);
}

#[test]
fn a_tenant_that_recovers_or_leaves_is_noted_once_with_since_when_it_had_failed() {
    let failing = HealthState::Failing { since: at(1) };
    let failing_since = at(1);
    assert_eq!(
        note_recovered(failing),
        [HealthEvent::Recovered { failing_since }]
    );
    assert_eq!(note_left(failing), [HealthEvent::Left { failing_since }]);
    for end in [note_recovered(failing), note_left(failing)] {
        let state = end.iter().fold(failing, HealthState::evolve);
        assert_eq!(state, HealthState::Well);
        assert_eq!((note_recovered(state), note_left(state)), (vec![], vec![]));
    }
}

#[test]
fn a_tenant_that_recovered_can_fail_again() {
    let events = [
        HealthEvent::Failing { failure: failure(1) },
        HealthEvent::Recovered { failing_since: at(1) },
    ];
    let again = note_failing(HealthState::fold(&events), &failure(9));
    assert_eq!(again, [HealthEvent::Failing { failure: failure(9) }]);
}

#[test]
fn an_alarm_fires_once_until_it_is_over() {
    let events = fire(AlarmState::Quiet, &firing(4.0));
    assert_eq!(events, [AlarmEvent::Fired { firing: firing(4.0) }]);
    let state = AlarmState::fold(&events);
    assert_eq!(state, AlarmState::Firing { since: at(1) });
    assert_eq!(fire(state, &firing(9.0)), []);
    let resolution = resolve(state);
    assert_eq!(resolution, [AlarmEvent::Resolved { firing_since: at(1) }]);
    let quiet = resolution.iter().fold(state, AlarmState::evolve);
    assert_eq!(resolve(quiet), []);
    assert_eq!(fire(quiet, &firing(4.0)).len(), 1);
}

#[test]
fn an_alarm_names_no_more_tenants_than_an_event_holds() {
    let mut many = firing(4.0);
    many.tenants = (0..2000).map(|n| TenantId(Uuid::from_u128(n))).collect();
    let events = fire(AlarmState::Quiet, &many);
    let [AlarmEvent::Fired { firing }] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(firing.tenants, many.tenants[..Firing::MAX_TENANTS]);
}

#[test]
fn what_an_alarm_measured_can_always_be_stored() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 4.25] {
        let stored = serde_json::to_string(&fire(AlarmState::Quiet, &firing(value))).unwrap();
        let read: Vec<AlarmEvent> = serde_json::from_str(&stored).unwrap();
        assert_eq!(read.len(), 1, "{stored}");
    }
}
