//! The event types of the domain, each as a family that can be stored and picked out of all events.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;
use tally_domain::Event;
use tally_domain::alarm::AlarmEvent;
use tally_domain::asset::AssetEvent;
use tally_domain::claim::ClaimEvent;
use tally_domain::health::HealthEvent;
use tally_domain::import::ImportEvent;
use tally_domain::incident::IncidentEvent;
use tally_domain::register::RegisterEvent;
use tally_domain::release::ReleaseEvent;
use tally_domain::tenant::{RefusedCallback, TenantEvent};

use super::names::{self, Kind};
use super::{EncodeError, Encoded};

/// One of the domain's event types.
pub trait Family: Sized {
    /// As any event.
    fn into_event(self) -> Event;

    /// Out of any event; `None` when it is of another family, or unknown.
    fn from_event(event: Event) -> Option<Self>;

    /// Its stored type and schema version.
    fn kind(&self) -> &'static Kind;

    /// Its stored form.
    ///
    /// # Errors
    /// [`EncodeError`], which no event of the domain causes.
    fn encoded(&self) -> Result<Encoded, EncodeError>;
}

macro_rules! family {
    ($event:ty, $of:ident, $kind:path, $fields:path) => {
        impl Family for $event {
            fn into_event(self) -> Event {
                Event::$of(self.into())
            }

            fn from_event(event: Event) -> Option<Self> {
                match event {
                    Event::$of(event) => Some(unboxed(event)),
                    _ => None,
                }
            }

            fn kind(&self) -> &'static Kind {
                $kind(self)
            }

            fn encoded(&self) -> Result<Encoded, EncodeError> {
                stored(self.kind(), $fields(self))
            }
        }
    };
}

family!(TenantEvent, Tenant, names::of_tenant, variant_fields);
family!(AssetEvent, Asset, names::of_asset, variant_fields);
family!(ClaimEvent, Claim, names::of_claim, variant_fields);
family!(RegisterEvent, Register, names::of_register, variant_fields);
family!(ImportEvent, Import, names::of_import, variant_fields);
family!(HealthEvent, Health, names::of_health, variant_fields);
family!(AlarmEvent, Alarm, names::of_alarm, variant_fields);
family!(ReleaseEvent, Release, names::of_release, variant_fields);
family!(IncidentEvent, Incident, names::of_incident, variant_fields);
family!(
    RefusedCallback,
    RefusedCallback,
    names::of_refused_callback,
    serde_json::to_value
);

/// A large family is boxed within [`Event`], the others are not.
trait Unboxed<T> {
    fn unboxed(self) -> T;
}

impl Unboxed<TenantEvent> for Box<TenantEvent> {
    fn unboxed(self) -> TenantEvent {
        *self
    }
}

macro_rules! plain {
    ($($event:ty),+) => { $(impl Unboxed<$event> for $event {
        fn unboxed(self) -> $event {
            self
        }
    })+ };
}

plain!(
    AssetEvent,
    ClaimEvent,
    RegisterEvent,
    ImportEvent,
    HealthEvent,
    AlarmEvent,
    ReleaseEvent,
    IncidentEvent,
    RefusedCallback
);

fn unboxed<T>(event: impl Unboxed<T>) -> T {
    event.unboxed()
}

fn stored(kind: &'static Kind, fields: serde_json::Result<Value>) -> Result<Encoded, EncodeError> {
    let payload = fields.map_err(|e| EncodeError {
        event_type: kind.event_type,
        why: e.to_string(),
    })?;
    Ok(Encoded {
        event_type: Cow::Borrowed(kind.event_type),
        schema: kind.schema,
        payload,
    })
}

/// What stands under the variant's name: `{"CheckedOut": {...}}` is stored as `{...}`.
fn variant_fields<E: Serialize>(event: &E) -> serde_json::Result<Value> {
    match serde_json::to_value(event)? {
        Value::Object(tagged) if tagged.len() == 1 => Ok(tagged.into_values().next().unwrap_or_default()),
        _ => Err(serde::ser::Error::custom("it is not a variant with fields")),
    }
}
