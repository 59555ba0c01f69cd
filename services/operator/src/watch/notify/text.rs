//! What people are told, in words and as JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use tally_domain::TenantId;

use crate::watch::outcome::{Message, News};

/// How many sites are named in words.
pub const NAMED_SITES: usize = 10;
/// How many tenants are named in JSON.
const NAMED_TENANTS: usize = 1000;

/// A message as it goes out; as JSON it is the webhook's body, so its fields are a contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The version of this shape.
    pub version: u8,
    /// `firing` or `resolved`.
    pub status: &'static str,
    /// Whether this was told before.
    pub repeated: bool,
    /// The alarm's name.
    pub alarm: &'static str,
    /// How soon somebody has to look.
    pub severity: &'static str,
    /// Which part of Tally it is about.
    pub component: &'static str,
    /// What it means.
    pub summary: &'static str,
    /// What to do first.
    pub remedy: &'static str,
    /// Where to read on.
    pub runbook: String,
    /// Since when the alarm's condition held.
    pub since: DateTime<Utc>,
    /// When this was said.
    pub at: DateTime<Utc>,
    /// What is measured.
    pub value: u64,
    /// From which value on the alarm fires.
    pub limit: u64,
    /// How many tenants it is about.
    pub tenant_count: usize,
    /// Which, as many as fit.
    pub tenants: Vec<TenantId>,
    /// The sites of the first of them.
    pub sites: Vec<String>,
    /// Our own address.
    pub app: String,
}

impl Told {
    /// Puts a message into words. `sites` are those of the first tenants, `app` is our own address.
    pub fn of(message: &Message, sites: Vec<String>, app: &str) -> Self {
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

    /// In one line.
    pub fn headline(&self) -> String {
        let state = match (self.status, self.repeated) {
            ("resolved", _) => "RESOLVED",
            (_, true) => "STILL FIRING",
            _ => "FIRING",
        };
        format!("{state} {} ({}) on {}", self.alarm, self.severity, self.app)
    }

    /// In some lines.
    pub fn body(&self) -> String {
        let since = self.since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut lines = vec![
            self.summary.to_owned(),
            format!(
                "Measured: {} (alarm from {}). Since {since}.",
                self.value, self.limit
            ),
        ];
        if !self.sites.is_empty() {
            let more = self.tenant_count.saturating_sub(self.sites.len());
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            lines.push(format!("Sites: {}{more}", self.sites.join(", ")));
        }
        if self.status == "firing" {
            lines.push(format!("Do: {}", self.remedy));
        }
        lines.push(format!("Runbook: {}", self.runbook));
        lines.join("\n")
    }
}
