//! The alarms, as one table. From it come the built-in evaluation, the rules for Prometheus (`tally
//! alarms rules`), and the texts of messages.
//!
//! To add one: a row here, its signal in `signals`, its chapter in `docs/runbook.md`, a test in
//! `services/monitoring/tally.rules.test.yml`; then write the rules again with `tally alarms rules
//! > services/monitoring/tally.rules.yml`. Tests fail while one of them is missing.

use std::time::Duration;

use crate::domain::incident::{Component, IncidentTitle};

use super::signals::Signal;

/// Where the runbook is, from the root of the repository.
pub const RUNBOOK: &str = "docs/runbook.md";

/// How soon an operator has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Now: users cannot work.
    Critical,
    /// Today: soon users cannot work, or changes are refused.
    Warning,
}

impl Severity {
    /// The word in labels, messages and pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
        }
    }
}

/// The value of its signal from which an alarm fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// This value.
    From(u64),
    /// The configured share of the tenants, but at least the configured number of tenants.
    ShareOfTenants,
}

/// The incident that an alarm proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its title, for the public once the incident is confirmed.
    pub title: &'static str,
    /// The tenants that it affects.
    pub scope: Scope,
}

/// The title of an incident in English. That of an alarm that this version does not have is the
/// alarm's name.
pub fn title_in_english(title: &IncidentTitle) -> String {
    let name = match title {
        IncidentTitle::Written(words) => return words.clone(),
        IncidentTitle::OfAlarm(name) => name,
    };
    let mut alarms = ALARMS.iter().filter(|alarm| alarm.name == name);
    let proposal = alarms.find_map(|alarm| alarm.incident);
    proposal.map_or_else(|| name.clone(), |proposal| proposal.title.to_owned())
}

/// The tenants that an alarm's incident affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The tenants that the signal is about.
    ItsTenants,
    /// All tenants.
    Everyone,
}

/// One alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its name, and its heading in the runbook. It is part of a stream's name, so it never
    /// changes.
    pub name: &'static str,
    /// The signal that it is based on.
    pub signal: Signal,
    /// The value from which it fires.
    pub threshold: Threshold,
    /// How long its condition must hold before it fires.
    pub hold: Duration,
    /// How soon an operator has to act.
    pub severity: Severity,
    /// The part of Tally that it is about.
    pub component: Component,
    /// The incident that it proposes, if it proposes one.
    pub incident: Option<Proposal>,
    /// Whether it fails a release that bakes.
    pub fails_release: bool,
    /// What it means, in a sentence.
    pub summary: &'static str,
    /// What to do first.
    pub remedy: &'static str,
}

impl Alarm {
    /// Finds an alarm by its name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        ALARMS.iter().find(|alarm| alarm.name == name)
    }

    /// Its chapter in the runbook.
    pub fn runbook(&self) -> String {
        format!("{RUNBOOK}#{}", self.name.to_lowercase())
    }
}

/// All alarms, the gravest first.
pub const ALARMS: [Alarm; 11] = [
    TENANTS_FAILING,
    TENANTS_TURNED_AWAY,
    LOG_UNAVAILABLE,
    SECRETS_UNOPENED,
    VIEWS_STOPPED,
    PAGES_SEEN_FAILING,
    INSTALLS_UNSTORED,
    INSTALLS_REFUSED,
    KEY_SERVER_FAILING,
    PREVIOUS_SECRET_EXPIRING,
    NOTIFICATIONS_FAILING,
];

const TENANTS_FAILING: Alarm = Alarm {
    name: "TenantsFailing",
    signal: Signal::TenantsFailing,
    threshold: Threshold::ShareOfTenants,
    // A tenant counts as failing only after a while.
    hold: Duration::ZERO,
    severity: Severity::Critical,
    component: Component::Pages,
    incident: Some(Proposal {
        title: "Tally does not open on some sites",
        scope: Scope::ItsTenants,
    }),
    fails_release: true,
    summary: "No secret that Tally has verifies the requests of these tenants, and no request of theirs \
              verifies any more.",
    remedy: "Stop the rollout. Check that `installed` callbacks reach Tally and that Tally itself answers \
             them with 204. Then ask the tenants' admins to choose Update.",
};

const TENANTS_TURNED_AWAY: Alarm = Alarm {
    name: "TenantsTurnedAway",
    signal: Signal::TenantsTurnedAway,
    threshold: Threshold::ShareOfTenants,
    hold: Duration::from_secs(30),
    severity: Severity::Critical,
    component: Component::Pages,
    incident: Some(Proposal {
        title: "Tally does not open on some sites",
        scope: Scope::ItsTenants,
    }),
    fails_release: true,
    summary: "Correctly signed requests of these tenants are refused for their time or their address.",
    remedy: "Compare this machine's clock with the real time. Compare TALLY_BASE_URL with the published \
             descriptor and with the addresses that the proxy passes on.",
};

const LOG_UNAVAILABLE: Alarm = Alarm {
    name: "LogUnavailable",
    signal: Signal::LogUnavailable,
    threshold: Threshold::From(1),
    hold: Duration::from_secs(10),
    severity: Severity::Critical,
    component: Component::Register,
    incident: Some(Proposal {
        title: "Changes cannot be stored",
        scope: Scope::Everyone,
    }),
    fails_release: true,
    summary: "Events cannot be written to the log or read from it: nothing can be changed, and \
              installations are answered with 503.",
    remedy: "Look for a full or failing disk below TALLY_DATA_DIR. Jira repeats installations that were \
             answered with 503.",
};

