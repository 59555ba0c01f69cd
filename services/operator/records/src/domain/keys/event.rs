//! What happens to the master key. The names and fields are a storage contract.

use serde::{Deserialize, Serialize};

use tally_domain::stored_names;

/// From which master keys to which one. A master key is named by an id that is derived from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The master keys that wrapped keys when it began, without the new one.
    pub from: Vec<String>,
    /// The master key that wraps from then on.
    pub to: String,
}

/// An event of the keys' stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeysEvent {
    /// Keys are about to be wrapped again.
    RotationStarted {
        /// From which master keys to which one.
        rotation: Rotation,
    },
    /// Every key is wrapped by the new master key.
    Rotated {
        /// From which master keys to which one.
        rotation: Rotation,
        /// How many keys the run that finished it wrapped again.
        keys: u64,
    },
}

stored_names! {
    KeysEvent {
        RotationStarted = "keys.rotation_started" @ 1,
        Rotated = "keys.rotated" @ 1,
    }
}
