//! The names of stored words, as readers of a language see them.

use chrono::DateTime;
use tally_atlassian::Refusal;
use tally_diagnosis::installation::TimelineEntry;
use tally_diagnosis::{Likelihood, ReasonText, ReasonValue};
use tally_messages::{Part, Table, Texts, Value};

use super::shapes::Incident;
use crate::domain::incident::Component;
use crate::watch::alarms::ALARMS;

/// A part of Tally.
pub(super) fn component(component: Component, texts: &Texts) -> String {
    match component {
        Component::Pages => texts.component_pages(),
        Component::Register => texts.component_register(),
        Component::Installation => texts.component_installation(),
        Component::Imports => texts.component_imports(),
    }
}

/// How far an incident is. A word of another version stays as it is stored.
pub(super) fn stage(word: &str, texts: &Texts) -> String {
    match word {
        "proposed" => texts.stage_proposed(),
        "investigating" => texts.stage_investigating(),
        "identified" => texts.stage_identified(),
        "monitoring" => texts.stage_monitoring(),
        "resolved" => texts.stage_resolved(),
        "dismissed" => texts.stage_dismissed(),
        other => other.to_owned(),
    }
}

/// The title of an incident. The one that an alarm proposed is in the reader's language; one that
/// an operator wrote is as it was written.
pub(super) fn incident_title(title: &str, texts: &Texts) -> String {
    let proposed = ALARMS
        .iter()
        .find(|alarm| alarm.incident.is_some_and(|proposal| proposal.title == title));
    match proposed {
        Some(alarm) => texts.by_code_or(Table::Alarm, alarm.name, Part::Title, title),
        None => title.to_owned(),
    }
}

/// How soon an operator has to act; an alarm that this version does not have only fires.
pub(super) fn severity(word: Option<&str>, texts: &Texts) -> String {
    match word {
        Some("critical") => texts.severity_critical(),
        Some("warning") => texts.severity_warning(),
        Some(other) => other.to_owned(),
        None => texts.alarm_firing(),
    }
}

/// The affected tenants.
pub(super) fn affected(incident: &Incident, texts: &Texts) -> String {
    let named = match incident.affected {
        0 => None,
        affected => Some(texts.affected_tenants(affected, incident.repaired)),
    };
    match (incident.everyone, named) {
        (true, None) => texts.affected_everyone(),
        (true, Some(named)) => texts.affected_everyone_and(&named),
        (false, None) => texts.affected_none(),
        (false, Some(named)) => named,
    }
}

/// The address of a site, if it is known.
pub(super) fn site(address: Option<&str>, texts: &Texts) -> String {
    address.map_or_else(|| texts.address_unknown(), str::to_owned)
}

/// What a refusal's code means.
pub(super) fn cause_of_code(code: &str, english: &str, texts: &Texts) -> String {
    let is_known = Refusal::CATALOGUE.iter().any(|entry| entry.code == code);
    match is_known {
        true => texts.by_code_or(Table::Refusal, code, Part::Cause, english),
        false => texts.failing_code_unknown(),
    }
}

/// The state of a release.
pub(super) fn release_state(word: &str, texts: &Texts) -> String {
    match word {
        "baking" => texts.release_state_baking(),
        "failed" => texts.release_state_failed(),
        "promoted" => texts.release_state_promoted(),
        "aborted" => texts.release_state_aborted(),
        other => other.to_owned(),
    }
}

/// How sure a finding is.
pub(super) fn likelihood(likelihood: Likelihood, texts: &Texts) -> String {
    match likelihood {
        Likelihood::Note => texts.likelihood_note(),
        Likelihood::Possible => texts.likelihood_possible(),
        Likelihood::Likely => texts.likelihood_likely(),
        Likelihood::Certain => texts.likelihood_certain(),
    }
}

/// Whether Tally is installed on a site.
pub(super) fn tenant_status(word: &str, texts: &Texts) -> String {
    match word {
        "installed" => texts.tenant_status_installed(),
        "enabled" => texts.tenant_status_enabled(),
        "disabled" => texts.tenant_status_disabled(),
        "uninstalled" => texts.tenant_status_uninstalled(),
        other => other.to_owned(),
    }
}

/// The standing of a secret.
pub(super) fn secret_state(word: &str, texts: &Texts) -> String {
    match word {
        "current" => texts.secret_current(),
        "previous" => texts.secret_previous(),
        "candidate" => texts.secret_candidate(),
        "superseded" => texts.secret_superseded(),
        other => other.to_owned(),
    }
}

