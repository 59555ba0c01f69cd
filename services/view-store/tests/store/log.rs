//! A log in memory.

use std::collections::HashMap;

use chrono::DateTime;
use tally_domain::asset::AssetEvent;
use tally_domain::person::PersonEvent;
use tally_domain::value::FreeText;
use tally_domain::{
    Actor, AnyEvent, CommandId, Context, EventId, Position, Recorded, StreamName, TenantId, Via,
};
use uuid::Uuid;

use crate::views::POISON;

/// A log whose positions leave gaps, as those of some engines do.
#[derive(Default)]
pub struct TestLog {
    pub events: Vec<Recorded<AnyEvent>>,
    revisions: HashMap<StreamName, u64>,
}

/// The stream of the tenant with this number.
pub fn stream(tenant: u8) -> StreamName {
    StreamName::tenant(tenant_id(tenant))
}

fn tenant_id(n: u8) -> TenantId {
    TenantId(Uuid::from_u128(0x7e00 + u128::from(n)))
}

/// Two events of each of six tenants.
pub fn some_log() -> TestLog {
    let mut log = TestLog::default();
    for tenant in (0..6).chain(0..6) {
        log.add(tenant);
    }
    log
}

impl TestLog {
    /// Appends an event to the tenant's stream.
    pub fn add(&mut self, tenant: u8) {
        self.record(tenant, AssetEvent::Retired {}.into(), None);
    }

    /// Appends an event that a view cannot apply.
    pub fn add_poison(&mut self, tenant: u8) {
        self.record(tenant, AssetEvent::Retired {}.into(), Some(POISON.to_owned()));
    }

    /// Appends an event whose payload cannot be read.
    pub fn add_unreadable(&mut self, tenant: u8) {
        let event = AnyEvent::Unreadable {
            event_type: "asset.retired".to_owned(),
            schema: 1,
            why: "it does not open".to_owned(),
        };
        self.record(tenant, event, None);
    }

    /// Appends an event of a type that this version does not know.
    pub fn add_unknown(&mut self, tenant: u8) {
        let event = AnyEvent::Unknown {
            event_type: "asset.audited".to_owned(),
            schema: 1,
            payload: serde_json::json!({}),
        };
        self.record(tenant, event, None);
    }

    /// Appends an event after which views hold nothing of a person.
    #[allow(dead_code, reason = "only files have something to overwrite")]
    pub fn add_erasure(&mut self, tenant: u8) {
        self.record(tenant, PersonEvent::Erased {}.into(), None);
    }

    pub fn last(&self) -> &Recorded<AnyEvent> {
        self.events.last().unwrap()
    }

    /// The position of the last event.
    pub fn head(&self) -> Option<Position> {
        self.events.last().map(|event| event.position)
    }

    fn record(&mut self, tenant: u8, event: AnyEvent, reason: Option<String>) {
        let number = self.events.len() as u64 + 1;
        let stream = stream(tenant);
        let revision = self.revisions.entry(stream.clone()).or_default();
        let command = CommandId(Uuid::from_u128(u128::from(number)));
        let context = Context {
            reason: reason.map(FreeText::new),
            ..Context::new(Some(tenant_id(tenant)), Actor::without_person(Via::App), command)
        };
        self.events.push(Recorded {
            id: EventId(Uuid::from_u128(u128::from(number))),
            stream,
            revision: *revision,
            position: Position {
                commit: number / 3 * 10,
                prepare: number * 10,
            },
            recorded_at: DateTime::UNIX_EPOCH,
            context,
            event,
        });
        *revision += 1;
    }
}
