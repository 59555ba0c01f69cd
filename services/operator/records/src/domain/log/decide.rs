//! Decisions on the log's own stream. None refuses.

use super::event::{LogEvent, Shortening};

/// Records that a shorter log is accepted. Each decision of an operator is recorded, also a second
/// one about the same log.
pub fn accept_shorter(shortening: &Shortening) -> Vec<LogEvent> {
    vec![LogEvent::ShorterAccepted {
        shortening: shortening.clone(),
    }]
}
