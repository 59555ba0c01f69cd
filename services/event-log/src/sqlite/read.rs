//! Reading from one connection.

use std::error::Error;

use chrono::DateTime;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use tally_domain::{Position, StreamName, TenantId};
use uuid::Uuid;

use crate::chain::{Damage, Fault};
use crate::error::{Failure, ReadError};
use crate::raw::{RawEvent, corrupt};

/// CROSS JOIN keeps the planner from starting at `streams`.
const COLUMNS: &str =
    "SELECT e.position, s.name, e.revision, e.event_id, e.type, e.schema, e.recorded_at, e.context,
        e.payload, e.digest
    FROM events e CROSS JOIN streams s ON s.id = e.stream_id";

/// The position of the last event.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Option<Position>> {
    let mut statement = connection.prepare_cached("SELECT max(position) FROM events")?;
    let last: Option<u64> = statement.query_row([], |row| row.get(0))?;
    Ok(last.map(Position::single))
}

/// The first position without an event. The numbers are counted first, which reads an index only.
pub(super) fn find_gap(connection: &Connection) -> rusqlite::Result<Option<Position>> {
    let all: bool = connection.query_row(
        "SELECT count(*) = coalesce(max(position), 0) FROM events",
        [],
        |row| row.get(0),
    )?;
    if all {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT min(expected) FROM (
             SELECT 1 AS expected WHERE NOT EXISTS (SELECT 1 FROM events WHERE position = 1)
             UNION ALL
             SELECT position + 1 FROM events AS e
             WHERE NOT EXISTS (SELECT 1 FROM events WHERE position = e.position + 1))",
    )?;
    let gap: Option<u64> = statement.query_row([], |row| row.get(0))?;
    Ok(gap.map(Position::single))
}

/// Events that are listed with another tenant than their stream, at most `limit`.
pub(super) fn find_misfiled(connection: &Connection, limit: u64) -> rusqlite::Result<Vec<Damage>> {
    let mut statement = connection.prepare_cached(
        "SELECT e.position, s.name, e.revision FROM events e CROSS JOIN streams s ON s.id = e.stream_id
         WHERE e.tenant_id IS NOT s.tenant_id ORDER BY e.position LIMIT ?1",
    )?;
    let misfiled = statement.query_map([bounded(limit)], |row| {
        Ok(Damage {
            position: Position::single(row.get(0)?),
            stream: row.get(1)?,
            revision: row.get(2)?,
            fault: Fault::Misfiled,
        })
    })?;
    misfiled.collect()
}

/// The digest of one event.
pub(super) fn find_digest(
    connection: &Connection,
    stream: &str,
    revision: u64,
) -> rusqlite::Result<Option<[u8; 32]>> {
    let mut statement = connection.prepare_cached(
        "SELECT digest FROM events WHERE stream_id = (SELECT id FROM streams WHERE name = ?1)
         AND revision = ?2",
    )?;
    let found = statement.query_row(params![stream, bounded(revision)], |row| row.get(0));
    found.optional()
}

/// What an append has to know of a stream that was named before.
pub(super) struct StreamEnd {
    pub id: i64,
    pub tenant: Option<i64>,
    /// The last event's revision and digest; `None` when no append to the stream succeeded.
    pub last: Option<(u64, [u8; 32])>,
}

/// The end of `stream`; `None` when no append ever named it.
pub(super) fn find_stream_end(
    connection: &Connection,
    stream: &StreamName,
) -> rusqlite::Result<Option<StreamEnd>> {
    let mut statement = connection.prepare_cached(
        "SELECT s.id, s.tenant_id, e.revision, e.digest FROM streams s
         LEFT JOIN events e ON e.stream_id = s.id
             AND e.revision = (SELECT max(revision) FROM events WHERE stream_id = s.id)
         WHERE s.name = ?1",
    )?;
    let mut rows = statement.query([stream.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let revision: Option<u64> = row.get(2)?;
    let last = revision.map(|revision| Ok::<_, rusqlite::Error>((revision, row.get(3)?)));
    Ok(Some(StreamEnd {
        id: row.get(0)?,
        tenant: row.get(1)?,
        last: last.transpose()?,
    }))
}

/// The number of `tenant`; `None` when it has no stream yet.
pub(super) fn find_tenant(connection: &Connection, tenant: TenantId) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT tenant_id FROM streams WHERE name >= ?1 AND name < ?2 ORDER BY name LIMIT 1",
    )?;
    // The character after the dot.
    let names = [format!("{tenant}."), format!("{tenant}/")];
    statement.query_row(names, |row| row.get(0)).optional()
}

/// At most `limit` events after position `after`.
pub(super) fn all(connection: &Connection, after: u64, limit: u64) -> Result<Vec<RawEvent>, ReadError> {
    let sql = format!("{COLUMNS} WHERE e.position > ?1 ORDER BY e.position LIMIT ?2");
    collect(connection, &sql, params![bounded(after), bounded(limit)])
}

/// At most `limit` events of `stream` from revision `from` on.
pub(super) fn stream(
    connection: &Connection,
    stream: &StreamName,
    from: u64,
    limit: u64,
) -> Result<Vec<RawEvent>, ReadError> {
    let sql = format!(
        "{COLUMNS} WHERE e.stream_id = (SELECT id FROM streams WHERE name = ?1) AND e.revision >= ?2
         ORDER BY e.revision LIMIT ?3"
    );
    collect(
        connection,
        &sql,
        params![stream.as_str(), bounded(from), bounded(limit)],
    )
}

/// At most `limit` events of the streams of `tenant` after position `after`.
pub(super) fn tenant(
    connection: &Connection,
    tenant: TenantId,
    after: u64,
    limit: u64,
) -> Result<Vec<RawEvent>, ReadError> {
    let Some(number) = find_tenant(connection, tenant).map_err(unavailable)? else {
        return Ok(Vec::new());
    };
    let sql = format!("{COLUMNS} WHERE e.tenant_id = ?1 AND e.position > ?2 ORDER BY e.position LIMIT ?3");
    collect(connection, &sql, params![number, bounded(after), bounded(limit)])
}

fn collect(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<RawEvent>, ReadError> {
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut rows = statement.query(values).map_err(unavailable)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        let position = Position::single(row.get(0).map_err(unavailable)?);
        events.push(event(row, position).map_err(|e| corrupt(position, &*e))?);
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
        digest: row.get(9)?,
    })
}

/// As SQLite counts: nothing lies beyond its largest number.
fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unavailable(error: rusqlite::Error) -> ReadError {
    ReadError::Unavailable(Failure::new("reading", error))
}
