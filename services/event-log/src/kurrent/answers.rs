//! Remembered answers, each in a stream of its own beside those of the log, whose events the server
//! removes when they are old enough: no reader and no copy comes across them.
//!
//! Nothing here is atomic over two streams, so an answer takes three steps. It is announced; the
//! command is decided once more, and has no event still; it is given. An append of the same command
//! looks for an answer before it is written, and withdraws one that is only announced. So an append
//! that looked before the announcement was decided on no later state than the answer: it fails
//! since the stream has moved on, or decides the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use eventstore::{
    AppendToStreamOptions, Client, EventData, ReadStreamOptions, RecordedEvent, StreamPosition,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tally_domain::EventId;
use uuid::Uuid;

use super::read::{Reader, of_reading, state, stream_events};
use super::trouble::Trouble;
use crate::answers::{ANSWERS_KEPT, AnswerStored, NewAnswer};
use crate::error::{AppendError, Failure, ReadError};
use crate::stored::ExpectedRevision;

const ANNOUNCED: &str = "answer.announced";
const GIVEN: &str = "answer.given";
const WITHDRAWN: &str = "answer.withdrawn";
/// The server's own name of a stream's metadata.
const METADATA: &str = "$metadata";
/// How often a step is tried that another one came before.
const ATTEMPTS: usize = 8;

#[derive(Serialize, Deserialize)]
struct GivenAnswer {
    /// Base64: it may be sealed.
    answer: String,
}

/// Where the answer to a command is.
enum Progress {
    /// There is none.
    None,
    /// It was announced.
    Announced,
    /// It was given.
    Given(Vec<u8>),
}

/// The end of an answer's stream.
struct End {
    at: ExpectedRevision,
    progress: Progress,
}

/// The answer in the place of the event `id`.
pub(super) async fn find(reader: &Reader, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
    match read_end(reader, id).await?.progress {
        Progress::Given(answer) => Ok(Some(answer)),
        Progress::None | Progress::Announced => Ok(None),
    }
}

/// Announces an answer. From here on, no append of the command that has not looked yet is written.
pub(super) async fn announce(reader: &Reader, id: EventId) -> Result<(), AppendError> {
    for _ in 0..ATTEMPTS {
        let end = read_end(reader, id).await.map_err(to_append_error)?;
        match end.progress {
            Progress::Announced | Progress::Given(_) => return Ok(()),
            Progress::None => {}
        }
        limit_age(reader, id).await?;
        if take_step(reader, id, end.at, ANNOUNCED, &json!({})).await? {
            return Ok(());
        }
    }
    Err(contended())
}

/// Gives an answer that was announced, unless it was withdrawn meanwhile.
pub(super) async fn store(reader: &Reader, new: NewAnswer) -> Result<AnswerStored, AppendError> {
    let given = GivenAnswer {
        answer: BASE64.encode(&new.answer),
    };
    let data = serde_json::to_value(given).map_err(|e| AppendError::Invalid(e.to_string()))?;
    for _ in 0..ATTEMPTS {
        let end = read_end(reader, new.id).await.map_err(to_append_error)?;
        match end.progress {
            Progress::Given(earlier) => return Ok(AnswerStored::Earlier(earlier)),
            Progress::None => return Ok(AnswerStored::NotInPlace),
            Progress::Announced => {}
        }
        if take_step(reader, new.id, end.at, GIVEN, &data).await? {
            return Ok(AnswerStored::Now);
        }
    }
    Err(contended())
}

/// Whether an answer was given. One that is only announced is withdrawn.
pub(super) async fn is_given(reader: &Reader, id: EventId) -> Result<bool, AppendError> {
    for _ in 0..ATTEMPTS {
        let end = read_end(reader, id).await.map_err(to_append_error)?;
        match end.progress {
            Progress::Given(_) => return Ok(true),
            Progress::None => return Ok(false),
            Progress::Announced => {}
        }
        if take_step(reader, id, end.at, WITHDRAWN, &json!({})).await? {
            return Ok(false);
        }
    }
    Err(contended())
}

async fn read_end(reader: &Reader, id: EventId) -> Result<End, ReadError> {
    let options = ReadStreamOptions::default()
        .backwards()
        .position(StreamPosition::End)
        .max_count(1)
        .requires_leader(true);
    let name = name(reader, id);
    let question = |client| stream_events(client, name.clone(), options.clone());
    let events = match reader.supervisor().ask("reading an answer", question).await {
        Err(Trouble::Missing) => Vec::new(),
        answer => answer.map_err(|trouble| of_reading(&trouble, None))?,
    };
    let none = End {
        at: ExpectedRevision::NoStream,
        progress: Progress::None,
    };
    events.first().map_or(Ok(none), |last| {
        Ok(End {
            at: ExpectedRevision::Exact(last.revision),
            progress: parse(last, id)?,
        })
    })
}

