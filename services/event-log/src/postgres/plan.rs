//! Deciding a group of appends in memory, from what the log holds of their streams and ids. Nothing
//! else can change while the lock is held, so what is decided here will be true when it is written.

use std::collections::HashMap;

use tally_domain::{EventId, Position, Revision, StreamName, TenantId};
use uuid::Uuid;

use crate::answers::{AnswerStored, NewAnswer};
use crate::error::AppendError;
use crate::limits::Prepared;
use crate::queue::{Answer, Append, Request, Stored, Work};
use crate::stored::Appended;

/// What the log holds that matters to a group; it grows as the group's appends are decided.
#[derive(Default)]
pub(super) struct Known {
    /// The last position; 0 in an empty log.
    pub head: u64,
    pub streams: HashMap<String, StreamEnd>,
    /// The numbers of the tenants whose streams are appended to, as far as they have one.
    pub tenants: HashMap<TenantId, u64>,
    pub ids: HashMap<Uuid, Standing>,
    /// Remembered answers, by the id of the event in whose place they stand.
    pub answers: HashMap<Uuid, Vec<u8>>,
}

/// A stream that is there.
#[derive(Clone, Copy)]
pub(super) struct StreamEnd {
    pub id: u64,
    pub tenant: Option<u64>,
    pub last: Revision,
}

/// Where an event stands.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub stream_id: u64,
    pub revision: Revision,
    pub position: u64,
}

/// A stream that a group begins.
pub(super) struct NewStream<'g> {
    pub id: u64,
    pub name: &'g str,
    pub tenant: Option<u64>,
}

/// An event that a group adds.
pub(super) struct NewRow<'g> {
    pub at: Standing,
    pub tenant: Option<u64>,
    pub stream: &'g StreamName,
    pub event: &'g Prepared,
}

/// The rows that a group adds.
#[derive(Default)]
pub(super) struct Rows<'g> {
    pub streams: Vec<NewStream<'g>>,
    pub events: Vec<NewRow<'g>>,
    pub answers: Vec<&'g NewAnswer>,
}

/// The answers to a group, true once its rows are committed.
pub(super) fn decide<'g>(known: &mut Known, group: &'g [Request]) -> (Vec<Answer>, Rows<'g>) {
    let mut rows = Rows::default();
    let answers = group.iter().map(|request| match &request.work {
        Work::Append(new) => append(known, &mut rows, new).map(Stored::Events),
        Work::Remember(new) => Ok(Stored::Answer(remember(known, &mut rows, new))),
    });
    (answers.collect(), rows)
}

fn remember<'g>(known: &mut Known, rows: &mut Rows<'g>, new: &'g NewAnswer) -> AnswerStored {
    if let Some(earlier) = known.answers.get(&new.id.0) {
        return AnswerStored::Earlier(earlier.clone());
    }
    if known.ids.contains_key(&new.id.0) {
        return AnswerStored::NotInPlace;
    }
    known.answers.insert(new.id.0, new.answer.clone());
    rows.answers.push(new);
    AnswerStored::Now
}

fn append<'g>(known: &mut Known, rows: &mut Rows<'g>, new: &'g Append) -> Result<Appended, AppendError> {
    let Append {
        stream,
        expected,
        events,
    } = new;
    let stream_end = known.streams.get(stream.as_str()).copied();
    if let Some(already) = find_repeated(known, stream_end, events) {
        return Ok(already);
    }
    let actual = stream_end.map(|stream_end| stream_end.last);
    if expected.last() != actual {
        return Err(AppendError::WrongExpectedRevision {
            stream: stream.clone(),
            expected: *expected,
            actual,
        });
    }
    if events
        .first()
        .is_some_and(|e| known.answers.contains_key(&e.id.0))
    {
        return Err(AppendError::Answered);
    }
    if let Some(taken) = events.iter().find(|e| known.ids.contains_key(&e.id.0)) {
        return Err(stands_elsewhere(taken.id));
    }
    Ok(write(known, rows, stream, stream_end, events))
}

/// The place of `events` if all of them stand in the stream, one after the other.
fn find_repeated(known: &Known, stream_end: Option<StreamEnd>, events: &[Prepared]) -> Option<Appended> {
    let stream_id = stream_end?.id;
    let mut last: Option<Standing> = None;
    for event in events {
        let standing = *known.ids.get(&event.id.0)?;
        let follows = last.is_none_or(|last| standing.revision == last.revision + 1);
        if standing.stream_id != stream_id || !follows {
            return None;
        }
        last = Some(standing);
    }
    last.map(|last| to_answer(last, true))
}

fn write<'g>(
    known: &mut Known,
    rows: &mut Rows<'g>,
    stream: &'g StreamName,
    stream_end: Option<StreamEnd>,
    events: &'g [Prepared],
) -> Appended {
    let id = stream_end.map_or(known.head + 1, |stream_end| stream_end.id);
    let tenant = match stream_end {
        Some(stream_end) => stream_end.tenant,
        // A tenant's number is that of its first stream.
        None => stream
            .owner()
            .map(|owner| *known.tenants.entry(owner).or_insert(id)),
    };
    if stream_end.is_none() {
        let name = stream.as_str();
        rows.streams.push(NewStream { id, name, tenant });
    }
    let mut last = Standing {
        stream_id: id,
        revision: 0,
        position: known.head,
    };
    let first = stream_end.map_or(0, |stream_end| stream_end.last + 1);
    for (event, revision) in events.iter().zip(first..) {
        last.revision = revision;
        last.position += 1;
        known.ids.insert(event.id.0, last);
        rows.events.push(NewRow {
            at: last,
            tenant,
            stream,
            event,
        });
    }
    known.head = last.position;
    let stream_end = StreamEnd {
        id,
        tenant,
        last: last.revision,
    };
    known.streams.insert(stream.as_str().to_owned(), stream_end);
    to_answer(last, false)
}

fn to_answer(last: Standing, already: bool) -> Appended {
    Appended {
        position: Position::single(last.position),
        last_revision: last.revision,
        already,
    }
}

fn stands_elsewhere(id: EventId) -> AppendError {
    AppendError::Invalid(format!("event id {id} stands elsewhere already"))
}
