//! The envelope around every event: what is known of it besides what happened.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{CommandId, EventId, RequestId, TenantId};
use crate::stream::StreamName;
use crate::value::FreeText;

/// An event's place in its stream: 0 for the first, then without a gap.
pub type Revision = u64;

/// An event's place in the whole log. Ordered and opaque: engines differ in whether positions are
/// dense, so nothing but order may be read from it. It has two halves, because one engine orders by
/// (commit, prepare).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The half that is compared first.
    pub commit: u64,
    /// The minor half; equal to `commit` where an engine has one number only.
    pub prepare: u64,
}

impl Position {
    /// The position of an engine that counts with a single number.
    pub fn single(number: u64) -> Self {
        Self {
            commit: number,
            prepare: number,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.commit == self.prepare {
            write!(f, "{}", self.commit)
        } else {
            write!(f, "{}/{}", self.commit, self.prepare)
        }
    }
}

/// Where an event comes from. Stored with it; a decision never reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The tenant whose event this is. Absent only for events that no tenant is known for (refused
    /// callbacks).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// The person or the part of Tally that caused it.
    pub actor: Actor,
    /// The command that yielded it.
    pub causation: CommandId,
    /// The first command of the chain this one belongs to: an import's for each of its rows.
    pub correlation: CommandId,
    /// The event that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverts: Option<EventId>,
    /// The HTTP request it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// When it became true, if that is not when it was recorded: back-dated truth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<DateTime<Utc>>,
    /// The revision of the schema that the command was decided with, where it used one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Revision>,
    /// Why, in the actor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FreeText>,
    /// A MAC of what was asked for, under a key of the tenant, where the caller named the command itself: the same name with
    /// other content is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_digest: Option<String>,
}

impl Context {
    /// A context that says who, for which tenant, and by which command; nothing more.
    pub fn new(tenant: Option<TenantId>, actor: Actor, command: CommandId) -> Self {
        Self {
            tenant,
            actor,
            causation: command,
            correlation: command,
            reverts: None,
            request: None,
            effective_at: None,
            schema: None,
            reason: None,
            content_digest: None,
        }
    }
}

/// An event with its envelope, as read from the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded<E> {
    /// The id under which an append can be repeated.
    pub id: EventId,
    /// The stream it is in.
    pub stream: StreamName,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its place in the log.
    pub position: Position,
    /// When the log recorded it.
    pub recorded_at: DateTime<Utc>,
    /// Where it comes from.
    pub context: Context,
    /// The event itself.
    pub event: E,
}

impl<E> Recorded<E> {
    /// The same envelope around `event`: around one family's event out of any event.
    pub fn with_event<F>(&self, event: F) -> Recorded<F> {
        Recorded {
            id: self.id,
            stream: self.stream.clone(),
            revision: self.revision,
            position: self.position,
            recorded_at: self.recorded_at,
            context: self.context.clone(),
            event,
        }
    }

    /// When it was true from: `effective_at` where back-dated, else when it was recorded.
    pub fn effective_at(&self) -> DateTime<Utc> {
        self.context.effective_at.unwrap_or(self.recorded_at)
    }
}
