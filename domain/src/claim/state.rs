//! The fold of a claim.

use uuid::Uuid;

use super::event::ClaimEvent;

/// Who has a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Claim {
    /// Nobody.
    #[default]
    Free,
    /// The holder.
    Held(Uuid),
}

impl Claim {
    /// The claim after `event`.
    #[must_use]
    pub fn evolve(self, event: &ClaimEvent) -> Self {
        match event {
            ClaimEvent::Claimed { holder, .. } => Self::Held(*holder),
            ClaimEvent::Released { .. } => Self::Free,
        }
    }

    /// The claim after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a ClaimEvent>) -> Self {
        events.into_iter().fold(Self::Free, Self::evolve)
    }
}
