//! The text of a message about an alarm, in words and as JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_domain::TenantId;
use tally_messages::{Part, Table, Texts};

use crate::watch::outcome::{AlarmMessage, News};

/// How many sites are named in words.
pub(in crate::watch) const NAMED_SITES: usize = 10;
/// How many tenants are named in JSON.
const NAMED_TENANTS: usize = 1000;

/// A message as it is sent. As JSON it is the webhook's body, so its fields are a contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::watch) struct AlarmText {
    /// The version of this format.
    pub version: u8,
    /// `firing` or `resolved`.
    pub status: &'static str,
    /// Whether an earlier message said the same.
    pub repeated: bool,
    /// The alarm's name.
    pub alarm: &'static str,
    /// `critical` or `warning`.
    pub severity: &'static str,
    /// The part of Tally that the alarm is about, such as `pages`.
    pub component: &'static str,
    /// What the alarm means.
    pub summary: &'static str,
    /// What to do first.
    pub remedy: &'static str,
    /// The alarm's chapter in the runbook.
    pub runbook: String,
    /// Since when the alarm's condition held.
    pub since: DateTime<Utc>,
    /// When this message was made.
    pub at: DateTime<Utc>,
    /// The measured value.
    pub value: u64,
    /// The value from which the alarm fires.
    pub limit: u64,
    /// The number of tenants that the alarm is about.
    pub tenant_count: usize,
    /// The first of these tenants.
    pub tenants: Vec<TenantId>,
    /// The addresses of the first few tenants.
    pub sites: Vec<String>,
    /// The address of this Tally.
    pub app: String,
}

impl AlarmText {
    /// Puts a message into words. `sites` are the addresses of the first tenants, `app` is the
    /// address of this Tally.
    pub fn new(message: &AlarmMessage, sites: Vec<String>, app: &str) -> Self {
        let alarm = message.alarm;
        Self {
            version: 1,
            status: match message.news {
                News::Firing | News::StillFiring => "firing",
                News::Resolved => "resolved",
            },
            repeated: message.news == News::StillFiring,
            alarm: alarm.name,
            severity: alarm.severity.as_str(),
            component: alarm.component.as_str(),
            summary: alarm.summary,
            remedy: alarm.remedy,
            runbook: alarm.runbook(),
            since: message.since,
            at: message.at,
            value: message.measured.value,
            limit: message.measured.limit,
            tenant_count: message.tenants.len(),
            tenants: message.tenants.iter().copied().take(NAMED_TENANTS).collect(),
            sites,
            app: app.to_owned(),
        }
    }

    /// The message in one line.
    pub fn headline(&self, texts: &Texts) -> String {
        let severity = match self.severity {
            "warning" => texts.severity_warning(),
            _ => texts.severity_critical(),
        };
        match (self.status, self.repeated) {
            ("resolved", _) => texts.notify_resolved(self.alarm, &self.app, &severity),
            (_, true) => texts.notify_still_firing(self.alarm, &self.app, &severity),
            _ => texts.notify_firing(self.alarm, &self.app, &severity),
        }
    }

    /// The message in a few lines.
    pub fn body(&self, texts: &Texts) -> String {
        let in_language =
            |part: Part, english: &str| texts.by_code_or(Table::Alarm, self.alarm, part, english);
        let mut lines = vec![
            in_language(Part::Summary, self.summary),
            texts.notify_measured(self.limit, &texts.moment(self.since), self.value),
        ];
        lines.extend(self.named_sites(texts));
        if self.status == "firing" {
            let remedy = in_language(Part::Remedy, self.remedy);
            lines.push(texts.notify_remedy(&remedy));
        }
        lines.push(texts.notify_runbook(&self.runbook));
        lines.join("\n")
    }

    fn named_sites(&self, texts: &Texts) -> Option<String> {
        let sites = self.sites.join(", ");
        match self.tenant_count.saturating_sub(self.sites.len()) {
            _ if self.sites.is_empty() => None,
            0 => Some(texts.notify_sites(&sites)),
            more => Some(texts.notify_more_sites(more, &sites)),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use tally_messages::Language;

    use super::*;
    use crate::watch::alarms::{ALARMS, Alarm};
    use crate::watch::state::Measured;

    fn text(news: News, sites: usize, tenants: usize) -> AlarmText {
        let at = Utc.with_ymd_and_hms(2026, 3, 7, 14, 3, 0).unwrap();
        let message = AlarmMessage {
            alarm: Alarm::by_name("TenantsFailing").unwrap(),
            news,
            since: at,
            measured: Measured {
                value: 1234,
                limit: 3,
            },
            tenants: (0..tenants).map(|_| TenantId(uuid::Uuid::new_v4())).collect(),
            at,
        };
        let sites = (0..sites).map(|n| format!("https://site{n}.example"));
        AlarmText::new(&message, sites.collect(), "https://tally.example")
    }

    #[test]
    fn a_message_in_german_has_plurals_numbers_and_times_in_german() {
        let german = Texts::of(Language::German);
        let firing = text(News::Firing, 2, 4);
        assert_eq!(
            firing.headline(german),
            "ALARM TenantsFailing (kritisch) auf https://tally.example"
        );
        let body = firing.body(german);
        for part in [
            "Kein Schlüssel, den Tally hat, bestätigt",
            "Gemessen: 1.234 (Alarm ab 3). Seit 07.03.2026, 14:03 UTC.",
            "Sites: https://site0.example, https://site1.example und 2 weitere",
            "Was zuerst zu tun ist: Halten Sie das Ausrollen an.",
            "Runbook: docs/runbook.md#tenantsfailing",
        ] {
            assert!(body.contains(part), "{part} in {body}");
        }
        assert!(text(News::Firing, 2, 3).body(german).contains("und eine weitere"));
        let resolved = text(News::Resolved, 1, 1);
        assert!(resolved.headline(german).starts_with("BEENDET "));
        assert!(!resolved.body(german).contains("Was zuerst zu tun ist"));
    }

    #[test]
    fn a_message_in_english_says_the_same() {
        let english = Texts::of(Language::English);
        let body = text(News::StillFiring, 1, 3).body(english);
        for part in [
            "Measured: 1,234 (fires from 3). Since 7 Mar 2026, 14:03 UTC.",
            "Sites: https://site0.example and 2 more",
            "What to do first: Stop the rollout.",
        ] {
            assert!(body.contains(part), "{part} in {body}");
        }
        let headline = text(News::StillFiring, 1, 1).headline(english);
        assert!(headline.starts_with("STILL FIRING TenantsFailing (critical)"));
    }

    #[test]
    fn every_alarm_has_its_texts_in_german() {
        let german = Texts::of(Language::German);
        for alarm in &ALARMS {
            let find = |part| german.by_code(Table::Alarm, alarm.name, part);
            assert!(
                find(Part::Summary).is_some() && find(Part::Remedy).is_some(),
                "{}",
                alarm.name
            );
            assert_eq!(
                find(Part::Title).is_some(),
                alarm.incident.is_some(),
                "{}",
                alarm.name
            );
        }
    }

    #[test]
    fn the_json_of_a_message_is_in_english() {
        let json = serde_json::to_value(text(News::Firing, 1, 1)).unwrap();
        assert_eq!(json["severity"], "critical");
        assert!(json["remedy"].as_str().unwrap().starts_with("Stop the rollout."));
    }
}
