//! The fold of the keys' stream.

use super::event::{KeysEvent, Rotation};

/// Whether a rotation is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeysState {
    /// None is.
    #[default]
    Idle,
    /// One began and is not recorded as finished.
    Rotating(Rotation),
}

impl KeysState {
    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a KeysEvent>) -> Self {
        events.into_iter().fold(Self::Idle, Self::evolve)
    }

    fn evolve(self, event: &KeysEvent) -> Self {
        match event {
            KeysEvent::RotationStarted { rotation } => Self::Rotating(rotation.clone()),
            KeysEvent::Rotated { .. } => Self::Idle,
        }
    }
}
