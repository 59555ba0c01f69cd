//! The number of the form in which events are stored. A log carries it; one of another number is
//! refused at start.

use std::fmt::Display;

use crate::error::OpenError;

/// Today's: sealed payloads as bytes, a digest with each event. Before it were tables of plain
/// text.
pub(crate) const FORMAT: u32 = 2;
/// That of logs that carry no number.
pub(crate) const UNNUMBERED: u32 = 1;

/// Refuses a `log` whose format is another.
pub(crate) fn require(found: u32, log: &dyn Display) -> Result<(), OpenError> {
    if found == FORMAT {
        return Ok(());
    }
    Err(OpenError::OtherFormat {
        log: log.to_string(),
        found,
        known: FORMAT,
    })
}
