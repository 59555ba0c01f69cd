//! Remembered answers, sealed under the key of their tenant: what erases the tenant erases them.

use tally_domain::{EventId, StreamName, TenantId};

use super::seal::of_sealing;
use crate::answers::AnswerStored;
use crate::error::{AppendError, Failure, ReadError};
use crate::sealer::{Item, Location, Opened, Part, SealError, Sealer, Subject};

/// What stands in the place of an event's type.
const TYPE: &str = "answer";

/// An answer as it is stored. That of no tenant is plain.
pub(super) async fn seal(
    sealer: &dyn Sealer,
    stream: &StreamName,
    id: EventId,
    answer: Vec<u8>,
) -> Result<Vec<u8>, AppendError> {
    let Some(tenant) = stream.owner() else {
        return Ok(answer);
    };
    let sealed = sealer.seal(vec![to_item(tenant, stream, id, answer)]).await;
    let missing = || of_sealing(SealError::Damaged("no seal for an answer".to_owned()));
    let first = sealed.map_err(of_sealing)?.into_iter().next();
    first.map(|sealed| sealed.bytes).ok_or_else(missing)
}

/// A stored answer; `None` when its tenant was erased.
pub(super) async fn open(
    sealer: &dyn Sealer,
    stream: &StreamName,
    id: EventId,
    stored: Vec<u8>,
) -> Result<Option<Vec<u8>>, ReadError> {
    let Some(tenant) = stream.owner() else {
        return Ok(Some(stored));
    };
    let opened = sealer.open(vec![to_item(tenant, stream, id, stored)]).await;
    let opened = opened.map_err(|cause| of_opening(id, &cause))?.into_iter().next();
    match opened {
        Some(Ok(Opened::Plain(answer))) => Ok(Some(answer)),
        Some(Ok(Opened::Erased)) | None => Ok(None),
        Some(Err(cause)) => Err(of_opening(id, &cause)),
    }
}

/// What an answer that came first says.
pub(super) async fn open_earlier(
    sealer: &dyn Sealer,
    stream: &StreamName,
    id: EventId,
    stored: Vec<u8>,
) -> Result<AnswerStored, AppendError> {
    match open(sealer, stream, id, stored).await {
        Ok(Some(answer)) => Ok(AnswerStored::Earlier(answer)),
        Ok(None) => Err(AppendError::Erased),
        Err(ReadError::Unavailable(failure)) => Err(AppendError::Unavailable(failure)),
        Err(cause @ (ReadError::Corrupt { .. } | ReadError::BeyondHead { .. })) => {
            Err(AppendError::Unavailable(Failure::new("opening an answer", cause)))
        }
    }
}

fn to_item(tenant: TenantId, stream: &StreamName, id: EventId, bytes: Vec<u8>) -> Item {
    let location = Location {
        tenant,
        stream: stream.clone(),
        revision: 0,
        event: id,
        event_type: TYPE.to_owned(),
        schema: 1,
        part: Part::Payload { context: [0; 32] },
    };
    Item {
        subject: Subject::Tenant,
        location,
        bytes,
        key_digest: None,
    }
}

fn of_opening(id: EventId, cause: &SealError) -> ReadError {
    match cause {
        SealError::Unavailable(failure) => ReadError::Unavailable(failure.clone().of_keys()),
        SealError::KeyLost => ReadError::Unavailable(Failure::new("opening an answer", cause).of_lost_key()),
        SealError::Erased | SealError::Damaged(_) => ReadError::Corrupt {
            location: format!("the answer {id}"),
            why: cause.to_string(),
        },
    }
}
