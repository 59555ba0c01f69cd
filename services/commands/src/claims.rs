//! Claims on unique values: appended before the thing that needs them.

use chrono::{DateTime, Utc};
use tally_domain::claim::{self, Claim, ClaimEvent, Claimed};
use tally_domain::{Context, StreamName};
use tally_event_log::{AppendError, LogReader, LogWriter};
use uuid::Uuid;

use crate::error::Unavailable;
use crate::execute::{ATTEMPTS, Loaded, changed_too_often, encode, load};

/// The answer to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The claimant has the value.
    Granted,
    /// Another asset or tenant has it.
    HeldBy {
        /// The asset or tenant that has it.
        holder: Uuid,
        /// The time of its claim.
        since: DateTime<Utc>,
    },
}

/// A claim to be made.
pub struct ClaimRequest<'a> {
    /// The stream named by the value.
    pub stream: StreamName,
    /// The kind of value: `tag` or `client_key`.
    pub kind: &'a str,
    /// The value as written.
    pub value: &'a str,
    /// The asset or tenant that needs the value.
    pub claimant: Uuid,
    /// A holder that was fenced, which loses the value to the claimant.
    pub fenced: Option<Uuid>,
}

/// Claims a value. A claimant that has it already is granted it again, without an event.
///
/// # Errors
/// The log cannot be read or written; the claim may stand all the same.
pub async fn acquire(
    log: &dyn LogWriter,
    request: &ClaimRequest<'_>,
    context: &Context,
) -> Result<ClaimOutcome, Unavailable> {
    for _ in 0..ATTEMPTS {
        let loaded = load::<ClaimEvent>(log, &request.stream).await?;
        let state = fold(&loaded);
        let holder_exists = !matches!(state, Claim::HeldBy(holder) if Some(holder) == request.fenced);
        let (kind, value) = (request.kind, request.value);
        let events = match claim::claim(state, kind, value, request.claimant, holder_exists) {
            Claimed::HeldBy(holder) => {
                let since = last_recorded_at(&loaded);
                return Ok(ClaimOutcome::HeldBy { holder, since });
            }
            Claimed::Granted(events) if events.is_empty() => return Ok(ClaimOutcome::Granted),
            Claimed::Granted(events) => events,
        };
        if append(log, &request.stream, &loaded, context, events).await? {
            return Ok(ClaimOutcome::Granted);
        }
    }
    Err(changed_too_often(&request.stream))
}

/// The present holder of a value.
///
/// # Errors
/// The log cannot be read.
pub async fn current_holder(log: &dyn LogReader, stream: &StreamName) -> Result<Claim, Unavailable> {
    Ok(fold(&load::<ClaimEvent>(log, stream).await?))
}

/// Gives a value back after the thing that needed it was refused. Nothing happens when `holder`
/// does not have it any more.
///
/// # Errors
/// The log cannot be read or written; the claim then stands until another claimant fences its
/// holder.
pub async fn release(
    log: &dyn LogWriter,
    stream: &StreamName,
    holder: Uuid,
    context: &Context,
) -> Result<(), Unavailable> {
    for _ in 0..ATTEMPTS {
        let loaded = load::<ClaimEvent>(log, stream).await?;
        let events = claim::release(fold(&loaded), holder);
        if events.is_empty() || append(log, stream, &loaded, context, events).await? {
            return Ok(());
        }
    }
    Err(changed_too_often(stream))
}

fn fold(loaded: &Loaded<ClaimEvent>) -> Claim {
    Claim::fold(loaded.events.iter().map(|e| &e.event))
}

fn last_recorded_at(loaded: &Loaded<ClaimEvent>) -> DateTime<Utc> {
    let last = loaded.events.last();
    last.map_or(DateTime::<Utc>::MAX_UTC, |e| e.recorded_at)
}

/// Whether the append went through; `false` when another came first. The event ids carry the
/// revision, since one command may claim, release and claim the same value again.
async fn append(
    log: &dyn LogWriter,
    stream: &StreamName,
    loaded: &Loaded<ClaimEvent>,
    context: &Context,
    events: Vec<ClaimEvent>,
) -> Result<bool, Unavailable> {
    let mut new = encode(stream, context, &events)?;
    let location = format!("{stream}@{}", loaded.next_revision());
    for event in &mut new {
        event.id = context.causation.event_id(&location, 0);
    }
    match log.append(stream, loaded.expected_revision(), new).await {
        Ok(_) => Ok(true),
        Err(AppendError::WrongExpectedRevision { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
