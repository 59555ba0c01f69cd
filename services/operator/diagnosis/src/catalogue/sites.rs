//! Sites that move, split, fall silent, or wait.

use chrono::Duration;
use tally_atlassian::Refusal;

use super::entry::{Applies, Entry, Likelihood, Match};
use crate::code::RefusalCode;
use crate::evidence::{Callback, Evidence};
use crate::reason::{Reason, at};
use tally_observations::sightings::JiraAnswer;

/// After how long without a verified request a site may have left unnoticed.
const SILENT: Duration = Duration::days(30);
/// How long the platform takes to bring a version to every site that need not approve it.
const ROLLOUT: Duration = Duration::hours(33);

pub static D16: Entry = Entry {
    id: "D16",
    symptom: "After a site got another address, Tally's pages stay empty, or its links and calls go to the \
              old address.",
    cause: "The callback with the new address never came, or was refused. The tenant is the same: it is \
            identified by its client key.",
    applies: Applies::Here {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally; if there is no update, reinstall it. Jira \
             then sends the new address.",
        ),
        operator: "Look for a refused `installed` in the install log (a new domain may have to be added to \
                   TALLY_ALLOWED_HOSTS). The address is only ever taken from a verified callback, never \
                   from the query of a page.",
        matcher: match_moved,
    },
};

fn match_moved(e: &Evidence) -> Option<Match> {
    let site = e.site.as_ref()?;
    if let Some((origin, when)) = &e.framed_at {
        let why = Reason::FramedElsewhere {
            at: *when,
            origin: origin.clone(),
            known: site.base_url.clone(),
        };
        return Some(Match::new(Likelihood::Certain, why));
    }
    let last = e.last_answer()?;
    let (site, times) = (site.base_url.clone(), last.times);
    let (likelihood, why) = match last.answer {
        JiraAnswer::Redirected => (Likelihood::Likely, Reason::CallsRedirected { site, times }),
        JiraAnswer::NotFound => (Likelihood::Possible, Reason::CallsNotFound { site, times }),
        JiraAnswer::Good
        | JiraAnswer::BadRequest
        | JiraAnswer::Unauthorized
        | JiraAnswer::Forbidden
        | JiraAnswer::RateLimited
        | JiraAnswer::Failed
        | JiraAnswer::Silent
        | JiraAnswer::Unreadable => return None,
    };
    Some(Match::new(likelihood, why))
}

pub static D17: Entry = Entry {
    id: "D17",
    symptom: "After a site import a customer's assets are missing.",
    cause: "An imported site has a new client key and so is another tenant. The assets of the old tenant \
            are kept there.",
    applies: Applies::Here {
        admin: None,
        operator: "Nothing is lost. Tenants are never joined by their address alone, since an address can \
                   pass to another customer: ask the customer to prove that both are theirs, and link them \
                   by hand, on record.",
        matcher: match_split,
    },
};

fn match_split(e: &Evidence) -> Option<Match> {
    let site = e.site.as_ref()?;
    let mut internal = vec![];
    for other in &e.neighbours {
        let before = other.first_installed_at < site.first_installed_at;
        internal.push(format!(
            "Tenant {} ({}) is at the same address with another client key; it installed {} this one, at {}.",
            other.tenant,
            other.status.as_str(),
            if before { "before" } else { "after" },
            at(other.first_installed_at)
        ));
    }
    (!internal.is_empty()).then(|| Match::new_internal(Likelihood::Likely, internal))
}

pub static D19: Entry = Entry {
    id: "D19",
    symptom: "A site counts as installed but has not been used for weeks.",
    cause: "The site left, and its `uninstalled`, which is sent only once, was missed or could not be \
            stored.",
    applies: Applies::Here {
        admin: Some("There is nothing to do, if Tally is installed on your site."),
        operator: "Leave the register as it is, and leave the site out of counts. If a cheap call to its \
                   Jira answers 401 or 404 for weeks, the site is gone.",
        matcher: match_left_unnoticed,
    },
};

fn match_left_unnoticed(e: &Evidence) -> Option<Match> {
    if !e.is_installed() {
        return None;
    }
    let unused_since = |c: &&Callback| e.verified_at().is_none_or(|used| used < c.at);
    let missed = e
        .callbacks("uninstalled")
        .take_while(|c| c.code.is_some())
        .find(|c| c.code.as_ref().is_some_and(may_be_genuine))
        .filter(unused_since);
    if let Some(missed) = missed {
        let why = Reason::UninstallRefused { at: missed.at };
        return Some(Match::new(Likelihood::Likely, why));
    }
    let quiet_since = e
        .verified_at()
        .max(e.remembers_since)?
        .max(e.site.as_ref()?.last_handshake_at);
    let why = Reason::SilentSince { at: quiet_since };
    (e.now - quiet_since >= SILENT).then(|| Match::new(Likelihood::Possible, why))
}

/// Whether a genuine `uninstalled` may be refused with this code.
fn may_be_genuine(code: &RefusalCode) -> bool {
    code.is_own_failure() || code.refusal() == Some(&Refusal::KeysUnavailable)
}

pub static D27: Entry = Entry {
    id: "D27",
    symptom: "A site shows an old version for weeks.",
    cause: "The new version needs more permissions than the old one, and waits for the site's admin to \
            approve it.",
    applies: Applies::Here {
        admin: Some(
            "Open Apps, Manage apps, read what Tally's new version requests, and choose Update. The old \
             version goes on working.",
        ),
        operator: "Keep every address of the old descriptor working, and inform the admins. `tally \
                   descriptor diff` says what needs approval.",
        matcher: match_waiting,
    },
};

fn match_waiting(e: &Evidence) -> Option<Match> {
    let (version, staged) = e.releases.descriptor_changed.as_ref()?;
    let site = e.site.as_ref().filter(|_| e.is_installed())?;
    if site.last_handshake_at >= *staged || e.now - *staged < ROLLOUT || e.refused_requests.is_some() {
        return None;
    }
    let why = Reason::HandshakeBeforeVersion {
        version: version.clone(),
        staged: *staged,
        handshake: site.last_handshake_at,
    };
    Some(Match::new(Likelihood::Possible, why))
}

pub static D28: Entry = Entry {
    id: "D28",
    symptom: "Jira makes a new version of the app that was not planned, and a wave of installations follows.",
    cause: "The served descriptor differs from the published one: by Tally's configuration, or by a proxy \
            in front of it.",
    applies: Applies::Here {
        admin: None,
        operator: "Compare the served descriptor with the one of the release: `tally descriptor diff`. Set \
                   TALLY_APP_KEY and TALLY_BASE_URL back to what was published. The wave itself does no \
                   harm: each installation is accepted.",
        matcher: match_other_descriptor,
    },
};

fn match_other_descriptor(e: &Evidence) -> Option<Match> {
    let version = e.releases.descriptor_differs.as_ref()?;
    let why = format!(
        "The descriptor that is served now differs from the one with which version {version} was staged."
    );
    Some(Match::new_internal(Likelihood::Likely, vec![why]))
}
