//! Reading from one connection.

use std::error::Error;

use chrono::DateTime;
use rusqlite::{Connection, Row, params};
use tally_domain::{Position, StreamName};
use uuid::Uuid;

use crate::error::{Failure, ReadError};
use crate::raw::{RawEvent, corrupt};
use crate::stored::StoredEvent;

/// CROSS JOIN keeps the planner from starting at `streams`.
const COLUMNS: &str =
    "SELECT e.position, s.name, e.revision, e.event_id, e.type, e.schema, e.recorded_at, e.context, e.payload
    FROM events e CROSS JOIN streams s ON s.id = e.stream_id";

/// The position of the last event.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Option<Position>> {
    let mut statement = connection.prepare_cached("SELECT max(position) FROM events")?;
    let last: Option<u64> = statement.query_row([], |row| row.get(0))?;
    Ok(last.map(Position::single))
}

/// The number of `stream` and its last revision; `None` when no append ever named it.
pub(super) fn find_stream_end(
    connection: &Connection,
    stream: &StreamName,
) -> rusqlite::Result<Option<(i64, Option<u64>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, (SELECT max(revision) FROM events WHERE stream_id = streams.id) FROM streams WHERE \
            name = ?1",
    )?;
    let mut rows = statement.query([stream.as_str()])?;
    rows.next()?.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// At most `limit` events after position `after`.
pub(super) fn all(connection: &Connection, after: u64, limit: u64) -> Result<Vec<StoredEvent>, ReadError> {
    read_all(connection, after, limit, RawEvent::parse)
}

/// The same, not understood.
pub(super) fn raw(connection: &Connection, after: u64, limit: u64) -> Result<Vec<RawEvent>, ReadError> {
    read_all(connection, after, limit, Ok)
}

fn read_all<T>(
    connection: &Connection,
    after: u64,
    limit: u64,
    of: impl Fn(RawEvent) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let sql = format!("{COLUMNS} WHERE e.position > ?1 ORDER BY e.position LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let rows = statement
        .query(params![bounded(after), bounded(limit)])
        .map_err(unavailable)?;
    collect(rows, of)
}

/// At most `limit` events of `stream` from revision `from` on.
pub(super) fn stream(
    connection: &Connection,
    stream: &StreamName,
    from: u64,
    limit: u64,
) -> Result<Vec<StoredEvent>, ReadError> {
    let sql = format!(
        "{COLUMNS} WHERE e.stream_id = (SELECT id FROM streams WHERE name = ?1) AND e.revision >= ?2
         ORDER BY e.revision LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let rows = statement
        .query(params![stream.as_str(), bounded(from), bounded(limit)])
        .map_err(unavailable)?;
    collect(rows, RawEvent::parse)
}

fn collect<T>(
    mut rows: rusqlite::Rows<'_>,
    of: impl Fn(RawEvent) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        let position = Position::single(row.get(0).map_err(unavailable)?);
        let event = event(row, position).map_err(|e| corrupt(position, &*e))?;
        events.push(of(event)?);
    }
    Ok(events)
}

fn event(row: &Row<'_>, position: Position) -> Result<RawEvent, Box<dyn Error>> {
    let micros = row.get(6)?;
    Ok(RawEvent {
        position,
        id: Uuid::from_slice(row.get_ref(3)?.as_blob()?)?,
        stream: row.get(1)?,
        revision: row.get(2)?,
        event_type: row.get(4)?,
        schema: row.get(5)?,
        recorded_at: DateTime::from_timestamp_micros(micros).ok_or("its time is out of range")?,
        context: row.get(7)?,
        payload: row.get(8)?,
    })
}

/// As SQLite counts: nothing lies beyond its largest number.
fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unavailable(error: rusqlite::Error) -> ReadError {
    ReadError::Unavailable(Failure::new("reading", error))
}
