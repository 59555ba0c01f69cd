//! Carrying out one command on one stream.

use std::future::ready;

use anyhow::anyhow;
use tally_domain::event::Family;
use tally_domain::{Context, Position, Recorded, Revision, StreamName};
use tally_event_log::codec;
use tally_event_log::{AppendError, ExpectedRevision, LogReader, LogWriter, NewEvent};

use crate::error::{CommandError, Unavailable};

/// How often a command is decided again after another append came in between.
pub(crate) const ATTEMPTS: usize = 16;

/// What a carried-out command leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The stream's last revision now.
    pub revision: Revision,
    /// The position a view must have reached to show it.
    pub position: Position,
    /// How many events this very call appended; 0 when there was nothing to do or a retry was
    /// recognised.
    pub appended: usize,
    /// Whether a retry was recognised. Then it is what the first try left, however far the stream
    /// has gone on since.
    pub is_repeat: bool,
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

    /// What an append must find for the decision on this state to stand.
    pub fn expected_revision(&self) -> ExpectedRevision {
        ExpectedRevision::after(self.revision())
    }

    /// What a command that appends nothing leaves; `None` of an absent stream.
    pub fn as_done(&self) -> Option<Done> {
        self.events.last().map(|e| Done {
            revision: e.revision,
            position: e.position,
            appended: 0,
            is_repeat: false,
        })
    }
}

/// Loads a whole stream.
///
/// # Errors
/// The log cannot be read, or the stream holds an event that this version does not know: deciding
/// without it could decide wrongly.
pub async fn load<E: Family>(log: &dyn LogReader, stream: &StreamName) -> Result<Loaded<E>, Unavailable> {
    let events = tally_event_log::load(log, stream).await?;
    Ok(Loaded { events })
}

/// Carries out one command: load, decide, append; again from the load when another append came in
/// between.
///
/// A command whose events are in the stream already is recognised by its id, however far the stream
/// has gone on since. `if_revision` is the caller's condition on the stream's revision, and
/// `decide` gets the loaded stream.
///
/// # Errors
/// See [`CommandError`]. A command that decides nothing on an absent stream is a defect, and
/// answered as a failure.
pub async fn execute<E: Family, R>(
    log: &dyn LogWriter,
    stream: &StreamName,
    context: &Context,
    if_revision: Option<Revision>,
    decide: impl Fn(&Loaded<E>) -> Result<Vec<E>, CommandError<R>>,
) -> Result<Done, CommandError<R>> {
    let done = execute_if_any(log, stream, context, if_revision, decide).await?;
    require_done(done, stream)
}

/// The same for a command that may find nothing to do on a stream that is absent: `None` then.
///
/// # Errors
/// See [`CommandError`]; the same as [`execute`] but for the absent stream.
pub async fn execute_if_any<E: Family, R>(
    log: &dyn LogWriter,
    stream: &StreamName,
    context: &Context,
    if_revision: Option<Revision>,
    decide: impl Fn(&Loaded<E>) -> Result<Vec<E>, CommandError<R>>,
) -> Result<Option<Done>, CommandError<R>> {
    let decide = |loaded: &Loaded<E>, ()| {
        check_revision(loaded, if_revision)?;
        decide(loaded)
    };
    run(log, stream, context, |_| ready(Ok(())), decide).await
}

fn check_revision<E, R>(loaded: &Loaded<E>, if_revision: Option<Revision>) -> Result<(), CommandError<R>> {
    match if_revision {
        Some(condition) if loaded.revision() != Some(condition) => Err(CommandError::Precondition {
            actual: loaded.revision(),
        }),
        _ => Ok(()),
    }
}

/// Decides as [`execute`] does, but appends nothing: what the command left where it is a repeat or
/// has nothing to do, and `None` where it would append events.
///
/// # Errors
/// As for [`execute`].
pub async fn rehearse<E: Family, R>(
    log: &dyn LogReader,
    stream: &StreamName,
    context: &Context,
    if_revision: Option<Revision>,
    decide: impl Fn(&Loaded<E>) -> Result<Vec<E>, CommandError<R>>,
) -> Result<Option<Done>, CommandError<R>> {
    let loaded = load::<E>(log, stream).await?;
    if let Some(done) = find_earlier_result(&loaded, context)? {
        return Ok(Some(done));
    }
    check_revision(&loaded, if_revision)?;
    let events = decide(&loaded)?;
    Ok(loaded.as_done().filter(|_| events.is_empty()))
}

