//! Events of tenants that fail, alarms, releases and incidents: every one comes from a decision.

use chrono::Duration;
use tally_domain::{Actor, Recorded, Via};
use tally_operator::domain::IncidentId;
use tally_operator::domain::alarm::{self, AlarmEvent, AlarmState, Firing};
use tally_operator::domain::health::{self, Failure, HealthEvent, HealthState};
use tally_operator::domain::incident::{
    self, IncidentCommand, IncidentEvent, IncidentRefusal, IncidentState,
};
use tally_operator::domain::release::{
    self, ProbeReport, ReleaseCommand, ReleaseEvent, ReleaseRefusal, ReleaseState, ReleaseVersion,
};
use tally_operator::domain::streams;
use uuid::Uuid;

use crate::support::{World, tenant_id};

pub fn version(text: &str) -> ReleaseVersion {
    ReleaseVersion::parse(text).unwrap()
}

pub fn incident_id(n: u8) -> IncidentId {
    IncidentId(Uuid::from_u128(0x1c00 + u128::from(n)))
}

impl World {
    /// Requests of the tenant have been refused for 15 seconds.
    pub fn fails(&mut self, tenant: u8) {
        let failure = Failure {
            code: "jwt.signature_invalid".to_owned(),
            since: self.now - Duration::seconds(15),
            refusals: 5,
            last_good_at: Some(self.now - Duration::seconds(20)),
        };
        self.health(tenant, |state| health::note_failing(state, &failure));
    }

    pub fn recovers(&mut self, tenant: u8) {
        self.health(tenant, health::note_recovered);
    }

    pub fn leaves(&mut self, tenant: u8) {
        self.health(tenant, health::note_left);
    }

    fn health(&mut self, tenant: u8, decide: impl FnOnce(HealthState) -> Vec<HealthEvent>) {
        let stream = streams::health(tenant_id(tenant));
        let events = self.events(&stream);
        let context = self.context(Some(tenant_id(tenant)), Actor::without_person(Via::App));
        for event in decide(HealthState::fold(plain(&events))) {
            self.record(&stream, context.clone(), event);
        }
    }

    pub fn fires(&mut self, alarm: &str, tenants: &[u8]) {
        let firing = Firing {
            alarm: alarm.to_owned(),
            since: self.now - Duration::seconds(30),
            value: 3.5,
            limit: 3.0,
            tenants: tenants.iter().copied().map(tenant_id).collect(),
        };
        self.alarm(alarm, |state| alarm::fire(state, &firing));
    }

    pub fn falls_silent(&mut self, alarm: &str) {
        self.alarm(alarm, alarm::resolve);
    }

    fn alarm(&mut self, alarm: &str, decide: impl FnOnce(AlarmState) -> Vec<AlarmEvent>) {
        let stream = streams::alarm(alarm);
        let events = self.events(&stream);
        let context = self.context(None, Actor::without_person(Via::App));
        for event in decide(AlarmState::fold(plain(&events))) {
            self.record(&stream, context.clone(), event);
        }
    }

    /// Decides `command` on the release and records what comes of it.
    pub fn release(&mut self, name: &str, command: &ReleaseCommand) -> Result<(), ReleaseRefusal> {
        let stream = streams::release(&version(name));
        let events = release::decide(&self.release_state(name), command, self.now)?;
        let context = self.context(None, Actor::without_person(Via::Operator));
        for event in events {
            self.record(&stream, context.clone(), event);
        }
        Ok(())
    }

    pub fn stage(&mut self, name: &str, bake_seconds: u64) {
        let command = ReleaseCommand::Stage {
            version: version(name),
            bake_seconds,
            descriptor_sha256: Some("5a".repeat(32)),
        };
        self.release(name, &command).unwrap();
    }

    /// A probe of the release is over now.
    pub fn probe(&mut self, name: &str, failed: Option<(&str, &str)>) {
        let report = ProbeReport {
            at: self.now,
            failed: failed.map(|(step, code)| (step.to_owned(), code.to_owned())),
        };
        let command = ReleaseCommand::RecordProbe {
            report,
            max_gap_seconds: 600,
        };
        let _ = self.release(name, &command);
    }

    pub fn release_state(&self, name: &str) -> ReleaseState {
        let events: Vec<Recorded<ReleaseEvent>> = self.events(&streams::release(&version(name)));
        ReleaseState::fold(plain(&events))
    }

    /// Decides `command` on the incident and records what comes of it.
    pub fn incident(&mut self, n: u8, command: &IncidentCommand) -> Result<(), IncidentRefusal> {
        let stream = streams::incident(incident_id(n));
        let events = incident::decide(&self.incident_state(n), command)?;
        let context = self.context(None, Actor::without_person(Via::Operator));
        for event in events {
            self.record(&stream, context.clone(), event);
        }
        Ok(())
    }

    pub fn incident_state(&self, n: u8) -> IncidentState {
        let events: Vec<Recorded<IncidentEvent>> = self.events(&streams::incident(incident_id(n)));
        IncidentState::fold(plain(&events))
    }
}

fn plain<E>(events: &[Recorded<E>]) -> impl Iterator<Item = &E> {
    events.iter().map(|recorded| &recorded.event)
}
