//! Secrets: the platform and Tally do not agree on the one in force.

use chrono::Duration;
use tally_domain::tenant::{SecretState, Status};

use super::{Entry, Here, Likelihood, Match, at, seen};
use crate::diagnosis::evidence::{Evidence, JiraAnswer, Secret};

/// Tokens made before a rotation live on for a quarter of an hour; what comes later is signed by choice.
const OLD_TOKENS: Duration = Duration::minutes(20);
const SUPERSEDED: &str = "jwt.signature.matches_superseded_secret";
/// Refused installations that have entries of their own.
const EXPLAINED: [&str; 6] = [
    "install.keys_unavailable",
    "install.key_unknown",
    "install.audience_mismatch",
    "jwt.qsh_mismatch",
    "jwt.expired",
    "jwt.not_yet_valid",
];

pub static D1: Entry = Entry {
    id: "D1",
    symptom: "Every page of the site fails since a certain moment, for everybody.",
    cause: "Jira was given a new secret, and the callback that brings it never reached Tally: it was lost on the way, or went elsewhere.",
    here: Here::Possible {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally. If there is no update, uninstall Tally and install it again. Jira \
             then sends a fresh secret. Your assets stay: they are kept apart from the installation.",
        ),
        operator: "Find what stands between Jira and Tally and answers /connect/lifecycle/installed in its place (proxy, maintenance page, \
             old deployment), and let it through. Secrets that were swallowed cannot be had back: each site's admin updates or \
             reinstalls the app, or Atlassian rotates once more. Follow the sites on /ops until each is done.",
        shown: lost,
    },
};

fn lost(e: &Evidence) -> Option<Match> {
    let Some(site) = &e.site else { return never_came(e) };
    let streak = e.streak.as_ref().filter(|streak| streak.code != SUPERSEDED)?;
    if e.open_installs().next().is_some() {
        return None;
    }
    let handshake = match site.status {
        Status::Uninstalled => {
            "The last that Tally heard of the site is that it uninstalled the app".to_owned()
        }
        _ => format!("Jira last handed over a secret at {}", at(site.last_handshake_at)),
    };
    let found = Match::new(
        Likelihood::Certain,
        format!(
            "Requests that no secret of this site verifies came {}, and none verified since the first.",
            seen(&streak.times)
        ),
    )
    .and(format!(
        "{handshake}; no newer callback came, accepted or refused."
    ));
    Some(beside(e, found))
}

/// Pages are opened on a site of which no installation was ever heard.
fn never_came(e: &Evidence) -> Option<Match> {
    let times = e.stranger?;
    if e.open_installs().next().is_some() {
        return None;
    }
    let why = format!(
        "The site's tokens came {}, and its installation was never heard of.",
        seen(&times)
    );
    Some(beside(e, Match::new(Likelihood::Certain, why)))
}

fn beside(e: &Evidence, found: Match) -> Match {
    match e.failing_beside {
        0 => found,
        1 => found.inside("One other site fails as well."),
        n => found.inside(format!(
            "{n} other sites fail as well: callbacks are lost for many, as after a new version."
        )),
    }
}

pub static D2: Entry = Entry {
    id: "D2",
    symptom: "The pages of one site fail, though nothing was released.",
    cause: "A rotation, rename or reinstallation was not completed: its callback failed, so that Jira and Tally hold different secrets.",
    here: Here::Possible {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally, or retry the installation that failed; if there is neither, reinstall \
             Tally. Your assets stay.",
        ),
        operator: "Look at the refused callback on the install log and mend its cause; Jira tries failed upgrades again by itself. If the \
             requests are signed with a secret that was replaced, our answer was lost: a retry or an Update brings both sides together.",
        shown: unfinished,
    },
};

fn unfinished(e: &Evidence) -> Option<Match> {
    let Some(streak) = &e.streak else {
        return lingering(e);
    };
    if streak.code == SUPERSEDED {
        let why = format!(
            "Requests signed with a secret that was replaced came {}: Jira did not take over the newer one.",
            seen(&streak.times)
        );
        return Some(Match::new(Likelihood::Certain, why));
    }
    let (callback, code) = e.open_installs().next()?;
    let likelihood = if EXPLAINED.contains(&code) {
        Likelihood::Likely
    } else {
        Likelihood::Certain
    };
    let why = format!(
        "Jira's callback `installed` was refused at {} with {code}.",
        at(callback.at)
    );
    Some(Match::new(likelihood, why).and(format!(
        "Since then, requests that no secret verifies came {}.",
        seen(&streak.times)
    )))
}

/// Nothing fails yet, but the site goes on with a secret that is accepted for a while only.
fn lingering(e: &Evidence) -> Option<Match> {
    let site = e.site.as_ref()?;
    let current = site.current()?;
    let settled = current.since + OLD_TOKENS;
    let old = |s: &&Secret| {
        matches!(s.state, SecretState::Previous { .. }) && s.used_at.is_some_and(|used| used > settled)
    };
    let used = site.secrets.iter().filter(old).max_by_key(|s| s.used_at)?;
    if current.used_at >= used.used_at {
        return None;
    }
    let SecretState::Previous { until } = used.state else {
        return None;
    };
    let why = format!(
        "The secret in force came at {}, and the site still signs with the one before, which is accepted until {}.",
        at(current.since),
        at(until)
    );
    Some(Match::new(Likelihood::Likely, why))
}

pub static D3: Entry = Entry {
    id: "D3",
    symptom: "After a reinstallation every page fails its signature.",
    cause: "The site has two rows in the app's store, and the old one is read.",
    here: Here::Impossible(
        "A client key belongs to one tenant by an atomic claim in the log, and all its secrets are in that tenant's one stream.",
    ),
};

pub static D4: Entry = Entry {
    id: "D4",
    symptom: "Pages open, but names and permissions cannot be asked of Jira.",
    cause: "Jira does not accept Tally's calls (401) with any secret that Tally accepts from Jira: it has a newer one, whose callback is missing, \
            and the pages are still open with tokens of before.",
    here: Here::Possible {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally; if there is no update, reinstall it. Both sides then have the same \
             secret again. Your assets stay.",
        ),
        operator: "Look for the callback as with D1 and D2: soon the pages will fail as well. Each call was tried with every accepted secret, and there \
             is no cache to clear. If pages opened anew do verify, compare the server's clock, and TALLY_APP_KEY with the published descriptor's key: \
             both are part of what Jira verifies.",
        shown: one_sided,
    },
};

fn one_sided(e: &Evidence) -> Option<Match> {
    let last = e.last_answer().filter(|a| a.answer == JiraAnswer::Unauthorized)?;
    let verified = e.verified_at()?;
    if e.streak.is_some() || last.times.last - verified > OLD_TOKENS {
        return None;
    }
    let why = format!("Jira answered Tally's calls with 401 {}.", seen(&last.times));
    Some(Match::new(Likelihood::Certain, why).and(format!(
        "Requests from Jira verify, the last at {}.",
        at(verified)
    )))
}
