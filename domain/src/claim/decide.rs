//! Decisions on a claim.

use uuid::Uuid;

use super::event::ClaimEvent;
use super::state::Claim;

/// The outcome of a request for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The claimant has it once these events are appended; none, if it has it already.
    Granted(Vec<ClaimEvent>),
    /// Another holder has it.
    HeldBy(Uuid),
}

/// Requests `value` for `claimant`. `holder_exists` says whether the current holder has a stream:
/// the claim of a thing that was never created is taken over.
pub fn claim(state: Claim, kind: &str, value: &str, claimant: Uuid, holder_exists: bool) -> Claimed {
    match state {
        Claim::HeldBy(holder) if holder == claimant => Claimed::Granted(vec![]),
        Claim::HeldBy(holder) if holder_exists => Claimed::HeldBy(holder),
        Claim::HeldBy(_) | Claim::Free => Claimed::Granted(vec![ClaimEvent::Claimed {
            kind: kind.to_owned(),
            value: value.to_owned(),
            holder: claimant,
        }]),
    }
}

/// Gives the value back. Nothing happens if `holder` does not have it.
pub fn release(state: Claim, holder: Uuid) -> Vec<ClaimEvent> {
    if state == Claim::HeldBy(holder) {
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
            Claimed::HeldBy(holder) => Claim::HeldBy(holder),
        }
    }

    #[test]
    fn a_free_value_goes_to_the_first_claimant() {
        assert_eq!(after(claim(Claim::Free, "tag", "x", A, false)), Claim::HeldBy(A));
    }

    #[test]
    fn a_value_that_has_a_holder_is_refused_to_another() {
        assert_eq!(claim(Claim::HeldBy(A), "tag", "x", B, true), Claimed::HeldBy(A));
    }

    #[test]
    fn a_repeated_claim_appends_nothing() {
        assert_eq!(
            claim(Claim::HeldBy(A), "tag", "x", A, false),
            Claimed::Granted(vec![])
        );
    }

    #[test]
    fn a_claim_whose_holder_was_never_created_is_taken_over() {
        assert_eq!(
            after(claim(Claim::HeldBy(A), "tag", "x", B, false)),
            Claim::HeldBy(B)
        );
    }

    #[test]
    fn only_the_holder_can_release() {
        assert_eq!(release(Claim::HeldBy(A), B), vec![]);
        assert_eq!(Claim::fold(&release(Claim::HeldBy(A), A)), Claim::Free);
    }
}