fn parse(last: &RecordedEvent, id: EventId) -> Result<Progress, ReadError> {
    let corrupt = |why: String| ReadError::Corrupt {
        location: format!("the answer {id}"),
        why,
    };
    match last.event_type.as_str() {
        ANNOUNCED => Ok(Progress::Announced),
        WITHDRAWN => Ok(Progress::None),
        GIVEN => {
            let given = serde_json::from_slice::<GivenAnswer>(&last.data);
            let given = given.map_err(|_| corrupt("its fields are not those of an answer".to_owned()))?;
            let answer = BASE64.decode(given.answer.as_bytes());
            answer.map(Progress::Given).map_err(|e| corrupt(e.to_string()))
        }
        _ => Err(corrupt("its event is of another kind".to_owned())),
    }
}

/// Has the server remove the stream's events when they are old. All nodes write the same event.
async fn limit_age(reader: &Reader, id: EventId) -> Result<(), AppendError> {
    let name = format!("$${}", name(reader, id));
    let data = json!({ "$maxAge": ANSWERS_KEPT.num_seconds() });
    let event = to_event(METADATA, &data)?.id(Uuid::new_v5(&id.0, b"metadata"));
    append(reader, &name, ExpectedRevision::NoStream, event)
        .await
        .map(drop)
}

/// Appends one step; `false` when another came first.
async fn take_step(
    reader: &Reader,
    id: EventId,
    at: ExpectedRevision,
    step: &str,
    data: &serde_json::Value,
) -> Result<bool, AppendError> {
    let event = to_event(step, data)?.id(Uuid::new_v4());
    append(reader, &name(reader, id), at, event).await
}

fn to_event(event_type: &str, data: &serde_json::Value) -> Result<EventData, AppendError> {
    EventData::json(event_type, data).map_err(|e| AppendError::Invalid(e.to_string()))
}

/// `false` when the stream is at another revision. The events of a stream may be gone and its
/// revision not: then the append goes after the revision that the server names.
async fn append(
    reader: &Reader,
    name: &str,
    expected: ExpectedRevision,
    event: EventData,
) -> Result<bool, AppendError> {
    match append_at(reader, name, expected, event.clone()).await {
        Err(Trouble::Conflict(Some(last))) if expected == ExpectedRevision::NoStream => {
            if has_events(reader, name).await.map_err(to_append_error)? {
                return Ok(false);
            }
            let again = append_at(reader, name, ExpectedRevision::Exact(last), event).await;
            to_outcome(again)
        }
        outcome => to_outcome(outcome),
    }
}

async fn append_at(
    reader: &Reader,
    name: &str,
    expected: ExpectedRevision,
    event: EventData,
) -> Result<(), Trouble> {
    let options = AppendToStreamOptions::default()
        .stream_state(state(expected))
        .deadline(reader.supervisor().target().deadline())
        .requires_leader(true);
    let question = |client: Client| {
        let (name, options, event) = (name.to_owned(), options.clone(), event.clone());
        async move { client.append_to_stream(name, &options, event).await }
    };
    reader
        .supervisor()
        .ask("storing an answer", question)
        .await
        .map(drop)
}

fn to_outcome(appended: Result<(), Trouble>) -> Result<bool, AppendError> {
    match appended {
        Ok(()) => Ok(true),
        Err(Trouble::Conflict(_)) => Ok(false),
        Err(trouble) => Err(AppendError::Unavailable(Failure::new(
            "storing an answer",
            trouble.to_text(),
        ))),
    }
}

async fn has_events(reader: &Reader, name: &str) -> Result<bool, ReadError> {
    let options = ReadStreamOptions::default().max_count(1).requires_leader(true);
    let question = |client| stream_events(client, name.to_owned(), options.clone());
    match reader.supervisor().ask("reading an answer", question).await {
        Err(Trouble::Missing) => Ok(false),
        answer => Ok(!answer.map_err(|trouble| of_reading(&trouble, None))?.is_empty()),
    }
}

/// A prefix has no hyphen, so this is no stream of this log or of another one.
fn name(reader: &Reader, id: EventId) -> String {
    format!("{}-answer-{id}", reader.prefix())
}

fn contended() -> AppendError {
    let cause = "other steps came first too often";
    AppendError::Unavailable(Failure::new("storing an answer", cause))
}

fn to_append_error(cause: ReadError) -> AppendError {
    match cause {
        ReadError::Unavailable(failure) => AppendError::Unavailable(failure),
        ReadError::Corrupt { .. } | ReadError::BeyondHead { .. } => {
            AppendError::Unavailable(Failure::new("reading an answer", cause))
        }
    }
}
