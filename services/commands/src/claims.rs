//! Claims on unique values: appended before the thing that needs them.

use chrono::{DateTime, Utc};
use tally_domain::claim::{self, Claim, ClaimEvent, Claimed};
use tally_domain::{Context, StreamName};
use tally_event_log::{AppendError, EventLog, ExpectedRevision};
use uuid::Uuid;

use super::execute::{CommandError, Loaded, encode, load};

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The wisher has the value.
    Granted,
    /// Somebody else has it.
    HeldBy {
        /// Who.
        holder: Uuid,
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// What is claimed, and for whom.
pub struct Wish<'a> {
    /// The stream named by the value.
    pub stream: StreamName,
    /// `tag`, `client_key`.
    pub kind: &'a str,
    /// The value as written.
    pub value: &'a str,
    /// Who wants it.
    pub wisher: Uuid,
    /// A holder that was fenced, from whom the value may be taken.
    pub fenced: Option<Uuid>,
}

/// Claims a value.
///
/// # Errors
/// The log failed.
pub async fn acquire(
    log: &dyn EventLog,
    wish: &Wish<'_>,
    context: &Context,
) -> Result<Outcome, CommandError> {
    loop {
        let loaded = load::<ClaimEvent>(log, &wish.stream).await?;
        let state = state(&loaded);
        let holder_exists = !matches!(state, Claim::Held(holder) if Some(holder) == wish.fenced);
        let events = match claim::claim(state, wish.kind, wish.value, wish.wisher, holder_exists) {
            Claimed::HeldBy(holder) => {
                return Ok(Outcome::HeldBy {
                    holder,
                    since: since(&loaded),
                });
            }
            Claimed::Granted(events) if events.is_empty() => return Ok(Outcome::Granted),
            Claimed::Granted(events) => events,
        };
        if append(log, &wish.stream, &loaded, context, events).await? {
            return Ok(Outcome::Granted);
        }
    }
}

/// Who holds a value.
///
/// # Errors
/// The log failed.
pub async fn holder(log: &dyn EventLog, stream: &StreamName) -> Result<Claim, CommandError> {
    Ok(state(&load::<ClaimEvent>(log, stream).await?))
}

/// Gives a value back, as when the thing that needed it was refused. Nothing happens when `holder` lost it meanwhile.
///
/// # Errors
/// The log failed.
pub async fn release(
    log: &dyn EventLog,
    stream: &StreamName,
    holder: Uuid,
    context: &Context,
) -> Result<(), CommandError> {
    let loaded = load::<ClaimEvent>(log, stream).await?;
    let events = claim::release(state(&loaded), holder);
    if !events.is_empty() {
        append(log, stream, &loaded, context, events).await?;
    }
    Ok(())
}

fn state(loaded: &Loaded<ClaimEvent>) -> Claim {
    Claim::fold(loaded.events.iter().map(|e| &e.event))
}

fn since(loaded: &Loaded<ClaimEvent>) -> DateTime<Utc> {
    loaded
        .events
        .last()
        .map_or(DateTime::<Utc>::MAX_UTC, |e| e.recorded_at)
}

/// Whether the append went through; `false` when somebody else's came first. The event ids carry the revision, since one command
/// may claim, release and claim the same value again.
async fn append(
    log: &dyn EventLog,
    stream: &StreamName,
    loaded: &Loaded<ClaimEvent>,
    context: &Context,
    events: Vec<ClaimEvent>,
) -> Result<bool, CommandError> {
    let mut new = encode(stream, context, &events)?;
    for event in &mut new {
        event.id = context
            .causation
            .event_id(&format!("{stream}@{}", loaded.next_revision()), 0);
    }
    let expected = loaded
        .revision()
        .map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact);
    match log.append(stream, expected, new).await {
        Ok(_) => Ok(true),
        Err(AppendError::WrongExpectedRevision { .. }) => Ok(false),
        Err(error) => Err(CommandError::failed(error)),
    }
}
