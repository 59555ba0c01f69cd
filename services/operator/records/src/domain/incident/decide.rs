//! Decisions on an incident. Each is idempotent: what was said already yields no events.

use std::collections::BTreeSet;

use super::command::IncidentCommand;
use super::error::IncidentRefusal;
use super::event::{Affected, IncidentEvent, IncidentTitle, Phase};
use super::state::{Incident, IncidentState, Stage};
use tally_domain::Decision;

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
    let incident = match (state, command) {
        (IncidentState::Absent, C::Propose { .. }) => return propose(command),
        (IncidentState::Absent, _) => return Err(IncidentRefusal::NotFound),
        (IncidentState::Known(incident), _) => incident,
    };
    match command {
        C::Propose { .. } => Ok(vec![]),
        C::AddAffected { affected } => add_affected(incident, affected),
        C::Confirm { title, message } => confirm(incident, title.as_deref(), message),
        C::Update { phase, message } => update(incident, *phase, message),
        C::Resolve { message } => resolve(incident, message),
        C::Dismiss { reason } => dismiss(incident, reason),
        C::PublishPostmortem { text } => publish(incident, text),
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
        title: fit_title(title)?,
        component: *component,
        alarm: alarm.clone(),
        affected: distinct_tenants(affected)?,
    }])
}

fn add_affected(incident: &Incident, affected: &Affected) -> IncidentDecision {
    if matches!(incident.stage, Stage::Resolved | Stage::Dismissed) {
        return Err(IncidentRefusal::AlreadyEnded);
    }
    let news = match distinct_tenants(affected)? {
        Affected::Everyone => (!incident.everyone).then_some(Affected::Everyone),
        Affected::Tenants(mut tenants) => {
            tenants.retain(|tenant| !incident.tenants.contains(tenant));
            (!tenants.is_empty()).then_some(Affected::Tenants(tenants))
        }
    };
    let event = news.map(|affected| IncidentEvent::MoreAffected { affected });
    Ok(event.into_iter().collect())
}

fn confirm(incident: &Incident, title: Option<&str>, message: &str) -> IncidentDecision {
    let title = match title {
        Some(title) => fit_title(&title.into())?,
        None => incident.title.clone(),
    };
    let message = fit("message", message, MAX_MESSAGE)?;
    match incident.stage {
        Stage::Proposed => Ok(vec![IncidentEvent::Confirmed { title, message }]),
        Stage::Confirmed(_)
            if incident.title == title && incident.confirmed_with.as_ref() == Some(&message) =>
        {
            Ok(vec![])
        }
        Stage::Confirmed(_) => Err(IncidentRefusal::ConfirmedBefore),
        Stage::Resolved | Stage::Dismissed => Err(IncidentRefusal::AlreadyEnded),
    }
}

fn update(incident: &Incident, phase: Phase, message: &str) -> IncidentDecision {
    public(incident)?;
    let message = fit("message", message, MAX_MESSAGE)?;
    let said = incident.stage == Stage::Confirmed(phase) && incident.said.as_ref() == Some(&message);
    Ok(if said {
        vec![]
    } else {
        vec![IncidentEvent::Updated { phase, message }]
    })
}

fn resolve(incident: &Incident, message: &str) -> IncidentDecision {
    let message = fit("message", message, MAX_MESSAGE)?;
    if incident.stage == Stage::Resolved && incident.said.as_ref() == Some(&message) {
        return Ok(vec![]);
    }
    public(incident)?;
    Ok(vec![IncidentEvent::Resolved { message }])
}

fn dismiss(incident: &Incident, reason: &str) -> IncidentDecision {
    match incident.stage {
        Stage::Proposed => Ok(vec![IncidentEvent::Dismissed {
            reason: fit("reason", reason, MAX_MESSAGE)?,
        }]),
        Stage::Dismissed => Ok(vec![]),
        Stage::Confirmed(_) => Err(IncidentRefusal::Public),
        Stage::Resolved => Err(IncidentRefusal::AlreadyEnded),
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
        Stage::Resolved | Stage::Dismissed => Err(IncidentRefusal::AlreadyEnded),
    }
}

fn fit_title(title: &IncidentTitle) -> Result<IncidentTitle, IncidentRefusal> {
    match title {
        IncidentTitle::OfAlarm(_) => Ok(title.clone()),
        IncidentTitle::Written(words) => Ok(IncidentTitle::Written(fit("title", words, MAX_TITLE)?)),
    }
}

fn fit(field: &'static str, text: &str, max: usize) -> Result<String, IncidentRefusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max {
        return Err(IncidentRefusal::TextUnfit { field, max });
    }
    Ok(text.to_owned())
}

/// `affected` with each tenant once.
fn distinct_tenants(affected: &Affected) -> Result<Affected, IncidentRefusal> {
    let Affected::Tenants(tenants) = affected else {
        return Ok(Affected::Everyone);
    };
    let once: BTreeSet<_> = tenants.iter().copied().collect();
    if once.len() > Affected::MAX_TENANTS {
        return Err(IncidentRefusal::TooManyTenants {
            limit: Affected::MAX_TENANTS,
        });
    }
    Ok(Affected::Tenants(once.into_iter().collect()))
}
