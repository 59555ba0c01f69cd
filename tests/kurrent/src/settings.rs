//! What a cluster is like.

use std::time::Duration;

use crate::certificates::Certificates;

/// What a cluster is like.
#[derive(Clone)]
pub struct Settings {
    /// How many nodes it has.
    pub nodes: usize,
    /// How long an election takes.
    pub election: Duration,
    /// After what time a leader that is cut off notices it.
    pub notice: Duration,
    /// How long a write waits for a majority.
    pub commit_timeout: Duration,
    /// How many bytes of events one append may hold.
    pub max_append: usize,
    /// Who may do anything: user and password. Everybody when not said.
    pub user: Option<(String, String)>,
    /// A user who is known and may not read `$all`.
    pub limited_user: Option<(String, String)>,
    /// What the nodes show to clients, which then have to speak TLS.
    pub certificates: Option<Certificates>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nodes: 1,
            election: Duration::from_millis(100),
            notice: Duration::from_millis(300),
            commit_timeout: Duration::from_millis(200),
            max_append: 256 * 1024 * 1024,
            user: None,
            limited_user: None,
            certificates: None,
        }
    }
}
