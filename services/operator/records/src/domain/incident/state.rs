//! The fold of an incident.

use std::collections::BTreeSet;

use super::event::{Affected, IncidentEvent, IncidentTitle, Phase};
use tally_domain::TenantId;

/// How far an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// An operator or an alarm has proposed it.
    Proposed,
    /// It is one.
    Confirmed(Phase),
    /// It is over.
    Resolved,
    /// It was none.
    Dismissed,
}

impl Stage {
    /// The displayed word; that of its phase once it is confirmed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed(phase) => phase.as_str(),
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
        }
    }

    /// The stage of a displayed word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "proposed" => Some(Self::Proposed),
            "resolved" => Some(Self::Resolved),
            "dismissed" => Some(Self::Dismissed),
            word => Phase::parse(word).map(Self::Confirmed),
        }
    }
}

/// What is known of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What it is called.
    pub title: IncidentTitle,
    /// How far it is.
    pub stage: Stage,
    /// Whether it affects everyone.
    pub everyone: bool,
    /// The tenants that are known to be affected.
    pub tenants: BTreeSet<TenantId>,
    /// What was said when it was confirmed, so that confirming again is recognised.
    pub confirmed_with: Option<String>,
    /// The last news, so that saying the same again is recognised.
    pub said: Option<String>,
    /// The postmortem, if there is one.
    pub postmortem: Option<String>,
}

/// An incident's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IncidentState {
    /// Never proposed.
    #[default]
    Absent,
    /// There is one.
    Known(Incident),
}

impl IncidentState {
    /// The state after `event`.
    #[must_use]
    pub fn evolve(self, event: &IncidentEvent) -> Self {
        match (self, event) {
            (Self::Absent, IncidentEvent::Proposed { title, affected, .. }) => {
                let mut incident = Incident {
                    title: title.clone(),
                    stage: Stage::Proposed,
                    everyone: false,
                    tenants: BTreeSet::new(),
                    confirmed_with: None,
                    said: None,
                    postmortem: None,
                };
                incident.add_affected(affected);
                Self::Known(incident)
            }
            (Self::Known(incident), event) => Self::Known(incident.evolve(event)),
            (Self::Absent, _) => Self::Absent,
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a IncidentEvent>) -> Self {
        events.into_iter().fold(Self::Absent, Self::evolve)
    }
}

impl Incident {
    fn evolve(mut self, event: &IncidentEvent) -> Self {
        use IncidentEvent as E;
        match event {
            E::Proposed { .. } => {}
            E::MoreAffected { affected } => self.add_affected(affected),
            E::Confirmed { title, message } => {
                self.title.clone_from(title);
                self.confirmed_with = Some(message.clone());
                self.said = Some(message.clone());
                self.stage = Stage::Confirmed(Phase::Investigating);
            }
            E::Updated { phase, message } => {
                self.said = Some(message.clone());
                self.stage = Stage::Confirmed(*phase);
            }
            E::Resolved { message } => {
                self.said = Some(message.clone());
                self.stage = Stage::Resolved;
            }
            E::Dismissed { .. } => self.stage = Stage::Dismissed,
            E::PostmortemPublished { text } => self.postmortem = Some(text.clone()),
        }
        self
    }

    fn add_affected(&mut self, affected: &Affected) {
        match affected {
            Affected::Everyone => self.everyone = true,
            Affected::Tenants(tenants) => self.tenants.extend(tenants),
        }
    }
}
