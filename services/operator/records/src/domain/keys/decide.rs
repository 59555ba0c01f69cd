//! Decisions on the keys' stream. None refuses: what is known already yields no events.

use super::event::{KeysEvent, Rotation};
use super::state::KeysState;

/// Notes that keys are about to be wrapped again. A rotation to the same key that broke off goes
/// on.
pub fn start_rotation(state: &KeysState, rotation: &Rotation) -> Vec<KeysEvent> {
    let is_under_way = match state {
        KeysState::Idle => rotation.from.is_empty(),
        KeysState::Rotating(begun) => begun.to == rotation.to,
    };
    match is_under_way {
        true => vec![],
        false => vec![KeysEvent::RotationStarted {
            rotation: rotation.clone(),
        }],
    }
}

/// Notes that every key is wrapped by the new one, `keys` of them by this run.
pub fn finish_rotation(state: &KeysState, keys: u64) -> Vec<KeysEvent> {
    match state {
        KeysState::Idle => vec![],
        KeysState::Rotating(rotation) => vec![KeysEvent::Rotated {
            rotation: rotation.clone(),
            keys,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rotation(from: &[&str]) -> Rotation {
        Rotation {
            from: from.iter().map(|id| (*id).to_owned()).collect(),
            to: "local-2".to_owned(),
        }
    }

    #[test]
    fn a_rotation_is_recorded_when_it_begins_and_when_it_ends() {
        let rotation = rotation(&["local-1"]);
        let begun = start_rotation(&KeysState::Idle, &rotation);
        let state = KeysState::fold(&begun);
        assert_eq!(state, KeysState::Rotating(rotation.clone()));
        let ended = finish_rotation(&state, 7);
        assert_eq!(ended, [KeysEvent::Rotated { rotation, keys: 7 }]);
        assert_eq!(KeysState::fold(begun.iter().chain(&ended)), KeysState::Idle);
    }

    #[test]
    fn one_that_broke_off_goes_on_and_ends_even_with_nothing_left_to_wrap() {
        let state = KeysState::fold(&start_rotation(&KeysState::Idle, &rotation(&["local-1"])));
        assert_eq!(start_rotation(&state, &rotation(&[])), []);
        assert_eq!(finish_rotation(&state, 0).len(), 1);
    }

    #[test]
    fn one_with_nothing_to_wrap_is_not_recorded() {
        assert_eq!(start_rotation(&KeysState::Idle, &rotation(&[])), []);
        assert_eq!(finish_rotation(&KeysState::Idle, 0), []);
    }
}
