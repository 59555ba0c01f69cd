//! What is checked of a log before it is written to.

use std::path::Path;

use rusqlite::Connection;

use super::{read, unavailable};
use crate::chain::{Chain, Damage, before_first};
use crate::error::OpenError;
use crate::raw::RawEvent;

/// Up to this size, in bytes, the whole file is checked at every start: about a second's work.
/// Beyond it only the log's end is.
const CHECKED_WHOLE: u64 = 256 * 1024 * 1024;
/// How many of the last events are read back.
const LAST: u64 = 1000;

/// Refuses a damaged file. Appending to one would bury what could still be saved.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let damaged = |why: String| OpenError::Damaged {
        log: path.display().to_string(),
        why,
    };
    let size = path.metadata().map(|m| m.len()).unwrap_or(0);
    if size <= CHECKED_WHOLE {
        let verdict: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|e| damaged(e.to_string()))?;
        if verdict != "ok" {
            return Err(damaged(verdict));
        }
    }
    check_end(connection)?.map_or(Ok(()), |why| Err(damaged(why)))
}

/// What is wrong with the last events: they must be readable, as they were appended, and their
/// positions without a gap.
fn check_end(connection: &Connection) -> Result<Option<String>, OpenError> {
    let head = read::head(connection).map_err(|e| unavailable("reading the head", e))?;
    let Some(head) = head.map(|h| h.commit) else {
        return Ok(None);
    };
    let first = head.saturating_sub(LAST);
    let end = match read::all(connection, first, LAST) {
        Ok(end) => end,
        Err(e) => return Ok(Some(e.to_string())),
    };
    if let Some(altered) = check_chain(connection, &end).map_err(|e| unavailable("checking digests", e))? {
        return Ok(Some(altered.to_string()));
    }
    let dense = end.iter().map(|e| e.position.commit).eq(first + 1..=head);
    Ok((!dense).then(|| format!("positions are missing between {first} and {head}")))
}

/// The first of the last events that was altered.
fn check_chain(connection: &Connection, end: &[RawEvent]) -> rusqlite::Result<Option<Damage>> {
    let mut chain = Chain::default();
    for (stream, revision) in before_first(end) {
        if let Some(digest) = read::find_digest(connection, &stream, revision)? {
            chain.resume(&stream, revision, digest);
        }
    }
    Ok(end.iter().find_map(|event| chain.check_raw(event).err()))
}
