//! On the way out: the whole payloads of a page first, then the texts inside them.
//!
//! What does not open concerns one event, which is delivered without its payload, so that a reader
//! of many streams goes on. A text whose key was lost is delivered as an erased one is, since the
//! rest of its event can be read. Only a key store that does not answer fails a page.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tally_domain::{EventId, Position, StreamName, TenantId};

use super::marks::{self, Form, Marked, OtherShape};
use crate::error::ReadError;
use crate::raw::{RawEvent, json_fault};
use crate::sealer::{Item, Location, Opened, Part, SealError, Sealer, Subject};
use crate::stored::{ContextText, MissingPayload, StoredBytes, StoredEvent, is_sealed};

/// The events of a page, opened with two calls at most. What was erased has no payload, or no text.
pub(super) async fn open_all(
    sealer: &dyn Sealer,
    page: Vec<RawEvent>,
) -> Result<Vec<StoredEvent>, ReadError> {
    let payloads = open_payloads(sealer, &page).await?;
    let mut bodies = Vec::with_capacity(page.len());
    for (event, payload) in page.iter().zip(payloads) {
        bodies.push(Body::parse(event, payload)?);
    }
    open_texts(sealer, &page, &mut bodies).await?;
    join_all(page, bodies)
}

/// The events of a page without what is sealed in them.
pub(super) fn leave_sealed(page: Vec<RawEvent>) -> Result<Vec<StoredEvent>, ReadError> {
    let mut bodies = Vec::with_capacity(page.len());
    for event in &page {
        let payload = match is_sealed(&event.payload) {
            true => Payload::Missing(MissingPayload::Unopened),
            false => Payload::AsStored,
        };
        bodies.push(Body::parse(event, payload)?);
    }
    join_all(page, bodies)
}

fn join_all(page: Vec<RawEvent>, bodies: Vec<Body>) -> Result<Vec<StoredEvent>, ReadError> {
    let events = page.into_iter().zip(bodies);
    events.map(|(event, body)| body.join(event)).collect()
}

/// What an event holds beside its head.
struct Body {
    payload: Result<Value, MissingPayload>,
    context: Context,
}

/// As JSON only where texts have to be opened in it.
enum Context {
    Read(tally_domain::Context),
    Json(Value),
}

impl Body {
    fn parse(event: &RawEvent, payload: Payload) -> Result<Self, ReadError> {
        let corrupt = |why: serde_json::Error| corrupt_context(event.position, &why);
        let payload = match payload {
            Payload::AsStored => parse_payload(&event.payload),
            Payload::Opened(bytes) => parse_payload(&bytes),
            Payload::Missing(why) => Err(why),
        };
        let context = match marks::may_be_in(&event.context) {
            true => Context::Json(serde_json::from_str(&event.context).map_err(corrupt)?),
            false => Context::Read(serde_json::from_str(&event.context).map_err(corrupt)?),
        };
        Ok(Self { payload, context })
    }

    /// Whether texts may have to be opened in it.
    fn has_marks(&self) -> bool {
        matches!(self.context, Context::Json(_)) || self.payload.as_ref().is_ok_and(marks::are_in)
    }

    fn find_sealed(&mut self) -> Result<Vec<Marked<'_>>, OtherShape> {
        let mut found = Vec::new();
        if let Ok(payload) = &mut self.payload {
            marks::find(Form::Sealed, "payload", payload, &mut found)?;
        }
        if let Context::Json(context) = &mut self.context {
            marks::find(Form::Sealed, "context", context, &mut found)?;
        }
        Ok(found)
    }

    fn join(self, event: RawEvent) -> Result<StoredEvent, ReadError> {
        let context = match self.context {
            Context::Read(context) => context,
            Context::Json(json) => {
                serde_json::from_value(json).map_err(|e| corrupt_context(event.position, &e))?
            }
        };
        Ok(StoredEvent {
            id: EventId(event.id),
            stream: StreamName::from_log(event.stream),
            revision: event.revision,
            position: event.position,
            event_type: event.event_type,
            schema: event.schema,
            recorded_at: event.recorded_at,
            context,
            context_text: ContextText::new(event.context),
            payload: self.payload,
            bytes: StoredBytes::new(event.payload),
            digest: event.digest,
        })
    }
}

fn parse_payload(bytes: &[u8]) -> Result<Value, MissingPayload> {
    serde_json::from_slice(bytes).map_err(|e| unreadable(json_fault(&e)))
}

fn corrupt_context(position: Position, why: &serde_json::Error) -> ReadError {
    ReadError::Corrupt {
        location: format!("the context at position {position}"),
        why: json_fault(why).to_owned(),
    }
}

enum Payload {
    /// It was not sealed.
    AsStored,
    Opened(Vec<u8>),
    Missing(MissingPayload),
}

