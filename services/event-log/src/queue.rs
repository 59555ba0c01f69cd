//! The queue before a writer that commits in groups, the same for every engine that has one.

use tally_domain::{EventId, StreamName};
use tokio::sync::{mpsc, oneshot};

use crate::answers::{AnswerStored, NewAnswer};
use crate::error::{AppendError, Failure};
use crate::limits::{self, Prepared};
use crate::stored::{Appended, ExpectedRevision};

/// How many requests may wait before the next caller waits to be let in.
pub(crate) const WAITING: usize = 4096;
/// The most requests of one transaction.
const GROUP: usize = 1024;
/// The most bytes of JSON text after which a group takes no further request.
const GROUP_BYTES: usize = 32 * 1024 * 1024;

pub(crate) type Answer = Result<Stored, AppendError>;

/// What waits for the writer.
pub(crate) struct Request {
    pub work: Work,
    pub reply: oneshot::Sender<Answer>,
}

/// What is to be written.
pub(crate) enum Work {
    Append(Append),
    Remember(NewAnswer),
}

/// Events to be appended.
pub(crate) struct Append {
    pub stream: StreamName,
    pub expected: ExpectedRevision,
    pub events: Vec<Prepared>,
}

/// What was written, or stood there already.
#[derive(Debug)]
pub(crate) enum Stored {
    Events(Appended),
    Answer(AnswerStored),
}

impl Request {
    /// The append, if it is one.
    pub(crate) fn as_append(&self) -> Option<&Append> {
        match &self.work {
            Work::Append(append) => Some(append),
            Work::Remember(_) => None,
        }
    }

    /// The ids of its events, or that of the event in whose place its answer would stand.
    pub(crate) fn ids(&self) -> Vec<EventId> {
        match &self.work {
            Work::Append(append) => append.events.iter().map(|event| event.id).collect(),
            Work::Remember(new) => vec![new.id],
        }
    }

    /// Bytes of JSON text.
    pub(crate) fn size(&self) -> usize {
        match &self.work {
            Work::Append(append) => limits::size(&append.events),
            Work::Remember(new) => new.answer.len(),
        }
    }
}

/// Has an append wait in `inbox`, and waits for its answer.
pub(crate) async fn append(
    inbox: &mpsc::Sender<Request>,
    stream: &StreamName,
    expected: ExpectedRevision,
    events: Vec<Prepared>,
) -> Result<Appended, AppendError> {
    let stream = stream.clone();
    let append = Append {
        stream,
        expected,
        events,
    };
    match send(inbox, Work::Append(append)).await? {
        Stored::Events(appended) => Ok(appended),
        Stored::Answer(_) => Err(confused()),
    }
}

/// Has an answer wait in `inbox` until it is stored.
pub(crate) async fn remember(
    inbox: &mpsc::Sender<Request>,
    new: NewAnswer,
) -> Result<AnswerStored, AppendError> {
    match send(inbox, Work::Remember(new)).await? {
        Stored::Answer(stored) => Ok(stored),
        Stored::Events(_) => Err(confused()),
    }
}

async fn send(inbox: &mpsc::Sender<Request>, work: Work) -> Answer {
    let (reply, answer) = oneshot::channel();
    let request = Request { work, reply };
    let stopped = || AppendError::Unavailable(Failure::new("appending", "the writer has stopped"));
    inbox.send(request).await.map_err(|_| stopped())?;
    answer.await.map_err(|_| stopped())?
}

fn confused() -> AppendError {
    AppendError::Unavailable(Failure::new("appending", "the writer answered something else"))
}

/// Everything that waits, up to the bounds of a group.
pub(crate) fn gather(first: Request, inbox: &mut mpsc::Receiver<Request>) -> Vec<Request> {
    let mut bytes = first.size();
    let mut group = vec![first];
    while group.len() < GROUP && bytes < GROUP_BYTES {
        let Ok(next) = inbox.try_recv() else { break };
        bytes += next.size();
        group.push(next);
    }
    group
}
