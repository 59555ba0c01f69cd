//! The stored name and the current schema version of every event. A line here is never changed and never taken away.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
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

/// Which of the domain's event types a stored type belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its type in the domain")]
pub enum Of {
    Tenant,
    Asset,
    Claim,
    Register,
    Import,
    Health,
    Alarm,
    Release,
    Incident,
    RefusedCallback,
}

/// One type of event, as it is stored now.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The stored type.
    pub event_type: &'static str,
    /// The schema version that is written; all up to it are read.
    pub schema: u16,
    /// The variant in the domain; empty where the type has none.
    pub variant: &'static str,
    /// The type in the domain.
    pub of: Of,
}

/// The names of one enum: a list of them all, and the one of a given event. The match has no wildcard, so that a new variant
/// does not compile until it has a name.
macro_rules! stored {
    ($all:ident, $kind_of:ident, $event:ident, $of:ident: $($variant:ident = $name:literal @ $schema:literal),+ $(,)?) => {
        const $all: &[Kind] = &[$(
            Kind { event_type: $name, schema: $schema, variant: stringify!($variant), of: Of::$of },
        )+];

        pub(super) fn $kind_of(event: &$event) -> &'static Kind {
            match event {
                $($event::$variant { .. } => {
                    &Kind { event_type: $name, schema: $schema, variant: stringify!($variant), of: Of::$of }
                })+
            }
        }
    };
}

stored! { TENANT, of_tenant, TenantEvent, Tenant:
    Installed = "tenant.installed" @ 1,
    SharedSecretRotated = "tenant.shared_secret_rotated" @ 1,
    Reinstalled = "tenant.reinstalled" @ 1,
    InstallationConfirmed = "tenant.installation_confirmed" @ 1,
    CandidateSecretReceived = "tenant.candidate_secret_received" @ 1,
    CandidateSecretPromoted = "tenant.candidate_secret_promoted" @ 1,
    CandidateSecretDiscarded = "tenant.candidate_secret_discarded" @ 1,
    BaseUrlChanged = "tenant.base_url_changed" @ 1,
    Enabled = "tenant.enabled" @ 1,
    Disabled = "tenant.disabled" @ 1,
    Uninstalled = "tenant.uninstalled" @ 1,
}

stored! { ASSET, of_asset, AssetEvent, Asset:
    Registered = "asset.registered" @ 1,
    RegistrationAbandoned = "asset.registration_abandoned" @ 1,
    AttributesEdited = "asset.attributes_edited" @ 1,
    CheckedOut = "asset.checked_out" @ 1,
    CheckedIn = "asset.checked_in" @ 1,
    Transferred = "asset.transferred" @ 1,
    Retired = "asset.retired" @ 1,
    Restored = "asset.restored" @ 1,
    Corrected = "asset.corrected" @ 1,
}

stored! { CLAIM, of_claim, ClaimEvent, Claim:
    Claimed = "claim.claimed" @ 1,
    Released = "claim.released" @ 1,
}

stored! { REGISTER, of_register, RegisterEvent, Register:
    NumbersReserved = "register.numbers_reserved" @ 1,
}

stored! { IMPORT, of_import, ImportEvent, Import:
    Started = "import.started" @ 1,
    RowsJudged = "import.rows_judged" @ 1,
    CancelRequested = "import.cancel_requested" @ 1,
    Ended = "import.ended" @ 1,
}

stored! { HEALTH, of_health, HealthEvent, Health:
    Failing = "health.failing" @ 1,
    Recovered = "health.recovered" @ 1,
    Left = "health.left" @ 1,
}

stored! { ALARM, of_alarm, AlarmEvent, Alarm:
    Fired = "alarm.fired" @ 1,
    Resolved = "alarm.resolved" @ 1,
}

stored! { RELEASE, of_release, ReleaseEvent, Release:
    Staged = "release.staged" @ 1,
    ProbePassed = "release.probe_passed" @ 1,
    ProbeFailed = "release.probe_failed" @ 1,
    TenantFailing = "release.tenant_failing" @ 1,
    TenantRecovered = "release.tenant_recovered" @ 1,
    Failed = "release.failed" @ 1,
    Promoted = "release.promoted" @ 1,
    Aborted = "release.aborted" @ 1,
}

stored! { INCIDENT, of_incident, IncidentEvent, Incident:
    Proposed = "incident.proposed" @ 1,
    MoreAffected = "incident.more_affected" @ 1,
    Confirmed = "incident.confirmed" @ 1,
    Updated = "incident.updated" @ 1,
    Resolved = "incident.resolved" @ 1,
    Dismissed = "incident.dismissed" @ 1,
    PostmortemPublished = "incident.postmortem_published" @ 1,
}

const CALLBACK_REFUSED: &Kind = &Kind {
    event_type: "connect.callback_refused",
    schema: 1,
    variant: "",
    of: Of::RefusedCallback,
};

pub(super) fn of_refused_callback(_: &RefusedCallback) -> &'static Kind {
    CALLBACK_REFUSED
}

/// Every type of event that this version writes.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    let families = [
        TENANT, ASSET, CLAIM, REGISTER, IMPORT, HEALTH, ALARM, RELEASE, INCIDENT,
    ];
    let listed = families.into_iter().flatten();
    listed.chain(std::iter::once(CALLBACK_REFUSED))
}

/// The type stored under `event_type`, if this version knows it.
pub(super) fn find(event_type: &str) -> Option<&'static Kind> {
    static BY_TYPE: LazyLock<HashMap<&str, &Kind>> =
        LazyLock::new(|| kinds().map(|kind| (kind.event_type, kind)).collect());
    BY_TYPE.get(event_type).copied()
}

impl Kind {
    /// The event of this type whose fields are `payload`, in the current schema.
    pub(super) fn read(&self, payload: Value) -> serde_json::Result<Event> {
        Ok(match self.of {
            Of::Tenant => Event::Tenant(Box::new(self.variant_of(payload)?)),
            Of::Asset => Event::Asset(self.variant_of(payload)?),
            Of::Claim => Event::Claim(self.variant_of(payload)?),
            Of::Register => Event::Register(self.variant_of(payload)?),
            Of::Import => Event::Import(self.variant_of(payload)?),
            Of::Health => Event::Health(self.variant_of(payload)?),
            Of::Alarm => Event::Alarm(self.variant_of(payload)?),
            Of::Release => Event::Release(self.variant_of(payload)?),
            Of::Incident => Event::Incident(self.variant_of(payload)?),
            Of::RefusedCallback => Event::RefusedCallback(serde_json::from_value(payload)?),
        })
    }

    fn variant_of<E: DeserializeOwned>(&self, payload: Value) -> serde_json::Result<E> {
        let tagged = Map::from_iter([(self.variant.to_owned(), payload)]);
        serde_json::from_value(Value::Object(tagged))
    }
}
