//! Lifecycle callbacks that were refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::refusal::Parameter;
use crate::stored_names;

/// A callback was refused. Nothing in it is trusted: the client key is what the caller claimed.
/// Written at a bounded rate; those left out are counted in the next one written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCallback {
    /// Which callback: `installed`, `uninstalled`, `enabled`, `disabled`.
    pub callback: String,
    /// The stable code of the refusal.
    pub code: String,
    /// The values that its cause names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Parameter>,
    /// The client key the caller claimed, unverified, when it was one at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_client_key: Option<String>,
    /// How many refused callbacks went unwritten since the last one written.
    #[serde(default)]
    pub suppressed: u64,
}

stored_names! { struct RefusedCallback = "connect.callback_refused" @ 1 }
