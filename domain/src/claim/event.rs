//! What happens to a claim. The names are a storage contract.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An event of a claim's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimEvent {
    /// `holder` (an asset, a tenant) has the value from now on, also when another held it and never came to be.
    Claimed {
        /// What kind of value: `tag`, `client_key`.
        kind: String,
        /// The value as it was written by whoever claimed it.
        value: String,
        /// Who has it.
        holder: Uuid,
    },
    /// The value is free again.
    Released {
        /// Who had it.
        holder: Uuid,
    },
}
