//! The state of a claim.

use uuid::Uuid;

use super::event::ClaimEvent;

/// The claim of one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Claim {
    /// No one has the value.
    #[default]
    Free,
    /// The asset or tenant with this id has the value.
    HeldBy(Uuid),
}

impl Claim {
    /// The claim after `event`.
    #[must_use]
    pub fn evolve(self, event: &ClaimEvent) -> Self {
        match event {
            ClaimEvent::Claimed { holder, .. } => Self::HeldBy(*holder),
            ClaimEvent::Released { .. } => Self::Free,
        }
    }

    /// The claim after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a ClaimEvent>) -> Self {
        events.into_iter().fold(Self::Free, Self::evolve)
    }
}
