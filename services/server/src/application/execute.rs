//! Carrying out one command on one stream.

use tally_domain::event::Family;
use tally_domain::{Context, Position, Recorded, Refused, Revision, StreamName};
use tally_event_log::codec;
use tally_event_log::{AppendError, EventLog, ExpectedRevision, NewEvent};
use thiserror::Error;

/// How often a command is decided again after somebody else's append came in between.
const ATTEMPTS: usize = 16;

/// Why a command was not carried out.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The rules forbid it.
    #[error("{0}")]
    Refused(Box<dyn Refused + Send + Sync>),
    /// The caller wanted the stream at another revision.
    #[error("the revision is {actual:?}")]
    Precondition {
        /// The revision it is at; none when there is no such stream.
        actual: Option<Revision>,
    },
    /// The caller used the name of another command.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// The log or another store failed. Whether anything was appended is unknown; the same command may be sent again.
    #[error("the log is not available")]
    Unavailable(#[source] anyhow::Error),
}

impl CommandError {
    /// A refusal by the rules.
    pub fn refused(refusal: impl Refused + Send + Sync + 'static) -> Self {
        Self::Refused(Box::new(refusal))
    }

    /// A failure of a store.
    pub fn failed(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unavailable(cause.into())
    }
}

/// What a carried-out command leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The stream's last revision now.
    pub revision: Revision,
    /// The position a view must have reached to show it.
    pub position: Position,
    /// How many events this very call appended; 0 when there was nothing to do or a retry was recognised.
    pub appended: usize,
}

/// A stream as loaded.
pub struct Loaded<E> {
    /// Its events, oldest first.
    pub events: Vec<Recorded<E>>,
}

impl<E> Loaded<E> {
    /// The last revision, or `None` of an absent stream.
    pub fn revision(&self) -> Option<Revision> {
        self.events.last().map(|e| e.revision)
    }

    /// The revision that the next event will have.
    pub fn next_revision(&self) -> Revision {
        self.revision().map_or(0, |r| r + 1)
    }

    fn expected(&self) -> ExpectedRevision {
        self.revision()
            .map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact)
    }

    /// As a command that appended nothing leaves it; `None` of an absent stream.
    pub fn done(&self) -> Option<Done> {
        self.events.last().map(|e| Done {
            revision: e.revision,
            position: e.position,
            appended: 0,
        })
    }
}

/// Loads a whole stream. An event of an unknown type in it stops the load: deciding without it could decide wrongly.
///
/// # Errors
/// The log failed, or holds what this version cannot read.
pub async fn load<E: Family>(log: &dyn EventLog, stream: &StreamName) -> Result<Loaded<E>, CommandError> {
    let events = tally_event_log::load(log, stream)
        .await
        .map_err(CommandError::failed)?;
    Ok(Loaded { events })
}

/// Carries out one command: load, decide, append; again from the start when somebody else appended in between.
///
/// A command whose events are in the stream already is recognised by its id, however far the stream has gone on since.
/// `if_revision` is the caller's condition on the stream's revision, and `decide` gets the loaded stream.
///
/// # Errors
/// See [`CommandError`].
pub async fn execute<E: Family>(
    log: &dyn EventLog,
    stream: &StreamName,
    context: &Context,
    if_revision: Option<Revision>,
    decide: impl Fn(&Loaded<E>) -> Result<Vec<E>, CommandError>,
) -> Result<Done, CommandError> {
    let done = execute_if_any(log, stream, context, if_revision, decide).await?;
    done.ok_or_else(|| nothing_of_nothing(stream))
}

/// The same for a command that may find nothing to do on a stream that is absent: `None` then.
///
/// # Errors
/// See [`CommandError`].
pub async fn execute_if_any<E: Family>(
    log: &dyn EventLog,
    stream: &StreamName,
    context: &Context,
    if_revision: Option<Revision>,
    decide: impl Fn(&Loaded<E>) -> Result<Vec<E>, CommandError>,
) -> Result<Option<Done>, CommandError> {
    for _ in 0..ATTEMPTS {
        let loaded = load::<E>(log, stream).await?;
        if let Some(done) = already_done(&loaded, context)? {
            return Ok(Some(done));
        }
        if if_revision.is_some_and(|wanted| loaded.revision() != Some(wanted)) {
            return Err(CommandError::Precondition {
                actual: loaded.revision(),
            });
        }
        let events = decide(&loaded)?;
        let count = events.len();
        if count == 0 {
            return Ok(loaded.done());
        }
        match log
            .append(stream, loaded.expected(), encode(stream, context, &events)?)
            .await
        {
            Ok(appended) => {
                let appended_now = if appended.already { 0 } else { count };
                return Ok(Some(Done {
                    revision: appended.last_revision,
                    position: appended.position,
                    appended: appended_now,
                }));
            }
            Err(AppendError::WrongExpectedRevision { .. }) => {}
            Err(error) => return Err(CommandError::failed(error)),
        }
    }
    Err(CommandError::Unavailable(anyhow::anyhow!(
        "stream {stream} changed {ATTEMPTS} times while deciding"
    )))
}

fn nothing_of_nothing(stream: &StreamName) -> CommandError {
    CommandError::Unavailable(anyhow::anyhow!(
        "a command on the absent stream {stream} yielded nothing"
    ))
}

/// Whether this command's events are in the stream.
fn already_done<E>(loaded: &Loaded<E>, context: &Context) -> Result<Option<Done>, CommandError> {
    let Some(own) = loaded
        .events
        .iter()
        .rev()
        .find(|e| e.context.causation == context.causation)
    else {
        return Ok(None);
    };
    if own.context.content_digest != context.content_digest {
        return Err(CommandError::KeyReused);
    }
    Ok(loaded.done())
}

/// Turns decided events into what the log takes.
///
/// # Errors
/// An event does not encode, which is a defect.
pub fn encode<E: Family>(
    stream: &StreamName,
    context: &Context,
    events: &[E],
) -> Result<Vec<NewEvent>, CommandError> {
    codec::new_events(stream, context, events).map_err(CommandError::failed)
}
