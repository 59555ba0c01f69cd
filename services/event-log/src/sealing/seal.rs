//! On the way in: texts inside an event first, each under a key of its own, then the whole payload.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tally_domain::{EventId, Revision, StreamName, TenantId};
use uuid::Uuid;

use super::marks::{self, Form, Marked, OtherShape};
use crate::error::{AppendError, Failure};
use crate::limits::{self, Prepared};
use crate::sealer::{Item, Location, Part, SealError, Sealer, Subject};
use crate::stored::{ExpectedRevision, NewEvent};

/// `events` as they will be stored: checked against the limits as plain JSON, then sealed. Streams
/// that are no tenant's are plain.
pub(super) async fn seal_all(
    sealer: &dyn Sealer,
    stream: &StreamName,
    expected: ExpectedRevision,
    events: Vec<NewEvent>,
) -> Result<Vec<Prepared>, AppendError> {
    let mut prepared = limits::prepare(stream, &events)?;
    let Some(tenant) = stream.owner() else {
        return Ok(prepared);
    };
    let append = Append {
        tenant,
        stream,
        first: expected.last().map_or(0, |last| last.saturating_add(1)),
    };
    let sealed: Vec<bool> = events.iter().map(|event| event.sealed).collect();
    append.seal_texts(sealer, events, &mut prepared).await?;
    append.seal_payloads(sealer, &sealed, &mut prepared).await?;
    Ok(prepared)
}

/// Where the events of one append belong.
struct Append<'a> {
    tenant: TenantId,
    stream: &'a StreamName,
    first: Revision,
}

/// The JSON of an event that may hold texts of their own.
struct Texts {
    /// Which event of the append.
    index: usize,
    payload: Value,
    context: Option<Value>,
}

impl Append<'_> {
    fn locate(&self, index: usize, event: &Prepared, part: Part) -> Location {
        Location {
            tenant: self.tenant,
            stream: self.stream.clone(),
            revision: self.first.saturating_add(index as u64),
            event: event.id,
            event_type: event.event_type.clone(),
            schema: event.schema,
            part,
        }
    }

    /// Seals what is marked, with one call for the whole append.
    async fn seal_texts(
        &self,
        sealer: &dyn Sealer,
        events: Vec<NewEvent>,
        prepared: &mut [Prepared],
    ) -> Result<(), AppendError> {
        let mut texts = texts_of(events, prepared)?;
        let (mut marked, mut items) = (Vec::new(), Vec::new());
        for Texts {
            index,
            payload,
            context,
        } in &mut texts
        {
            let event = &prepared[*index];
            let found = find_plain(payload, context)?;
            for (ordinal, mut mark) in found.into_iter().enumerate() {
                if let Some((subject, text)) = take(&mut mark, event.id, ordinal)? {
                    items.push(Item {
                        subject,
                        location: self.locate(*index, event, mark.part()),
                        bytes: text.into_bytes(),
                        key_digest: None,
                    });
                    marked.push(mark);
                }
            }
        }
        if !items.is_empty() {
            let sealed = sealer.seal(items).await.map_err(of_sealing)?;
            for (mark, sealed) in marked.iter_mut().zip(&sealed) {
                mark.put_sealed(sealed);
            }
        }
        for Texts {
            index,
            payload,
            context,
        } in texts
        {
            prepared[index].payload = payload.to_string().into_bytes();
            if let Some(context) = context {
                prepared[index].context = context.to_string();
            }
        }
        Ok(())
    }

    /// Seals the payloads of sealed families, with one call for the whole append. What surrounds
    /// each is as it will be stored.
    async fn seal_payloads(
        &self,
        sealer: &dyn Sealer,
        sealed: &[bool],
        prepared: &mut [Prepared],
    ) -> Result<(), AppendError> {
        let mut items = Vec::new();
        for (index, event) in prepared.iter_mut().enumerate() {
            if sealed[index] {
                let context = Sha256::digest(&event.context).into();
                items.push(Item {
                    subject: Subject::Tenant,
                    location: self.locate(index, event, Part::Payload { context }),
                    bytes: std::mem::take(&mut event.payload),
                    key_digest: None,
                });
            }
        }
        if items.is_empty() {
            return Ok(());
        }
        let mut payloads = sealer.seal(items).await.map_err(of_sealing)?.into_iter();
        for (event, _) in prepared.iter_mut().zip(sealed).filter(|(_, sealed)| **sealed) {
            let missing = || of_sealing(SealError::Damaged("fewer seals than events".to_owned()));
            event.payload = payloads.next().ok_or_else(missing)?.bytes;
        }
        Ok(())
    }
}

/// Those of `events` that may hold texts of their own.
fn texts_of(events: Vec<NewEvent>, prepared: &[Prepared]) -> Result<Vec<Texts>, AppendError> {
    let mut texts = Vec::new();
    for (index, (event, prepared)) in events.into_iter().zip(prepared).enumerate() {
        let context = marks::may_be_in(&prepared.context).then(|| serde_json::from_str(&prepared.context));
        let context = context
            .transpose()
            .map_err(|e| AppendError::Invalid(e.to_string()))?;
        if context.is_some() || marks::are_in(&event.payload) {
            texts.push(Texts {
                index,
                payload: event.payload,
                context,
            });
        }
    }
    Ok(texts)
}

/// The marked texts of an event. None may be sealed already.
fn find_plain<'t>(
    payload: &'t mut Value,
    context: &'t mut Option<Value>,
) -> Result<Vec<Marked<'t>>, AppendError> {
    let invalid = |why: OtherShape| AppendError::Invalid(why.to_string());
    let mut found = Vec::new();
    marks::find(Form::Plain, "payload", payload, &mut found).map_err(invalid)?;
    if let Some(context) = context {
        marks::find(Form::Plain, "context", context, &mut found).map_err(invalid)?;
    }
    Ok(found)
}

/// Whose key seals a text, and the text; `None` when it was redacted before. A retry of the same
/// command gives its texts the same ids.
fn take(
    mark: &mut Marked<'_>,
    event: EventId,
    ordinal: usize,
) -> Result<Option<(Subject, String)>, AppendError> {
    let next_id = || Uuid::new_v5(&event.0, format!("text/{ordinal}").as_bytes());
    let subject = mark.subject(next_id);
    let subject = subject.ok_or_else(|| AppendError::Invalid("a marked text names no owner".to_owned()))?;
    Ok(mark.take_text().map(|text| (subject, text)))
}

pub(super) fn of_sealing(error: SealError) -> AppendError {
    match error {
        SealError::Unavailable(failure) => AppendError::Unavailable(failure.of_keys()),
        SealError::Erased => AppendError::Erased,
        SealError::KeyLost => AppendError::Unavailable(Failure::new("sealing", error).of_lost_key()),
        SealError::Damaged(why) => AppendError::Unavailable(Failure::new("sealing", why).of_keys()),
    }
}
