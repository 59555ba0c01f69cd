//! On the way out: the whole payloads of a page first, then the texts inside them.

use serde_json::Value;
use tally_domain::{EventId, StreamName, TenantId};

use super::marks::{self, Form, Marked};
use crate::error::ReadError;
use crate::raw::{RawEvent, corrupt};
use crate::sealer::{Item, Location, Opened, SealError, Sealer, Subject};
use crate::stored::{StoredBytes, StoredEvent};
use tally_domain::Position;

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
    page.into_iter()
        .zip(bodies)
        .map(|(event, body)| body.join(event))
        .collect()
}

/// What an event holds beside its head.
struct Body {
    payload: Option<Value>,
    context: Context,
}

/// As JSON only where texts have to be opened in it.
enum Context {
    Read(tally_domain::Context),
    Json(Value),
}

impl Body {
    fn parse(event: &RawEvent, payload: Payload) -> Result<Self, ReadError> {
        let corrupt = |why: serde_json::Error| corrupt(event.position, &why);
        let payload = match payload {
            Payload::AsStored => Some(serde_json::from_slice(&event.payload).map_err(corrupt)?),
            Payload::Opened(bytes) => Some(serde_json::from_slice(&bytes).map_err(corrupt)?),
            Payload::Erased => None,
        };
        let context = match marks::may_be_in(&event.context) {
            true => Context::Json(serde_json::from_str(&event.context).map_err(corrupt)?),
            false => Context::Read(serde_json::from_str(&event.context).map_err(corrupt)?),
        };
        Ok(Self { payload, context })
    }

    fn join(self, event: RawEvent) -> Result<StoredEvent, ReadError> {
        let context = match self.context {
            Context::Read(context) => context,
            Context::Json(json) => serde_json::from_value(json).map_err(|e| corrupt(event.position, &e))?,
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
            payload: self.payload,
            bytes: StoredBytes::new(event.payload),
            digest: event.digest,
        })
    }
}

enum Payload {
    /// It was not sealed.
    AsStored,
    Opened(Vec<u8>),
    Erased,
}

async fn open_payloads(sealer: &dyn Sealer, page: &[RawEvent]) -> Result<Vec<Payload>, ReadError> {
    let sealed = |event: &&RawEvent| event.payload.first() != Some(&b'{');
    let mut items = Vec::new();
    for event in page.iter().filter(sealed) {
        items.push(Item {
            subject: Subject::Tenant,
            location: locate(event)?,
            bytes: event.payload.clone(),
        });
    }
    let mut opened = open_items(sealer, items).await?.into_iter();
    let payload = |event: &RawEvent| {
        if !sealed(&event) {
            return Ok(Payload::AsStored);
        }
        Ok(match one(event.position, opened.next())? {
            Opened::Plain(bytes) => Payload::Opened(bytes),
            Opened::Erased => Payload::Erased,
        })
    };
    page.iter().map(payload).collect()
}

async fn open_texts(sealer: &dyn Sealer, page: &[RawEvent], bodies: &mut [Body]) -> Result<(), ReadError> {
    let (mut marked, mut items) = (Vec::new(), Vec::new());
    for (event, body) in page.iter().zip(bodies) {
        let mut found = Vec::new();
        body.payload
            .iter_mut()
            .for_each(|payload| marks::find(Form::Sealed, payload, &mut found));
        if let Context::Json(context) = &mut body.context {
            marks::find(Form::Sealed, context, &mut found);
        }
        // In a stream of no tenant, nothing is sealed.
        if found.is_empty() || owner(event).is_none() {
            continue;
        }
        for mut mark in found {
            items.push(text_item(event, &mut mark)?);
            marked.push((event.position, mark));
        }
    }
    let mut opened = open_items(sealer, items).await?.into_iter();
    for (position, mut mark) in marked {
        if let Opened::Plain(bytes) = one(position, opened.next())? {
            mark.put_text(String::from_utf8(bytes).map_err(|e| corrupt(position, &e))?);
        }
    }
    Ok(())
}

fn text_item(event: &RawEvent, mark: &mut Marked<'_>) -> Result<Item, ReadError> {
    let parts = mark.known_subject().zip(mark.take_sealed());
    let (subject, bytes) = parts.ok_or_else(|| unreadable(event.position, "a sealed text is malformed"))?;
    let at = locate(event)?;
    Ok(Item {
        subject,
        location: at,
        bytes,
    })
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
        SealError::Erased | SealError::Damaged(_) => ReadError::Corrupt {
            location: "a page".to_owned(),
            why: error.to_string(),
        },
    })
}

fn one(position: Position, opened: Option<Result<Opened, SealError>>) -> Result<Opened, ReadError> {
    match opened {
        Some(Ok(opened)) => Ok(opened),
        Some(Err(SealError::Erased)) => Ok(Opened::Erased),
        Some(Err(SealError::Unavailable(failure))) => Err(ReadError::Unavailable(failure.of_keys())),
        Some(Err(SealError::Damaged(why))) => Err(unreadable(position, &why)),
        None => Err(unreadable(position, "it was not opened")),
    }
}

fn locate(event: &RawEvent) -> Result<Location, ReadError> {
    let tenant = owner(event)
        .ok_or_else(|| unreadable(event.position, "it is sealed, and its stream is no tenant's"))?;
    Ok(Location {
        tenant,
        stream: StreamName::from_log(event.stream.clone()),
        revision: event.revision,
        event: EventId(event.id),
        event_type: event.event_type.clone(),
        schema: event.schema,
    })
}

fn owner(event: &RawEvent) -> Option<TenantId> {
    StreamName::from_log(event.stream.clone()).owner()
}

fn unreadable(position: Position, why: &str) -> ReadError {
    ReadError::Corrupt {
        location: format!("position {position}"),
        why: why.to_owned(),
    }
}
