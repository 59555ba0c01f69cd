//! The alarms, as a table. From it come the built-in evaluation, the Prometheus rules (`tally alarms rules`), and what people are told.
//!
//! To add one: a row here, its signal in `signals`, ten lines in `docs/runbook.md` under its name, a test in
//! `services/monitoring/tally.rules.test.yml`; then write the rules anew with `tally alarms rules > services/monitoring/tally.rules.yml`.
//! Tests fail while one of them is missing.

use std::time::Duration;

use tally_domain::incident::Component;

use super::signals::Signal;

/// Where the runbook is, from the root of the repository.
pub const RUNBOOK: &str = "docs/runbook.md";

/// How soon somebody has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Now: people cannot work.
    Critical,
    /// Today: they soon cannot, or changes are refused.
    Warning,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
        }
    }
}

/// From which value on an alarm fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// From this one.
    From(u64),
    /// From the configured share of the tenants, and not below the configured least.
    ShareOfTenants,
}

/// The incident that an alarm proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// In a few words, for the public once it is confirmed.
    pub title: &'static str,
    /// Whom it hurts.
    pub hurts: Hurts,
}

/// Whom an alarm's incident hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hurts {
    /// The tenants that the signal is about.
    ItsTenants,
    /// Everyone.
    Everyone,
}

/// One alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its name, and its anchor in the runbook. Part of its stream's name, so never changed.
    pub name: &'static str,
    /// What it looks at.
    pub signal: Signal,
    /// From which value on it fires.
    pub limit: Limit,
    /// How long the condition must have held.
    pub hold: Duration,
    /// How soon somebody has to look.
    pub severity: Severity,
    /// Which part of Tally it is about.
    pub component: Component,
    /// The incident it proposes, if it does.
    pub incident: Option<Proposal>,
    /// Whether a release that bakes is failed by it.
    pub fails_release: bool,
    /// What it means, in a sentence.
    pub summary: &'static str,
    /// What to do first.
    pub remedy: &'static str,
}

impl Alarm {
    /// The alarm of a name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        ALARMS.iter().find(|alarm| alarm.name == name)
    }

    /// Its place in the runbook.
    pub fn runbook(&self) -> String {
        format!("{RUNBOOK}#{}", self.name.to_lowercase())
    }
}

/// All signals that alarms look at.
pub fn signals() -> impl Iterator<Item = Signal> {
    ALARMS.iter().map(|alarm| alarm.signal)
}

