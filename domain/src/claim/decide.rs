//! Decisions on a claim.

use uuid::Uuid;

use super::event::ClaimEvent;
use super::state::Claim;

/// What came of asking for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The wisher has it once these events (none, when it has it already) are appended.
    Granted(Vec<ClaimEvent>),
    /// Somebody else has it.
    HeldBy(Uuid),
}

/// Asks for `value` on behalf of `wisher`. `holder_exists` says whether the thing named by the present holder has a stream:
/// a claim of something that never came to be is taken over.
pub fn claim(state: Claim, kind: &str, value: &str, wisher: Uuid, holder_exists: bool) -> Claimed {
    match state {
        Claim::Held(holder) if holder == wisher => Claimed::Granted(vec![]),
        Claim::Held(holder) if holder_exists => Claimed::HeldBy(holder),
        Claim::Held(_) | Claim::Free => Claimed::Granted(vec![ClaimEvent::Claimed {
            kind: kind.to_owned(),
            value: value.to_owned(),
            holder: wisher,
        }]),
    }
}

/// Gives the value back; nothing happens when `holder` does not have it.
pub fn release(state: Claim, holder: Uuid) -> Vec<ClaimEvent> {
    if state == Claim::Held(holder) {
        vec![ClaimEvent::Released { holder }]
    } else {
        vec![]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Uuid = Uuid::from_u128(1);
    const B: Uuid = Uuid::from_u128(2);

    fn after(granted: Claimed) -> Claim {
        match granted {
            Claimed::Granted(events) => Claim::fold(&events),
            Claimed::HeldBy(holder) => Claim::Held(holder),
        }
    }

    #[test]
    fn a_free_value_goes_to_whoever_asks_first() {
        assert_eq!(after(claim(Claim::Free, "tag", "x", A, false)), Claim::Held(A));
    }

    #[test]
    fn a_held_value_is_refused_to_another() {
        assert_eq!(claim(Claim::Held(A), "tag", "x", B, true), Claimed::HeldBy(A));
    }

    #[test]
    fn asking_again_appends_nothing() {
        assert_eq!(
            claim(Claim::Held(A), "tag", "x", A, false),
            Claimed::Granted(vec![])
        );
    }

    #[test]
    fn a_claim_whose_holder_never_came_to_be_is_taken_over() {
        assert_eq!(after(claim(Claim::Held(A), "tag", "x", B, false)), Claim::Held(B));
    }

    #[test]
    fn only_the_holder_can_release() {
        assert_eq!(release(Claim::Held(A), B), vec![]);
        assert_eq!(Claim::fold(&release(Claim::Held(A), A)), Claim::Free);
    }
}
