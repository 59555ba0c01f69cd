//! Carrying out one command on one stream. Nothing here needs a caller's condition or idempotency
//! key: the operator's commands have neither, so this is smaller than the business's executor, and
//! does not bring its vault along.

use std::convert::Infallible;

use anyhow::anyhow;
use tally_domain::event::Family;
use tally_domain::{Actor, CommandId, Context, Position, StreamName, TenantId, Via};
use tally_event_log::{AppendError, ExpectedRevision, LogWriter, StoreError, load, store};
use thiserror::Error;
use uuid::Uuid;

/// How often a command is decided again after another append came in between.
const ATTEMPTS: usize = 16;

/// What a carried-out command leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// The position that a view must have reached to show it.
    pub position: Position,
    /// How many events this call appended; 0 when there was nothing to do.
    pub appended: usize,
}

/// Why a command was not carried out. `R` is the refusal of the family that the command is about.
#[derive(Debug, Error)]
pub enum CommandFailure<R> {
    /// The rules forbid it.
    #[error("{0}")]
    Refused(R),
    /// The log failed. Whether anything was appended is unknown; the command may be sent again.
    #[error("{0:#}")]
    Unavailable(anyhow::Error),
}

impl CommandFailure<Infallible> {
    /// The failure of a command that no rule forbids.
    pub(super) fn into_cause(self) -> anyhow::Error {
        match self {
            Self::Refused(never) => match never {},
            Self::Unavailable(cause) => cause,
        }
    }
}

/// The envelope of the events of one command. No person is named: the operator's staff have no
/// account here.
pub(super) fn context(tenant: Option<TenantId>, via: Via) -> Context {
    Context::new(tenant, Actor::without_person(via), CommandId(Uuid::new_v4()))
}

/// Carries out one command: load, decide, append; again from the load when another append came in
/// between. `None` when there is no such stream and nothing to do.
pub(super) async fn execute<E: Family, R>(
    log: &dyn LogWriter,
    stream: &StreamName,
    context: &Context,
    decide: impl Fn(&[E]) -> Result<Vec<E>, R>,
) -> Result<Option<Done>, CommandFailure<R>> {
    for _ in 0..ATTEMPTS {
        let recorded = load::<E>(log, stream)
            .await
            .map_err(|cause| CommandFailure::Unavailable(cause.into()))?;
        let last = recorded.last().map(|last| (last.revision, last.position));
        let events: Vec<E> = recorded.into_iter().map(|recorded| recorded.event).collect();
        let new = decide(&events).map_err(CommandFailure::Refused)?;
        if new.is_empty() {
            return Ok(last.map(|(_, position)| Done {
                position,
                appended: 0,
            }));
        }
        let expected = ExpectedRevision::after(last.map(|(revision, _)| revision));
        match store(log, stream, expected, context, &new).await {
            Ok(appended) => {
                return Ok(Some(Done {
                    position: appended.position,
                    appended: new.len(),
                }));
            }
            Err(StoreError::Append(AppendError::WrongExpectedRevision { .. })) => {}
            Err(cause) => return Err(CommandFailure::Unavailable(cause.into())),
        }
    }
    let cause = anyhow!("stream {stream} changed {ATTEMPTS} times while deciding");
    Err(CommandFailure::Unavailable(cause))
}
