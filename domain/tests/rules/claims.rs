//! Claims on values, and blocks of numbers, as several who want the same.

use proptest::prelude::*;
use tally_domain::claim::{Claim, ClaimEvent, Claimed, claim, release};
use tally_domain::register::{Register, RegisterEvent, reserve};
use uuid::Uuid;

#[derive(Clone, Debug)]
enum Step {
    Ask(u128),
    Release(u128),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1..4u128).prop_map(Step::Ask),
        1 => (1..4u128).prop_map(Step::Release),
    ];
    prop::collection::vec(step, 0..20)
}

proptest! {
    #[test]
    fn a_value_has_one_holder_until_that_one_gives_it_back(steps in steps()) {
        let mut log: Vec<ClaimEvent> = vec![];
        let mut holder: Option<Uuid> = None;
        for step in steps {
            let state = Claim::fold(&log);
            match step {
                Step::Ask(who) => {
                    let who = Uuid::from_u128(who);
                    match claim(state, "tag", "lap-1", who, true) {
                        Claimed::Granted(events) => {
                            prop_assert!(holder.is_none() || (holder == Some(who) && events.is_empty()));
                            log.extend(events);
                            holder = Some(who);
                        }
                        Claimed::HeldBy(other) => prop_assert_eq!(holder, Some(other)),
                    }
                }
                Step::Release(who) => {
                    let events = release(state, Uuid::from_u128(who));
                    prop_assert_eq!(events.is_empty(), holder != Some(Uuid::from_u128(who)));
                    if !events.is_empty() {
                        holder = None;
                    }
                    log.extend(events);
                }
            }
            let expected = holder.map_or(Claim::Free, Claim::HeldBy);
            prop_assert_eq!(Claim::fold(&log), expected);
        }
    }

    #[test]
    fn blocks_of_numbers_never_overlap(count in 1..50usize) {
        let mut log: Vec<RegisterEvent> = vec![];
        let mut highest = 0;
        for _ in 0..count {
            let block = reserve(Register::fold(&log));
            let RegisterEvent::NumbersReserved { first, last } = block;
            prop_assert!(first == highest + 1 && first <= last);
            highest = last;
            log.push(block);
        }
    }
}

#[test]
fn a_released_value_goes_to_the_next_who_asks() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let free = Claim::fold(&release(Claim::HeldBy(one), one));
    let granted = claim(free, "tag", "LAP-1", two, true);
    let expected = ClaimEvent::Claimed {
        kind: "tag".to_owned(),
        value: "LAP-1".to_owned(),
        holder: two,
    };
    assert_eq!(granted, Claimed::Granted(vec![expected]));
}
