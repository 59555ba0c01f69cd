//! Settings that a capability takes together.

use std::time::Duration;

use tally_operator::settings::{Detection, EmailSettings, NotifySettings, OpsListener, ReleaseTerms};

use super::table::Config;

impl Config {
    /// The operator's listener: its address and token.
    pub fn ops_listener(&self) -> OpsListener {
        OpsListener {
            listen: self.ops_listen,
            token: self.ops_token.clone(),
        }
    }

    /// When tenants count as failing, and how many fire an alarm.
    pub fn detection(&self) -> Detection {
        Detection {
            failing_after: self.failing_after_seconds,
            interval: self.watch_interval_seconds.max(Duration::from_secs(1)),
            least_tenants: self.alarm_least_tenants.max(1),
            share_percent: self.alarm_share_percent,
        }
    }

    /// Who is notified of alarms.
    pub fn notify(&self) -> NotifySettings {
        let email = self.notify_smtp_url.clone().zip(self.notify_email_from.clone());
        NotifySettings {
            webhook: self.notify_webhook_url.clone(),
            slack: self.notify_slack_url.clone(),
            email: email.map(|(smtp_url, from)| EmailSettings {
                smtp_url,
                from,
                to: self.notify_email_to.clone(),
            }),
            language: self.notify_language,
            repeat: self.notify_repeat_seconds,
        }
    }

    /// The terms on which releases bake.
    pub fn release_terms(&self) -> ReleaseTerms {
        ReleaseTerms {
            running: self.release.clone(),
            bake: self.bake_seconds,
            probe_gap: self.probe_gap_seconds,
        }
    }
}
