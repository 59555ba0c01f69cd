//! One append, within the transaction of its group.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Params, params};
use tally_domain::{EventId, Position, Revision, StreamName};

use super::answers;
use super::read::{self, StreamEnd};
use super::write_failure;
use crate::answers::{AnswerStored, NewAnswer};
use crate::digest::NOTHING_BEFORE;
use crate::error::AppendError;
use crate::limits::Prepared;
use crate::stored::{Appended, ExpectedRevision};

/// The open transaction of a group: where its next event goes, and the time it is recorded at.
pub(super) struct Group<'c> {
    pub connection: &'c Connection,
    pub next_position: u64,
    pub recorded_at: DateTime<Utc>,
}

impl Group<'_> {
    /// Appends `events`, all or none, and answers as it will be true once the group is committed.
    pub(super) fn append(
        &mut self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: &[Prepared],
    ) -> Result<Appended, AppendError> {
        let stream_end = read::find_stream_end(self.connection, stream).map_err(|e| unavailable(&e))?;
        let id = stream_end.as_ref().map(|end| end.id);
        let last = stream_end.as_ref().and_then(|end| end.last);
        let actual = last.map(|(revision, _)| revision);
        if expected.last() != actual {
            let already = self.find_repeated(id, events).map_err(|e| unavailable(&e))?;
            return already.ok_or_else(|| AppendError::WrongExpectedRevision {
                stream: stream.clone(),
                expected,
                actual,
            });
        }
        if self.is_answered(events).map_err(|e| unavailable(&e))? {
            return Err(AppendError::Answered);
        }
        match self.write(stream, stream_end, events) {
            Ok(appended) => Ok(appended),
            Err(error) => self.why_not(id, events, &error),
        }
    }

    /// Whether an answer is remembered in the place of the first event.
    fn is_answered(&self, events: &[Prepared]) -> rusqlite::Result<bool> {
        let answer = events
            .first()
            .map(|event| answers::find(self.connection, event.id));
        Ok(answer.transpose()?.flatten().is_some())
    }

    /// Stores an answer, unless its event or another answer stands in its place.
    pub(super) fn remember(&mut self, new: &NewAnswer) -> Result<AnswerStored, AppendError> {
        if let Some(earlier) = answers::find(self.connection, new.id).map_err(|e| unavailable(&e))? {
            return Ok(AnswerStored::Earlier(earlier));
        }
        if self.find(new.id).map_err(|e| unavailable(&e))?.is_some() {
            return Ok(AnswerStored::NotInPlace);
        }
        answers::insert(self.connection, new, self.recorded_at).map_err(|e| unavailable(&e))?;
        Ok(AnswerStored::Now)
    }

    fn write(
        &mut self,
        stream: &StreamName,
        stream_end: Option<StreamEnd>,
        events: &[Prepared],
    ) -> rusqlite::Result<Appended> {
        let end = match stream_end {
            Some(end) => end,
            None => add_stream(self.connection, stream)?,
        };
        let rows = self.rows(stream, &end, events);
        // A single statement needs no savepoint to be all or nothing. A stream's name that then
        // gets no event does no harm.
        if let [row] = rows.as_slice() {
            self.insert(row)?;
        } else {
            self.insert_all(&rows)?;
        }
        self.next_position += events.len() as u64;
        let first = end.last.map_or(0, |(last, _)| last + 1);
        Ok(Appended {
            position: Position::single(self.next_position - 1),
            last_revision: first + events.len() as u64 - 1,
            already: false,
        })
    }

    /// `events` as they follow the `end` of their stream, each with its digest.
    fn rows<'e>(&self, stream: &StreamName, end: &StreamEnd, events: &'e [Prepared]) -> Vec<NewRow<'e>> {
        let (first, mut before) = match end.last {
            Some((last, digest)) => (last + 1, digest),
            None => (0, NOTHING_BEFORE),
        };
        let numbered = (first..).zip(self.next_position..).zip(events);
        let rows = numbered.map(|((revision, position), event)| {
            let covered = event.covered(stream, revision, self.recorded_at);
            before = covered.digest_after(&before);
            NewRow {
                position,
                stream_id: end.id,
                tenant_id: end.tenant,
                revision,
                digest: before,
                event,
            }
        });
        rows.collect()
    }

    fn insert_all(&self, rows: &[NewRow<'_>]) -> rusqlite::Result<()> {
        self.run("SAVEPOINT append")?;
        let inserted = rows.iter().try_for_each(|row| self.insert(row));
        // After some disk errors the whole transaction is gone, and the savepoint with it.
        if inserted.is_err() && !self.connection.is_autocommit() {
            self.run("ROLLBACK TO append")?;
        }
        if !self.connection.is_autocommit() {
            self.run("RELEASE append")?;
        }
        inserted
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }

    fn insert(&self, row: &NewRow<'_>) -> rusqlite::Result<()> {
        let event = row.event;
        insert_event(
            self.connection,
            params![
                row.position,
                row.stream_id,
                row.tenant_id,
                row.revision,
                event.id.0.as_bytes(),
                event.event_type,
                event.schema,
                self.recorded_at.timestamp_micros(),
                row.digest,
                event.context,
                event.payload,
            ],
        )
    }

    /// Why an insert failed: the events stand there already, an id stands elsewhere, or the disk.
    fn why_not(
        &self,
        stream_id: Option<i64>,
        events: &[Prepared],
        error: &rusqlite::Error,
    ) -> Result<Appended, AppendError> {
        if error.sqlite_error_code() != Some(rusqlite::ErrorCode::ConstraintViolation) {
            return Err(unavailable(error));
        }
        if let Some(already) = self
            .find_repeated(stream_id, events)
            .map_err(|e| unavailable(&e))?
        {
            return Ok(already);
        }
        for event in events {
            if self.find(event.id).map_err(|e| unavailable(&e))?.is_some() {
                let id = event.id;
                return Err(AppendError::Invalid(format!(
                    "event id {id} stands elsewhere already"
                )));
            }
        }
        Err(unavailable(error))
    }

    /// The place of `events` if all of them stand in the stream, one after the other.
    fn find_repeated(
        &self,
        stream_id: Option<i64>,
        events: &[Prepared],
    ) -> rusqlite::Result<Option<Appended>> {
        let Some(stream_id) = stream_id else {
            return Ok(None);
        };
        let mut last = None;
        for event in events {
            let Some(standing) = self.find(event.id)? else {
                return Ok(None);
            };
            let follows = last.is_none_or(|last: Standing| standing.revision == last.revision + 1);
            if standing.stream_id != stream_id || !follows {
                return Ok(None);
            }
            last = Some(standing);
        }
        Ok(last.map(|last| Appended {
            position: Position::single(last.position),
            last_revision: last.revision,
            already: true,
        }))
    }

    fn find(&self, id: EventId) -> rusqlite::Result<Option<Standing>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT stream_id, revision, position FROM events WHERE event_id = ?1")?;
        let found = statement.query_row([id.0.as_bytes()], |row| {
            Ok(Standing {
                stream_id: row.get(0)?,
                revision: row.get(1)?,
                position: row.get(2)?,
            })
        });
        found.optional()
    }
}