/// All alarms, the gravest first.
pub const ALARMS: [Alarm; 10] = [
    Alarm {
        name: "TenantsFailing",
        signal: Signal::TenantsFailing,
        limit: Limit::ShareOfTenants,
        // The tenants have failed for a while already when they are counted.
        hold: Duration::ZERO,
        severity: Severity::Critical,
        component: Component::Pages,
        incident: Some(Proposal {
            title: "Tally does not open on some sites",
            hurts: Hurts::ItsTenants,
        }),
        fails_release: true,
        summary: "No secret that Tally holds verifies the requests of these tenants, and nothing of theirs verifies any more.",
        remedy: "Stop the rollout. Check that `installed` callbacks reach Tally and are answered 204 by Tally itself; then have the tenants' \
                 admins choose Update.",
    },
    Alarm {
        name: "TenantsTurnedAway",
        signal: Signal::TenantsTurnedAway,
        limit: Limit::ShareOfTenants,
        hold: Duration::from_secs(30),
        severity: Severity::Critical,
        component: Component::Pages,
        incident: Some(Proposal {
            title: "Tally does not open on some sites",
            hurts: Hurts::ItsTenants,
        }),
        fails_release: true,
        summary: "Truly signed requests of these tenants are refused for their time or their address.",
        remedy: "Compare this machine's clock with the time; compare TALLY_BASE_URL with the published descriptor and with what the proxy passes on.",
    },
    Alarm {
        name: "LogUnavailable",
        signal: Signal::LogUnavailable,
        limit: Limit::From(1),
        hold: Duration::from_secs(10),
        severity: Severity::Critical,
        component: Component::Register,
        incident: Some(Proposal {
            title: "Changes cannot be stored",
            hurts: Hurts::Everyone,
        }),
        fails_release: true,
        summary: "The event log does not take or give events: nothing can be changed, and installations are answered 503.",
        remedy: "Look for a full or failing disk below TALLY_DATA_DIR. The platform repeats installations that were answered 503.",
    },
    Alarm {
        name: "ViewsStopped",
        signal: Signal::ViewsStopped,
        limit: Limit::From(1),
        hold: Duration::ZERO,
        severity: Severity::Critical,
        component: Component::Register,
        incident: Some(Proposal {
            title: "Recent changes are not shown",
            hurts: Hurts::Everyone,
        }),
        fails_release: true,
        summary: "A view met an event that it could not take in, and shows nothing newer.",
        remedy: "`tally views status` names view and event. Restart to build it anew; if it stops again, go back to the release before.",
    },
    Alarm {
        name: "PagesSeenFailing",
        signal: Signal::TenantsSeenFailing,
        limit: Limit::ShareOfTenants,
        hold: Duration::from_secs(30),
        severity: Severity::Critical,
        component: Component::Pages,
        incident: Some(Proposal {
            title: "Tally does not start on some sites",
            hurts: Hurts::ItsTenants,
        }),
        fails_release: true,
        summary: "People at these tenants see a failure where Tally should be, as their browsers tell, and no call of theirs succeeds.",
        remedy: "Open Tally on a test site with the browser's console. Look at `tally_client_errors_total` and the log lines `somebody saw a failure`.",
    },
    Alarm {
        name: "InstallsUnstored",
        signal: Signal::InstallsUnstored,
        limit: Limit::From(1),
        hold: Duration::ZERO,
        severity: Severity::Critical,
        component: Component::Installation,
        incident: None,
        fails_release: true,
        summary: "An installation verified and could not be stored. The platform may be using a secret that Tally does not have.",
        remedy: "Mend the log (see LogUnavailable). If the platform does not repeat the installation within the hour, have the admin choose Update.",
    },
    Alarm {
        name: "InstallsRefused",
        signal: Signal::InstallsRefused,
        limit: Limit::From(3),
        hold: Duration::ZERO,
        severity: Severity::Warning,
        component: Component::Installation,
        incident: None,
        fails_release: true,
        summary: "Installations of several tenants were refused for a reason that only Tally's operator can mend.",
        remedy: "The install log has the code. Mostly TALLY_BASE_URL differs from the published descriptor, or the clock is wrong.",
    },
    Alarm {
        name: "KeyServerFailing",
        signal: Signal::KeyServerFailing,
        limit: Limit::From(1),
        hold: Duration::from_secs(30),
        severity: Severity::Warning,
        component: Component::Installation,
        incident: None,
        fails_release: false,
        summary: "The server of the platform's install keys does not answer with keys. Installations under a key not yet known are answered 503.",
        remedy: "Fetch TALLY_INSTALL_KEYS_URL from this machine. When the platform is the cause there is nothing to do but wait; it repeats.",
    },
    Alarm {
        name: "PreviousSecretExpiring",
        signal: Signal::PreviousSecretExpiring,
        limit: Limit::From(1),
        hold: Duration::from_secs(300),
        severity: Severity::Warning,
        component: Component::Pages,
        incident: None,
        fails_release: false,
        summary: "A tenant still signs with a secret that was displaced, and Tally stops to accept it within six hours.",
        remedy: "Have its admin choose Update now, so that both sides have one secret again, before the grace ends.",
    },
    Alarm {
        name: "NotificationsFailing",
        signal: Signal::NotificationsWaiting,
        limit: Limit::From(1),
        hold: Duration::from_secs(600),
        severity: Severity::Warning,
        component: Component::Installation,
        incident: None,
        fails_release: false,
        summary: "Messages of the built-in notifier wait for more than ten minutes to be delivered.",
        remedy: "The log says which way and what it was answered. Check the TALLY_NOTIFY_* settings with what they name.",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_alarm_has_a_name_and_a_signal_of_its_own() {
        let names: BTreeSet<_> = ALARMS.iter().map(|alarm| alarm.name).collect();
        let signals: BTreeSet<_> = signals().collect();
        assert_eq!((names.len(), signals.len()), (ALARMS.len(), ALARMS.len()));
    }
}
