//! Reading from one connection.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use tally_domain::{EventId, Position, StreamName};
use uuid::Uuid;

use crate::error::{Failure, ReadError};
use crate::port::StoredEvent;

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
pub(super) fn place_of(
    connection: &Connection,
    stream: &StreamName,
) -> rusqlite::Result<Option<(i64, Option<u64>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, (SELECT max(revision) FROM events WHERE stream_id = streams.id) FROM streams WHERE name = ?1",
    )?;
    let mut rows = statement.query([stream.as_str()])?;
    rows.next()?.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// At most `limit` events after position `after`.
pub(super) fn all(connection: &Connection, after: u64, limit: u64) -> Result<Vec<StoredEvent>, ReadError> {
    let sql = format!("{COLUMNS} WHERE e.position > ?1 ORDER BY e.position LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let rows = statement
        .query(params![bounded(after), bounded(limit)])
        .map_err(unavailable)?;
    collect(rows)
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
    collect(rows)
}

fn collect(mut rows: rusqlite::Rows<'_>) -> Result<Vec<StoredEvent>, ReadError> {
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        events.push(event(row)?);
    }
    Ok(events)
}

fn event(row: &Row<'_>) -> Result<StoredEvent, ReadError> {
    let position: u64 = row.get(0).map_err(unavailable)?;
    let corrupt = |why: String| ReadError::Corrupt {
        place: format!("position {position}"),
        why,
    };
    let columns = Columns::of(row).map_err(|e| corrupt(e.to_string()))?;
    let id = Uuid::from_slice(columns.event_id).map_err(|e| corrupt(e.to_string()))?;
    let recorded_at: DateTime<Utc> = DateTime::from_timestamp_micros(columns.recorded_at)
        .ok_or_else(|| corrupt("its time is out of range".to_owned()))?;
    Ok(StoredEvent {
        id: EventId(id),
        stream: StreamName::from_log(columns.stream),
        revision: columns.revision,
        position: Position::single(position),
        event_type: columns.event_type,
        schema: columns.schema,
        recorded_at,
        context: serde_json::from_str(columns.context).map_err(|e| corrupt(e.to_string()))?,
        payload: serde_json::from_str(columns.payload).map_err(|e| corrupt(e.to_string()))?,
    })
}

/// A row as it stands, before any of it is understood.
struct Columns<'r> {
    stream: String,
    revision: u64,
    event_id: &'r [u8],
    event_type: String,
    schema: u16,
    recorded_at: i64,
    context: &'r str,
    payload: &'r str,
}

impl<'r> Columns<'r> {
    fn of(row: &'r Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            stream: row.get(1)?,
            revision: row.get(2)?,
            event_id: row.get_ref(3)?.as_blob()?,
            event_type: row.get(4)?,
            schema: row.get(5)?,
            recorded_at: row.get(6)?,
            context: row.get_ref(7)?.as_str()?,
            payload: row.get_ref(8)?.as_str()?,
        })
    }
}

/// As SQLite counts: nothing lies beyond its largest number.
fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn unavailable(error: rusqlite::Error) -> ReadError {
    ReadError::Unavailable(Failure::new("reading", error))
}
