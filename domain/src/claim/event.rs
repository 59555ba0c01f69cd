//! What happens to a claim. The names are a storage contract.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::stored_names;

/// An event of a claim's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimEvent {
    /// `holder` (an asset or a tenant) has the value from now on, also if another had claimed it
    /// and was never created.
    Claimed {
        /// The kind of value: `tag`, `client_key`.
        kind: String,
        /// The value as the claimant wrote it.
        value: String,
        /// The asset or tenant that has the value from now on.
        holder: Uuid,
    },
    /// The value is free again.
    Released {
        /// The asset or tenant that had the value before.
        holder: Uuid,
    },
}

stored_names! {
    ClaimEvent {
        Claimed = "claim.claimed" @ 1,
        Released = "claim.released" @ 1,
    }
}
