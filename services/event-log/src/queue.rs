//! The queue before a writer that commits in groups, the same for every engine that has one.

use tally_domain::StreamName;
use tokio::sync::{mpsc, oneshot};

use crate::error::{AppendError, Failure};
use crate::limits::{self, Prepared};
use crate::stored::{Appended, ExpectedRevision};

/// How many appends may wait before the next caller waits to be let in.
pub(crate) const WAITING: usize = 4096;
/// The most appends of one transaction.
const GROUP: usize = 1024;
/// The most bytes of JSON text after which a group takes no further append.
const GROUP_BYTES: usize = 32 * 1024 * 1024;

pub(crate) type Answer = Result<Appended, AppendError>;

/// An append that waits for the writer.
pub(crate) struct Request {
    pub stream: StreamName,
    pub expected: ExpectedRevision,
    pub events: Vec<Prepared>,
    pub reply: oneshot::Sender<Answer>,
}

/// Has an append wait in `inbox`, and waits for its answer.
pub(crate) async fn append(
    inbox: &mpsc::Sender<Request>,
    stream: &StreamName,
    expected: ExpectedRevision,
    events: Vec<Prepared>,
) -> Answer {
    let (reply, answer) = oneshot::channel();
    let request = Request {
        stream: stream.clone(),
        expected,
        events,
        reply,
    };
    let stopped = || AppendError::Unavailable(Failure::new("appending", "the writer has stopped"));
    inbox.send(request).await.map_err(|_| stopped())?;
    answer.await.map_err(|_| stopped())?
}

/// Everything that waits, up to the bounds of a group.
pub(crate) fn gather(first: Request, inbox: &mut mpsc::Receiver<Request>) -> Vec<Request> {
    let mut bytes = limits::size(&first.events);
    let mut group = vec![first];
    while group.len() < GROUP && bytes < GROUP_BYTES {
        let Ok(next) = inbox.try_recv() else { break };
        bytes += limits::size(&next.events);
        group.push(next);
    }
    group
}
