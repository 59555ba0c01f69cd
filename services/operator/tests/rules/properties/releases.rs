//! Of releases.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use tally_domain::TenantId;
use tally_operator::domain::release::{
    Bake, ProbeReport, ReleaseCommand as C, ReleaseEvent, ReleaseState, ReleaseVersion, decide,
};
use uuid::Uuid;

use crate::story::at;

const GAP: u64 = 60;
const NEEDED: u64 = 90;

#[derive(Clone, Copy, Debug)]
enum Step {
    Wait(u8),
    /// A probe that was over some seconds ago, or will be by a clock that runs ahead.
    Probe {
        age: i8,
        fails: bool,
    },
    Fails(u8),
    Recovers(u8),
    Alarm,
    Promote,
    Abort,
    Stage,
}

fn step(ages: std::ops::Range<i8>) -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0u8..90).prop_map(Step::Wait),
        8 => (ages, prop::bool::weighted(0.15)).prop_map(|(age, fails)| Step::Probe { age, fails }),
        1 => (0u8..3).prop_map(Step::Fails),
        2 => (0u8..3).prop_map(Step::Recovers),
        2 => Just(Step::Promote),
        1 => Just(Step::Stage),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![20 => step(-30..30), 1 => Just(Step::Alarm), 1 => Just(Step::Abort)]
}

fn command(step: Step, now: DateTime<Utc>) -> Option<C> {
    let tenant = |n: u8| TenantId(Uuid::from_u128(u128::from(n)));
    Some(match step {
        Step::Wait(_) => return None,
        Step::Probe { age, fails } => C::RecordProbe {
            report: ProbeReport {
                at: now - Duration::seconds(i64::from(age)),
                failed: fails.then(|| ("page".to_owned(), "http.503".to_owned())),
            },
            max_gap_seconds: GAP,
        },
        Step::Fails(n) => C::NoteTenantFailing {
            tenant: tenant(n),
            code: "jwt.signature_invalid".to_owned(),
        },
        Step::Recovers(n) => C::NoteTenantRecovered { tenant: tenant(n) },
        Step::Alarm => C::NoteAlarm {
            alarm: "TenantsFailing".to_owned(),
            tenants: 3,
        },
        Step::Promote => C::Promote { max_gap_seconds: GAP },
        Step::Abort => C::Abort {
            reason: "no".to_owned(),
        },
        Step::Stage => C::Stage {
            version: ReleaseVersion::parse("1.4.0").unwrap(),
            bake_seconds: NEEDED,
            descriptor_sha256: None,
        },
    })
}

/// A release staged at the beginning, the time now, and what was seen of it.
struct Run {
    log: Vec<ReleaseEvent>,
    now: DateTime<Utc>,
}

impl Run {
    fn new() -> Self {
        let mut run = Self {
            log: vec![],
            now: at(0),
        };
        run.take(Step::Stage);
        run
    }

    fn state(&self) -> ReleaseState {
        ReleaseState::fold(&self.log)
    }

    fn bake(&self) -> Option<Bake> {
        match self.state() {
            ReleaseState::Baking(bake) => Some(bake),
            _ => None,
        }
    }

    /// Takes a step, and yields what came of it.
    fn take(&mut self, step: Step) -> Vec<ReleaseEvent> {
        if let Step::Wait(seconds) = step {
            self.now += Duration::seconds(i64::from(seconds));
        }
        let events = command(step, self.now)
            .and_then(|command| decide(&self.state(), &command, self.now).ok())
            .unwrap_or_default();
        self.log.extend(events.clone());
        events
    }
}

proptest! {
    /// Seconds are counted one by one here, and thrown away in bulk when they turn out to be bad.
    #[test]
    fn no_second_counts_in_which_a_tenant_failed_or_beside_a_failed_probe(
        steps in prop::collection::vec(step(0..1), 0..60),
    ) {
        let mut run = Run::new();
        let (mut failing, mut good, mut allowed) = (BTreeSet::new(), 0u64, 0u64);
        let mut last_passed = false;
        for step in steps {
            let ended = run.bake().is_none();
            let events = run.take(step);
            match step {
                Step::Wait(seconds) if failing.is_empty() => good += u64::from(seconds),
                Step::Fails(n) if !ended => { failing.insert(n); }
                Step::Recovers(n) => { failing.remove(&n); }
                Step::Probe { fails, .. } if !events.is_empty() => {
                    allowed += if last_passed && !fails { good } else { 0 };
                    last_passed = !fails;
                    good = 0;
                }
                _ => {}
            }
            if let Some(bake) = run.bake() {
                prop_assert!(bake.baked_seconds <= allowed, "{} of {allowed}", bake.baked_seconds);
            }
        }
    }

    #[test]
    fn the_bake_is_never_longer_than_the_time_from_the_first_probe_to_the_last_or_to_now(
        steps in prop::collection::vec(any_step(), 0..60),
    ) {
        let mut run = Run::new();
        let mut probed: Vec<DateTime<Utc>> = vec![];
        for step in steps {
            for event in run.take(step) {
                if let ReleaseEvent::ProbePassed { at, .. } = event {
                    prop_assert!(at <= run.now);
                    probed.push(at);
                }
            }
            if let (Some(bake), Some(first), Some(last)) = (run.bake(), probed.first(), probed.last()) {
                let most = (*last - *first).num_seconds();
                prop_assert!(bake.baked_seconds <= u64::try_from(most).unwrap());
            }
        }
    }

    #[test]
    fn only_what_has_baked_and_is_well_is_promoted(steps in prop::collection::vec(any_step(), 0..80)) {
        let mut run = Run::new();
        for step in steps {
            let before = run.bake();
            if let [ReleaseEvent::Promoted { baked_seconds }] = run.take(step).as_slice() {
                let bake = before.unwrap();
                prop_assert_eq!(*baked_seconds, bake.baked_seconds);
                prop_assert!(bake.baked_seconds >= bake.needed_seconds);
                prop_assert!(bake.failing.is_empty() && bake.probe_failing.is_none());
                let silent = (run.now - bake.last_passed_at.unwrap()).num_seconds();
                prop_assert!(silent <= i64::try_from(GAP).unwrap());
            }
        }
    }

    #[test]
    fn what_was_done_is_not_done_again_and_an_end_is_the_end(
        steps in prop::collection::vec(any_step(), 0..60),
    ) {
        let mut run = Run::new();
        for step in steps {
            let ended = matches!(run.state(), ReleaseState::Ended(_));
            let events = run.take(step);
            prop_assert!(events.len() <= usize::from(!ended));
            if let (false, Some(command)) = (events.is_empty(), command(step, run.now)) {
                prop_assert_eq!(decide(&run.state(), &command, run.now), Ok(vec![]));
            }
        }
    }
}
