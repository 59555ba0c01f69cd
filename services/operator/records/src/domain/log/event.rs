//! What an operator decided about the log. The names and fields are a storage contract.

use serde::{Deserialize, Serialize};

use tally_domain::stored_names;

/// What the log lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortening {
    /// The position up to which the views had applied events.
    pub views: String,
    /// The position of the log's last event when it was accepted; absent for an empty log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

/// An event of the log's own stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogEvent {
    /// What the views had beyond the log is given up: from here on the log counts as complete.
    ShorterAccepted {
        /// What the log lacks.
        shortening: Shortening,
    },
}

stored_names! {
    LogEvent {
        ShorterAccepted = "log.shorter_accepted" @ 1,
    }
}
