//! The text of a message about an alarm, in words and as JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use tally_domain::TenantId;

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
    pub fn headline(&self) -> String {
        let state = match (self.status, self.repeated) {
            ("resolved", _) => "RESOLVED",
            (_, true) => "STILL FIRING",
            _ => "FIRING",
        };
        format!("{state} {} ({}) on {}", self.alarm, self.severity, self.app)
    }

    /// The message in a few lines.
    pub fn body(&self) -> String {
        let since = self.since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut lines = vec![
            self.summary.to_owned(),
            format!(
                "Measured: {} (fires from {}). Since {since}.",
                self.value, self.limit
            ),
        ];
        if !self.sites.is_empty() {
            let more = match self.tenant_count.saturating_sub(self.sites.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            lines.push(format!("Sites: {}{more}", self.sites.join(", ")));
        }
        if self.status == "firing" {
            lines.push(format!("What to do first: {}", self.remedy));
        }
        lines.push(format!("Runbook: {}", self.runbook));
        lines.join("\n")
    }
}