/// As [`execute`], for a command that prepares something for the revision of its first event before
/// it decides, and may wait for it. It prepares again for each attempt, and nothing for a repeat.
///
/// # Errors
/// See [`CommandError`]; also those of `prepare`.
pub async fn execute_prepared<E: Family, R, P, F>(
    log: &dyn LogWriter,
    stream: &StreamName,
    context: &Context,
    prepare: impl Fn(Revision) -> F,
    decide: impl Fn(&Loaded<E>, P) -> Result<Vec<E>, CommandError<R>>,
) -> Result<Done, CommandError<R>>
where
    F: Future<Output = Result<P, CommandError<R>>>,
{
    let done = run(log, stream, context, prepare, decide).await?;
    require_done(done, stream)
}

fn require_done<R>(done: Option<Done>, stream: &StreamName) -> Result<Done, CommandError<R>> {
    let no_event = || anyhow!("a command on the absent stream {stream} yielded nothing");
    done.ok_or_else(|| Unavailable::new(no_event()).into())
}

async fn run<E: Family, R, P, F>(
    log: &dyn LogWriter,
    stream: &StreamName,
    context: &Context,
    prepare: impl Fn(Revision) -> F,
    decide: impl Fn(&Loaded<E>, P) -> Result<Vec<E>, CommandError<R>>,
) -> Result<Option<Done>, CommandError<R>>
where
    F: Future<Output = Result<P, CommandError<R>>>,
{
    for _ in 0..ATTEMPTS {
        let loaded = load::<E>(log, stream).await?;
        if let Some(done) = find_earlier_result(&loaded, context)? {
            return Ok(Some(done));
        }
        let prepared = prepare(loaded.next_revision()).await?;
        let events = decide(&loaded, prepared)?;
        if events.is_empty() {
            return Ok(loaded.as_done());
        }
        if let Some(done) = append(log, stream, context, &loaded, &events).await? {
            return Ok(Some(done));
        }
    }
    Err(changed_too_often(stream).into())
}

/// The failure of a command that other appends came before each time.
pub(crate) fn changed_too_often(stream: &StreamName) -> Unavailable {
    Unavailable::new(anyhow!("stream {stream} changed {ATTEMPTS} times while deciding"))
}

/// `None` when another append came in between. So did another try of this very command where its
/// events stand in the stream already; whether its content was the same is then read there.
async fn append<E: Family>(
    log: &dyn LogWriter,
    stream: &StreamName,
    context: &Context,
    loaded: &Loaded<E>,
    events: &[E],
) -> Result<Option<Done>, Unavailable> {
    let new = encode(stream, context, events)?;
    match log.append(stream, loaded.expected_revision(), new).await {
        Ok(appended) if appended.already => Ok(None),
        Ok(appended) => Ok(Some(Done {
            revision: appended.last_revision,
            position: appended.position,
            appended: events.len(),
            is_repeat: false,
        })),
        Err(AppendError::WrongExpectedRevision { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What this command left when it was carried out before; `None` when none of its events is in the
/// stream.
pub(crate) fn find_earlier_result<E, R>(
    loaded: &Loaded<E>,
    context: &Context,
) -> Result<Option<Done>, CommandError<R>> {
    let mut newest_first = loaded.events.iter().rev();
    let Some(own) = newest_first.find(|e| e.context.causation == context.causation) else {
        return Ok(None);
    };
    if own.context.content_digest != context.content_digest {
        return Err(CommandError::KeyReused);
    }
    Ok(Some(Done {
        revision: own.revision,
        position: own.position,
        appended: 0,
        is_repeat: true,
    }))
}

/// Turns decided events into what the log takes.
///
/// # Errors
/// An event has no stored form, which is a defect of this program.
pub fn encode<E: Family>(
    stream: &StreamName,
    context: &Context,
    events: &[E],
) -> Result<Vec<NewEvent>, Unavailable> {
    Ok(codec::new_events(stream, context, events)?)
}