async fn open_payloads(sealer: &dyn Sealer, page: &[RawEvent]) -> Result<Vec<Payload>, ReadError> {
    let items = page.iter().filter_map(payload_item).collect();
    let mut opened = open_items(sealer, items).await?.into_iter();
    let payload = |event: &RawEvent| {
        if !is_sealed(&event.payload) {
            return Ok(Payload::AsStored);
        }
        if owner(event).is_none() {
            let why = unreadable("it is sealed, and its stream is no tenant's");
            return Ok(Payload::Missing(why));
        }
        Ok(match one(opened.next())? {
            Ok(Opened::Plain(bytes)) => Payload::Opened(bytes),
            Ok(Opened::Erased) => Payload::Missing(MissingPayload::Erased),
            Err(why) => Payload::Missing(why),
        })
    };
    page.iter().map(payload).collect()
}

/// A sealed payload to be opened, in a tenant's stream: elsewhere nothing is sealed.
fn payload_item(event: &RawEvent) -> Option<Item> {
    if !is_sealed(&event.payload) {
        return None;
    }
    let context = Sha256::digest(&event.context).into();
    Some(Item {
        subject: Subject::Tenant,
        location: locate(event, owner(event)?, Part::Payload { context }),
        bytes: event.payload.clone(),
        key_digest: None,
    })
}

async fn open_texts(sealer: &dyn Sealer, page: &[RawEvent], bodies: &mut [Body]) -> Result<(), ReadError> {
    let (mut marked, mut items, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (event, body)) in page.iter().zip(bodies.iter_mut()).enumerate() {
        let Some(tenant) = body.has_marks().then(|| owner(event)).flatten() else {
            continue;
        };
        match text_items(event, tenant, body) {
            Ok(texts) => {
                for (item, mark) in texts {
                    items.push(item);
                    marked.push((index, mark));
                }
            }
            Err(why) => missing.push((index, why)),
        }
    }
    let mut opened = open_items(sealer, items).await?.into_iter();
    for (index, mut mark) in marked {
        let text = match opened.next() {
            // Lost or erased, one text is gone, and the rest of the event stays readable.
            Some(Err(SealError::KeyLost)) => Ok(None),
            opened => one(opened)?.and_then(to_text),
        };
        match text {
            Ok(Some(text)) => mark.put_text(text),
            Ok(None) => {}
            Err(why) => missing.push((index, why)),
        }
    }
    for (index, why) in missing {
        bodies[index].payload = Err(why);
    }
    Ok(())
}

/// The sealed texts of an event, each with the place it goes back to.
fn text_items<'b>(
    event: &RawEvent,
    tenant: TenantId,
    body: &'b mut Body,
) -> Result<Vec<(Item, Marked<'b>)>, MissingPayload> {
    let found = body.find_sealed().map_err(|why| unreadable(&why.to_string()))?;
    let mut texts = Vec::with_capacity(found.len());
    for mut mark in found {
        let parts = mark.known_subject().zip(mark.take_sealed());
        let (subject, (bytes, key_digest)) = parts.ok_or_else(|| unreadable("a sealed text is malformed"))?;
        let item = Item {
            subject,
            location: locate(event, tenant, mark.part()),
            bytes,
            key_digest: Some(key_digest),
        };
        texts.push((item, mark));
    }
    Ok(texts)
}

fn to_text(opened: Opened) -> Result<Option<String>, MissingPayload> {
    match opened {
        Opened::Plain(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(unreadable("a sealed text is no UTF-8")),
        },
        Opened::Erased => Ok(None),
    }
}

async fn open_items(
    sealer: &dyn Sealer,
    items: Vec<Item>,
) -> Result<Vec<Result<Opened, SealError>>, ReadError> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    sealer.open(items).await.map_err(|error| match error {
        SealError::Unavailable(failure) => ReadError::Unavailable(failure.of_keys()),
        SealError::Erased | SealError::KeyLost | SealError::Damaged(_) => ReadError::Corrupt {
            location: "a page".to_owned(),
            why: error.to_string(),
        },
    })
}

/// What became of one item.
fn one(opened: Option<Result<Opened, SealError>>) -> Result<Result<Opened, MissingPayload>, ReadError> {
    match opened {
        Some(Ok(opened)) => Ok(Ok(opened)),
        Some(Err(SealError::Erased)) => Ok(Ok(Opened::Erased)),
        Some(Err(SealError::Unavailable(failure))) => Err(ReadError::Unavailable(failure.of_keys())),
        Some(Err(why @ SealError::KeyLost)) => Ok(Err(unreadable(&why.to_string()))),
        Some(Err(SealError::Damaged(why))) => Ok(Err(unreadable(&why))),
        None => Ok(Err(unreadable("it was not opened"))),
    }
}

fn locate(event: &RawEvent, tenant: TenantId, part: Part) -> Location {
    Location {
        tenant,
        stream: StreamName::from_log(event.stream.clone()),
        revision: event.revision,
        event: EventId(event.id),
        event_type: event.event_type.clone(),
        schema: event.schema,
        part,
    }
}

fn owner(event: &RawEvent) -> Option<TenantId> {
    StreamName::from_log(event.stream.clone()).owner()
}

fn unreadable(why: &str) -> MissingPayload {
    MissingPayload::Unreadable(why.to_owned())
}