/// What became of a callback.
pub(super) fn callback_outcome(word: &str, texts: &Texts) -> String {
    match word {
        "accepted" => texts.callback_accepted(),
        "refused" => texts.callback_refused(),
        other => other.to_owned(),
    }
}

/// How a period of refused requests ended.
pub(super) fn period_end(word: Option<&str>, texts: &Texts) -> String {
    match word {
        Some("recovered") => texts.period_recovered(),
        Some("left") => texts.period_left(),
        Some(other) => other.to_owned(),
        None => texts.period_open(),
    }
}

/// What happened to an installation. An event without a text in the language keeps its own.
pub(super) fn timeline_text(entry: &TimelineEntry, texts: &Texts) -> String {
    let fingerprint = entry.fingerprint.clone().unwrap_or_default();
    let mut values = vec![("fingerprint", Value::Text(fingerprint))];
    for (name, value) in entry.details.as_object().into_iter().flatten() {
        if let Some(text) = value.as_str() {
            values.push((name, Value::Text(in_language(text, texts))));
        }
    }
    texts
        .by_code_with(Table::Timeline, &entry.event_type, Part::Summary, &values)
        .unwrap_or_else(|| entry.summary.clone())
}

/// A piece of evidence. One without a text in the language keeps its own.
pub(super) fn evidence_text(reason: &ReasonText, texts: &Texts) -> String {
    let mut values: Vec<(&str, Value)> = reason
        .values
        .iter()
        .map(|(name, value)| match value {
            ReasonValue::Number(number) => (name.as_str(), Value::Number(*number)),
            ReasonValue::Text(text) => (name.as_str(), Value::Text(in_language(text, texts))),
        })
        .collect();
    let times = texts.by_code_with(Table::Evidence, "times", Part::Summary, &values);
    values.extend(times.map(|times| ("times", Value::Text(times))));
    texts
        .by_code_with(Table::Evidence, &reason.code, Part::Summary, &values)
        .unwrap_or_else(|| reason.text.clone())
}

/// A value of an event: a time as the language writes it, any other text as it is.
fn in_language(text: &str, texts: &Texts) -> String {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => texts.moment(at.to_utc()),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tally_http::{MalformedRequest, RequestRefusal, ServerFailure};
    use tally_messages::Language;

    use super::*;
    use crate::domain::incident::IncidentRefusal;
    use crate::domain::release::ReleaseRefusal;
    use crate::refusal::OperatorRefusal;

    fn german() -> &'static Texts {
        Texts::of(Language::German)
    }

    fn missing_parts<'a>(codes: impl Iterator<Item = (Table, &'a str, Part)>) -> Vec<(&'a str, Part)> {
        codes
            .filter(|(table, code, part)| german().by_code(*table, code, *part).is_none())
            .map(|(_, code, part)| (code, part))
            .collect()
    }

    #[test]
    fn every_refusal_on_the_operators_pages_has_its_texts_in_german() {
        let tables = [
            IncidentRefusal::CATALOGUE,
            ReleaseRefusal::CATALOGUE,
            OperatorRefusal::CATALOGUE,
            Refusal::CATALOGUE,
            RequestRefusal::CATALOGUE,
            MalformedRequest::CATALOGUE,
            ServerFailure::CATALOGUE,
        ];
        let codes = tables.concat().into_iter().map(|entry| entry.code);
        let parts = |code| [Part::Cause, Part::Remedy].map(|part| (Table::Refusal, code, part));
        let missing = missing_parts(codes.flat_map(parts));
        assert_eq!(missing, []);
    }

    #[test]
    fn a_title_that_an_alarm_proposed_is_translated_and_one_of_an_operator_is_not() {
        for alarm in &ALARMS {
            if let Some(proposal) = alarm.incident {
                assert_ne!(incident_title(proposal.title, german()), proposal.title);
            }
        }
        assert_eq!(incident_title("Our own words", german()), "Our own words");
    }

    #[test]
    fn a_stored_word_of_another_version_is_shown_as_it_is() {
        assert_eq!(stage("frozen", german()), "frozen");
        assert_eq!(release_state("frozen", german()), "frozen");
        assert_eq!(severity(Some("odd"), german()), "odd");
        assert_eq!(severity(None, german()), "ausgelöst");
    }
}
