//! Decisions on an incident. Each is idempotent: what was said already yields no events.

use super::command::IncidentCommand;
use super::error::IncidentRefusal;
use super::event::{Affected, IncidentEvent};
use super::state::{Incident, IncidentState, Stage};
use crate::decision::Decision;

/// The most characters of a title.
const MAX_TITLE: usize = 200;
/// The most characters of a message.
const MAX_MESSAGE: usize = 4000;
/// The most characters of a postmortem.
const MAX_POSTMORTEM: usize = 40_000;

type IncidentDecision = Decision<IncidentEvent, IncidentRefusal>;

/// Decides `command` on `state`.
///
/// # Errors
/// The refusal, when the incident's rules forbid it.
pub fn decide(state: &IncidentState, command: &IncidentCommand) -> IncidentDecision {
    use IncidentCommand as C;
    match (state, command) {
        (IncidentState::Absent, C::Propose { .. }) => propose(command),
        (IncidentState::Absent, _) => Err(IncidentRefusal::NotFound),
        (IncidentState::Known(_), C::Propose { .. }) => Ok(vec![]),
        (IncidentState::Known(incident), C::AddAffected { affected }) => add_affected(incident, affected),
        (IncidentState::Known(incident), C::Confirm { title, message }) => {
            confirm(incident, title.as_deref(), message)
        }
        (IncidentState::Known(incident), C::Update { phase, message }) => {
            let event = IncidentEvent::Updated {
                phase: *phase,
                message: fit("message", message, MAX_MESSAGE)?,
            };
            let said =
                incident.stage == Stage::Confirmed(*phase) && incident.said.as_deref() == Some(message);
            public(incident).map(|()| if said { vec![] } else { vec![event] })
        }
        (IncidentState::Known(incident), C::Resolve { message }) => resolve(incident, message),
        (IncidentState::Known(incident), C::Dismiss { reason }) => dismiss(incident, reason),
        (IncidentState::Known(incident), C::PublishPostmortem { text }) => publish(incident, text),
    }
}

fn propose(command: &IncidentCommand) -> IncidentDecision {
    let IncidentCommand::Propose {
        title,
        component,
        alarm,
        affected,
    } = command
    else {
        return Ok(vec![]);
    };
    Ok(vec![IncidentEvent::Proposed {
        title: fit("title", title, MAX_TITLE)?,
        component: *component,
        alarm: alarm.clone(),
        affected: few(affected)?.clone(),
    }])
}

fn add_affected(incident: &Incident, affected: &Affected) -> IncidentDecision {
    if matches!(incident.stage, Stage::Resolved | Stage::Dismissed) {
        return Err(IncidentRefusal::Over);
    }
    let news = match few(affected)? {
        Affected::Everyone if incident.everyone => None,
        Affected::Everyone => Some(Affected::Everyone),
        Affected::Tenants(tenants) => {
            let unknown = |tenant: &&_| !incident.tenants.contains(*tenant);
            let new: Vec<_> = tenants.iter().filter(unknown).copied().collect();
            (!new.is_empty()).then_some(Affected::Tenants(new))
        }
    };
    Ok(news
        .map(|affected| IncidentEvent::MoreAffected { affected })
        .into_iter()
        .collect())
}

fn confirm(incident: &Incident, title: Option<&str>, message: &str) -> IncidentDecision {
    match incident.stage {
        Stage::Proposed => Ok(vec![IncidentEvent::Confirmed {
            title: fit("title", title.unwrap_or(&incident.title), MAX_TITLE)?,
            message: fit("message", message, MAX_MESSAGE)?,
        }]),
        Stage::Confirmed(_) => Ok(vec![]),
        Stage::Resolved | Stage::Dismissed => Err(IncidentRefusal::Over),
    }
}

fn resolve(incident: &Incident, message: &str) -> IncidentDecision {
    if incident.stage == Stage::Resolved {
        return Ok(vec![]);
    }
    public(incident)?;
    Ok(vec![IncidentEvent::Resolved {
        message: fit("message", message, MAX_MESSAGE)?,
    }])
}

fn dismiss(incident: &Incident, reason: &str) -> IncidentDecision {
    match incident.stage {
        Stage::Proposed => Ok(vec![IncidentEvent::Dismissed {
            reason: fit("reason", reason, MAX_MESSAGE)?,
        }]),
        Stage::Dismissed => Ok(vec![]),
        Stage::Confirmed(_) => Err(IncidentRefusal::Public),
        Stage::Resolved => Err(IncidentRefusal::Over),
    }
}

fn publish(incident: &Incident, text: &str) -> IncidentDecision {
    if incident.stage != Stage::Resolved {
        return Err(IncidentRefusal::NotResolved);
    }
    let text = fit("text", text, MAX_POSTMORTEM)?;
    Ok(if incident.postmortem.as_ref() == Some(&text) {
        vec![]
    } else {
        vec![IncidentEvent::PostmortemPublished { text }]
    })
}

fn public(incident: &Incident) -> Result<(), IncidentRefusal> {
    match incident.stage {
        Stage::Confirmed(_) => Ok(()),
        Stage::Proposed => Err(IncidentRefusal::NotConfirmed),
        Stage::Resolved | Stage::Dismissed => Err(IncidentRefusal::Over),
    }
}

fn fit(field: &'static str, text: &str, max: usize) -> Result<String, IncidentRefusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max {
        return Err(IncidentRefusal::TextUnfit { field, max });
    }
    Ok(text.to_owned())
}

fn few(affected: &Affected) -> Result<&Affected, IncidentRefusal> {
    match affected {
        Affected::Tenants(tenants) if tenants.len() > Affected::MAX_TENANTS => {
            Err(IncidentRefusal::TooManyTenants(Affected::MAX_TENANTS))
        }
        _ => Ok(affected),
    }
}
