//! One append, within the transaction of its group.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use tally_domain::{EventId, Position, Revision, StreamName};

use super::read;
use crate::error::{AppendError, Failure};
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
        let stream_end = read::find_stream_end(self.connection, stream).map_err(unavailable)?;
        let actual = stream_end.and_then(|(_, last)| last);
        if expected.last() != actual {
            let already = self.find_repeated(stream_end, events).map_err(unavailable)?;
            return already.ok_or_else(|| AppendError::WrongExpectedRevision {
                stream: stream.clone(),
                expected,
                actual,
            });
        }
        let first = actual.map_or(0, |last| last + 1);
        match self.write(stream, stream_end.map(|(id, _)| id), first, events) {
            Ok(appended) => Ok(appended),
            Err(error) => self.why_not(stream_end, events, error),
        }
    }

    fn write(
        &mut self,
        stream: &StreamName,
        stream_id: Option<i64>,
        first: Revision,
        events: &[Prepared],
    ) -> rusqlite::Result<Appended> {
        let stream_id = match stream_id {
            Some(id) => id,
            None => self.add_stream(stream)?,
        };
        // A single statement needs no savepoint to be all or nothing. A stream's name that then
        // gets no event does no harm.
        if let [event] = events {
            self.insert(stream_id, first, 0, event)?;
        } else {
            self.insert_all(stream_id, first, events)?;
        }
        self.next_position += events.len() as u64;
        Ok(Appended {
            position: Position::single(self.next_position - 1),
            last_revision: first + events.len() as u64 - 1,
            already: false,
        })
    }

    fn add_stream(&self, stream: &StreamName) -> rusqlite::Result<i64> {
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO streams (name) VALUES (?1)")?;
        statement.insert([stream.as_str()])
    }

    fn insert_all(&self, stream_id: i64, first: Revision, events: &[Prepared]) -> rusqlite::Result<()> {
        self.run("SAVEPOINT append")?;
        let inserted = (0..)
            .zip(events)
            .try_for_each(|(index, event)| self.insert(stream_id, first, index, event));
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

    fn insert(&self, stream_id: i64, first: Revision, index: u64, event: &Prepared) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO events
                 (position, stream_id, revision, event_id, type, schema, recorded_at, context, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        statement.execute(params![
            self.next_position + index,
            stream_id,
            first + index,
            event.id.0.as_bytes(),
            event.event_type,
            event.schema,
            self.recorded_at.timestamp_micros(),
            event.context,
            event.payload,
        ])?;
        Ok(())
    }

    /// Why an insert failed: the events stand there already, an id stands elsewhere, or the disk.
    fn why_not(
        &self,
        stream_end: Option<(i64, Option<Revision>)>,
        events: &[Prepared],
        error: rusqlite::Error,
    ) -> Result<Appended, AppendError> {
        if error.sqlite_error_code() != Some(rusqlite::ErrorCode::ConstraintViolation) {
            return Err(unavailable(error));
        }
        if let Some(already) = self.find_repeated(stream_end, events).map_err(unavailable)? {
            return Ok(already);
        }
        for event in events {
            if self.find(event.id).map_err(unavailable)?.is_some() {
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
        stream_end: Option<(i64, Option<Revision>)>,
        events: &[Prepared],
    ) -> rusqlite::Result<Option<Appended>> {
        let Some((stream_id, _)) = stream_end else {
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

/// Where an event stands.
struct Standing {
    stream_id: i64,
    revision: Revision,
    position: u64,
}

fn unavailable(error: rusqlite::Error) -> AppendError {
    AppendError::Unavailable(Failure::new("appending", error))
}
