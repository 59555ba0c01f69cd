//! The memory and the alarms against the plainest way of computing the same: over the whole
//! history, again at each tick.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// What happens to one of a few tenants, some time after what came before.
#[derive(Clone, Copy, Debug)]
enum Step {
    Refused(u128),
    Verified(u128),
    Tick,
}

const TENANTS: u128 = 5;
const AFTER: i64 = 15;
const REST: i64 = 10;
const LIMIT: usize = 3;

fn step() -> impl Strategy<Value = (i64, Step)> {
    let what = prop_oneof![
        3 => (0..TENANTS).prop_map(Step::Refused),
        1 => (0..TENANTS).prop_map(Step::Verified),
        4 => Just(Step::Tick),
    ];
    (0_i64..8, what)
}

/// Since when a tenant is refused without a success, by its whole history.
fn refused_since(history: &[(i64, Step)], number: u128) -> Option<i64> {
    let mut since = None;
    for (time, step) in history {
        match step {
            Step::Refused(who) if *who == number => since = since.or(Some(*time)),
            Step::Verified(who) if *who == number => since = None,
            _ => {}
        }
    }
    since
}

fn failing(history: &[(i64, Step)], now: i64) -> BTreeSet<TenantId> {
    let fails = |number: &u128| refused_since(history, *number).is_some_and(|since| now - since >= AFTER);
    (0..TENANTS).filter(fails).map(tenant).collect()
}

/// Whether the alarm fires after looks at which the condition was as given: from the first at which
/// it held, until it did not hold at any look for the time of rest.
fn fires(ticks: &[(i64, bool)]) -> bool {
    let mut firing = false;
    let mut clear_since = None;
    for (time, holds) in ticks {
        match (firing, holds) {
            (_, true) => (firing, clear_since) = (true, None),
            (true, false) => {
                let since = *clear_since.get_or_insert(*time);
                firing = time - since < REST;
            }
            (false, false) => clear_since = None,
        }
    }
    firing
}

proptest! {
    #[test]
    fn the_state_of_the_alarm_is_what_the_whole_history_says(
        steps in vec(step(), 1..120),
        log_fails in any::<u64>(),
    ) {
        let scene = Scene::of(TENANTS);
        let (mut history, mut ticks, mut now) = (vec![], vec![], 0);
        let mut noted: BTreeSet<TenantId> = BTreeSet::new();
        for (index, (rest, step)) in steps.into_iter().enumerate() {
            now += rest;
            match step {
                Step::Refused(number) => scene.refuse(number, now),
                Step::Verified(number) => scene.verify(number, now),
                Step::Tick => {
                    let expected = failing(&history, now);
                    ticks.push((now, expected.len() >= LIMIT));
                    let fails = log_fails >> (index % 64) & 1 == 1;
                    let outcome = if fails { scene.look_without_log(now) } else { scene.tick(now) };
                    let fired = scene.evaluation.firing().into_iter();
                    let fired: BTreeMap<_, _> = fired.map(|(a, f)| (a.name, f)).collect();
                    prop_assert_eq!(fired.contains_key("TenantsFailing"), fires(&ticks));
                    let survey = scene.evaluation.survey();
                    let found: BTreeSet<_> = survey.failing.keys().copied().collect();
                    prop_assert_eq!(found, expected.clone());
                    // What was to be written down leads from what the log has to what is.
                    let mut after = noted.clone();
                    for act in &outcome.tasks {
                        match act {
                            RecordTask::Failing(who, _) => prop_assert!(after.insert(*who)),
                            RecordTask::Recovered(who) | RecordTask::Left(who) => {
                                prop_assert!(after.remove(who));
                            }
                            _ => {}
                        }
                    }
                    prop_assert_eq!(&after, &expected);
                    if !fails {
                        noted = after;
                    }
                }
            }
            history.push((now, step));
        }
    }

    #[test]
    fn an_alarm_fires_only_after_its_hold_and_ends_only_after_its_rest(
        values in vec((1_i64..10, 0_u64..6), 1..60),
    ) {
        let (hold, rest) = (Duration::from_secs(12), Duration::from_secs(10));
        let mut condition = AlarmCondition::default();
        let (mut now, mut held_since, mut clear_since) = (0, None, None);
        for (gap, value) in values {
            now += gap;
            let measured = Measured { value, limit: 3 };
            let before = condition.firing.clone();
            condition.update(measured, Vec::new, (hold, rest), at(now));
            let holds = value >= 3;
            (held_since, clear_since) = if holds {
                (held_since.or(Some(now)), None)
            } else {
                (None, clear_since.or(Some(now)))
            };
            let firing: Option<FiringAlarm> = condition.firing.clone();
            match (before, firing) {
                (None, Some(fire)) => {
                    prop_assert!(now - held_since.unwrap() >= 12);
                    prop_assert_eq!(fire.since, at(held_since.unwrap()));
                }
                (Some(_), None) => prop_assert!(now - clear_since.unwrap() >= 10),
                (None, None) => prop_assert!(held_since.is_none_or(|since| now - since < 12)),
                (Some(_), Some(_)) => prop_assert!(clear_since.is_none_or(|since| now - since < 10)),
            }
        }
    }
}