/// An event about to be inserted.
struct NewRow<'e> {
    position: u64,
    stream_id: i64,
    tenant_id: Option<i64>,
    revision: Revision,
    digest: [u8; 32],
    event: &'e Prepared,
}

/// Names a stream. A tenant's number is that of its first stream.
pub(super) fn add_stream(connection: &Connection, stream: &StreamName) -> rusqlite::Result<StreamEnd> {
    let owner = stream.owner();
    let known = owner.map(|tenant| read::find_tenant(connection, tenant));
    let known = known.transpose()?.flatten();
    let mut add = connection.prepare_cached(
        "INSERT INTO streams (id, name, tenant_id)
         SELECT next, ?1, iif(?2, coalesce(?3, next), NULL)
         FROM (SELECT coalesce(max(id), 0) + 1 AS next FROM streams)",
    )?;
    let id = add.insert(params![stream.as_str(), owner.is_some(), known])?;
    Ok(StreamEnd {
        id,
        tenant: owner.map(|_| known.unwrap_or(id)),
        last: None,
    })
}

/// Inserts an event whose `values` are in the order of the columns.
pub(super) fn insert_event(connection: &Connection, values: impl Params) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO events (position, stream_id, tenant_id, revision, event_id, type, schema, recorded_at,
             digest, context, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    statement.execute(values).map(drop)
}

/// Where an event stands.
struct Standing {
    stream_id: i64,
    revision: Revision,
    position: u64,
}

fn unavailable(error: &rusqlite::Error) -> AppendError {
    AppendError::Unavailable(write_failure("appending", error))
}