const VIEWS_STOPPED: Alarm = Alarm {
    name: "ViewsStopped",
    signal: Signal::ViewsStopped,
    threshold: Threshold::From(1),
    hold: Duration::ZERO,
    severity: Severity::Critical,
    component: Component::Register,
    incident: Some(Proposal {
        title: "Recent changes are not shown",
        scope: Scope::Everyone,
    }),
    fails_release: true,
    summary: "A view met an event that it could not apply, and shows nothing newer.",
    remedy: "`tally views status` names the view and the event. Restart Tally to rebuild the view. If it \
             stops again, go back to the release before.",
};

const PAGES_SEEN_FAILING: Alarm = Alarm {
    name: "PagesSeenFailing",
    signal: Signal::TenantsSeenFailing,
    threshold: Threshold::ShareOfTenants,
    hold: Duration::from_secs(30),
    severity: Severity::Critical,
    component: Component::Pages,
    incident: Some(Proposal {
        title: "Tally does not start on some sites",
        scope: Scope::ItsTenants,
    }),
    fails_release: true,
    summary: "Browsers report that users of these tenants see an error instead of Tally, and no call of \
              theirs succeeds.",
    remedy: "Open Tally on a test site with the browser's console. Look at `tally_client_errors_total` and \
             at the log lines `a user saw a failure`.",
};

const SECRETS_UNOPENED: Alarm = Alarm {
    name: "SecretsUnopened",
    signal: Signal::SecretsUnopened,
    threshold: Threshold::From(1),
    hold: Duration::ZERO,
    severity: Severity::Critical,
    component: Component::Pages,
    incident: None,
    fails_release: true,
    summary: "Stored secrets of tenants cannot be opened. Secrets that were open before stay in use; \
              tenants whose secrets were not are answered with 503.",
    remedy: "Read the cause in the log line `a stored secret does not open` or `the key store does not \
             answer`. Bring back the store of data keys, or the master key that it needs.",
};

const INSTALLS_UNSTORED: Alarm = Alarm {
    name: "InstallsUnstored",
    signal: Signal::InstallsUnstored,
    threshold: Threshold::From(1),
    hold: Duration::ZERO,
    severity: Severity::Critical,
    component: Component::Installation,
    incident: None,
    fails_release: true,
    summary: "An installation verified and could not be stored. Jira may be using a secret that Tally does \
              not have.",
    remedy: "Repair the log (see LogUnavailable). If Jira does not repeat the installation within the hour, \
             ask the admin to choose Update.",
};

const INSTALLS_REFUSED: Alarm = Alarm {
    name: "InstallsRefused",
    signal: Signal::InstallsRefused,
    threshold: Threshold::From(3),
    hold: Duration::ZERO,
    severity: Severity::Warning,
    component: Component::Installation,
    incident: None,
    fails_release: true,
    summary: "Installations of several sites were refused for a reason that only Tally's operator can \
              repair.",
    remedy: "The install log has the code. Mostly TALLY_BASE_URL differs from the published descriptor, or \
             the clock is wrong.",
};

const KEY_SERVER_FAILING: Alarm = Alarm {
    name: "KeyServerFailing",
    signal: Signal::KeyServerFailing,
    threshold: Threshold::From(1),
    hold: Duration::from_secs(30),
    severity: Severity::Warning,
    component: Component::Installation,
    incident: None,
    fails_release: false,
    summary: "Atlassian's server of install keys does not answer with keys. Installations under a key that \
              Tally does not know yet are answered with 503.",
    remedy: "Fetch TALLY_INSTALL_KEYS_URL from this machine. If the server itself is down, wait: Jira \
             repeats the installations.",
};

const PREVIOUS_SECRET_EXPIRING: Alarm = Alarm {
    name: "PreviousSecretExpiring",
    signal: Signal::PreviousSecretExpiring,
    threshold: Threshold::From(1),
    hold: Duration::from_secs(300),
    severity: Severity::Warning,
    component: Component::Pages,
    incident: None,
    fails_release: false,
    summary: "A tenant still signs with a secret that was replaced, and within six hours Tally stops \
              accepting it.",
    remedy: "Ask its admin to choose Update now, so that both sides have the same secret before the grace \
             period ends.",
};

const NOTIFICATIONS_FAILING: Alarm = Alarm {
    name: "NotificationsFailing",
    signal: Signal::NotificationsWaiting,
    threshold: Threshold::From(1),
    hold: Duration::from_secs(600),
    severity: Severity::Warning,
    component: Component::Installation,
    incident: None,
    fails_release: false,
    summary: "Messages of the built-in notifier have been waiting for more than ten minutes.",
    remedy: "The log says which channel fails and what its server answered. Check the TALLY_NOTIFY_* \
             settings.",
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_alarm_has_a_name_and_a_signal_of_its_own() {
        let names: BTreeSet<_> = ALARMS.iter().map(|alarm| alarm.name).collect();
        let signals: BTreeSet<_> = ALARMS.iter().map(|alarm| alarm.signal).collect();
        assert_eq!((names.len(), signals.len()), (ALARMS.len(), ALARMS.len()));
    }
}
