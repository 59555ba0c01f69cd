//! Secrets: the platform and Tally do not agree on the one in force.

use chrono::Duration;
use tally_atlassian::Refusal;
use tally_domain::tenant::{SecretState, Status};

use super::entry::{Applies, Entry, Likelihood, Match};
use crate::code::{OwnFailure, RefusalCode};
use crate::evidence::{Evidence, SecretFacts};
use crate::reason::Reason;
use tally_observations::sightings::JiraAnswer;

/// How long tokens that were made before a rotation are still used: a quarter of an hour and some
/// minutes. A later request is signed with the old secret deliberately.
const OLD_TOKENS: Duration = Duration::minutes(20);

pub static D1: Entry = Entry {
    id: "D1",
    symptom: "Since a certain moment every page of the site fails, for all users.",
    cause: "Jira has a new secret, and the callback with it never reached Tally: it was lost on the way or \
            went elsewhere.",
    applies: Applies::Here {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally. If there is no update, uninstall Tally and \
             install it again. Jira then sends a new secret. Your assets stay: they are kept apart from the \
             installation.",
        ),
        operator: "Find what stands between Jira and Tally and answers /connect/lifecycle/installed in its \
                   place (a proxy, a maintenance page, an old deployment), and let the callback through. A \
                   secret that was lost cannot be recovered: each site's admin updates or reinstalls the \
                   app, or Atlassian rotates once more. Follow the sites on /ops until each is repaired.",
        matcher: match_lost_secret,
    },
};

fn match_lost_secret(e: &Evidence) -> Option<Match> {
    let Some(site) = &e.site else {
        return match_lost_installation(e);
    };
    let refused = e.refused_requests.as_ref();
    let refused = refused.filter(|refused| !refused.match_superseded_secret())?;
    if e.open_installs().next().is_some() {
        return None;
    }
    let last_callback = match site.status {
        Status::Uninstalled => Reason::LastUninstalled {},
        Status::Installed | Status::Enabled | Status::Disabled => Reason::LastSecret {
            at: site.last_handshake_at,
        },
    };
    let times = refused.times;
    let found = Match::new(Likelihood::Certain, Reason::RequestsUnverified { times }).with_why(last_callback);
    Some(add_other_sites(e, found))
}

/// Pages are opened on a site whose installation never reached Tally.
fn match_lost_installation(e: &Evidence) -> Option<Match> {
    let times = e.unknown_issuer?;
    if e.open_installs().next().is_some() {
        return None;
    }
    let why = Reason::NeverInstalled { times };
    Some(add_other_sites(e, Match::new(Likelihood::Certain, why)))
}

fn add_other_sites(e: &Evidence, found: Match) -> Match {
    match e.other_failing {
        0 => found,
        1 => found.with_internal("One other site fails as well."),
        n => found.with_internal(format!(
            "{n} other sites fail as well: callbacks of many sites are lost, as can happen after a new \
             version."
        )),
    }
}

pub static D2: Entry = Entry {
    id: "D2",
    symptom: "The pages of one site fail, though no version was released.",
    cause: "A rotation, rename or reinstallation was not completed: its callback failed, so that Jira and \
            Tally have different secrets.",
    applies: Applies::Here {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally, or retry the installation that failed; if \
             there is neither, reinstall Tally. Your assets stay.",
        ),
        operator: "Look at the refused callback in the install log and repair its cause; Jira retries \
                   failed upgrades by itself. If the requests are signed with a secret that was replaced, \
                   our answer was lost: a retry or an Update gives both sides the same secret.",
        matcher: match_unfinished,
    },
};

fn match_unfinished(e: &Evidence) -> Option<Match> {
    let Some(refused) = &e.refused_requests else {
        return match_old_secret_in_use(e);
    };
    let times = refused.times;
    if refused.match_superseded_secret() {
        let why = Reason::ReplacedSecretInUse { times };
        return Some(Match::new(Likelihood::Certain, why));
    }
    let (callback, code) = e.open_installs().next()?;
    if code.is_refusal(is_refused_again) || *code == RefusalCode::Failed(OwnFailure::KeysLost) {
        return None;
    }
    let likelihood = if code.is_refusal(has_own_entry) {
        Likelihood::Likely
    } else {
        Likelihood::Certain
    };
    let why = Reason::InstallRefused {
        at: callback.at,
        code: code.code().to_owned(),
    };
    Some(Match::new(likelihood, why).with_why(Reason::UnverifiedSince { times }))
}

/// Whether an update would be refused for the same cause, such as a clock that is off. Another entry
/// explains it and has the remedy.
fn is_refused_again(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::AudienceMismatch
            | Refusal::QshMismatch
            | Refusal::Expired { .. }
            | Refusal::NotYetValid { .. }
    )
}

/// Whether another entry explains an installation that was refused for this.
fn has_own_entry(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::KeysUnavailable | Refusal::KeyUnknown)
}

/// Nothing fails yet, but the site goes on with a secret that is accepted for a limited time only.
fn match_old_secret_in_use(e: &Evidence) -> Option<Match> {
    let site = e.site.as_ref()?;
    let current = site.current_secret()?;
    let adopted = current.since + OLD_TOKENS;
    let in_use = |s: &&SecretFacts| {
        matches!(s.state, SecretState::Previous { .. }) && s.used_at.is_some_and(|used| used > adopted)
    };
    let used = site.secrets.iter().filter(in_use).max_by_key(|s| s.used_at)?;
    if current.used_at >= used.used_at {
        return None;
    }
    let SecretState::Previous { until } = used.state else {
        return None;
    };
    let since = current.since;
    let why = Reason::PreviousSecretInUse { since, until };
    Some(Match::new(Likelihood::Likely, why))
}

pub static D3: Entry = Entry {
    id: "D3",
    symptom: "After a reinstallation the signature of every page fails.",
    cause: "The site has two rows in the app's store, and the app reads the old one.",
    applies: Applies::Never(
        "A client key belongs to one tenant by an atomic claim in the log, and all its secrets are in that \
         tenant's one stream.",
    ),
};

pub static D4: Entry = Entry {
    id: "D4",
    symptom: "Pages open, but names and permissions cannot be read from Jira.",
    cause: "Jira answers Tally's calls with 401 for every secret that Tally accepts from Jira: Jira has a \
            newer secret whose callback is missing, and the open pages still use tokens made before that.",
    applies: Applies::Here {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally; if there is no update, reinstall it. Both \
             sides then have the same secret again. Your assets stay.",
        ),
        operator: "Look for the callback as with D1 and D2: soon the pages will fail as well. Each call was \
                   tried with every accepted secret, and there is no cache to clear. If newly opened pages \
                   do verify, compare the server's clock with the real time, and TALLY_APP_KEY with the \
                   published descriptor's key: Jira verifies both.",
        matcher: match_one_sided,
    },
};

fn match_one_sided(e: &Evidence) -> Option<Match> {
    let last = e.last_answer().filter(|a| a.answer == JiraAnswer::Unauthorized)?;
    let verified = e.verified_at()?;
    if e.refused_requests.is_some() || last.times.last - verified > OLD_TOKENS {
        return None;
    }
    let why = Reason::CallsRefused {
        status: 401,
        times: last.times,
    };
    let verified = Reason::RequestsVerify { at: verified };
    Some(Match::new(Likelihood::Certain, why).with_why(verified))
}

pub static D31: Entry = Entry {
    id: "D31",
    symptom: "The pages and calls of a site are answered with 503 and tenant.secrets_unavailable, though \
              nothing is wrong with the site.",
    cause: "Tally cannot open the stored secrets of the site: the store of data keys does not answer, it is \
            opened with another master key, or a stored secret is damaged.",
    applies: Applies::Here {
        admin: Some(
            "Wait a few minutes and reload the page in Jira. If it still fails, inform Tally support. \
             Your assets stay.",
        ),
        operator: "Follow the chapter SecretsUnopened of docs/runbook.md: the log lines `the key store does \
                   not answer` and `a stored secret does not open` name the cause. Only if a stored secret \
                   is damaged does the site's admin have to choose Update, which brings a new one.",
        matcher: match_unopened,
    },
};

fn match_unopened(e: &Evidence) -> Option<Match> {
    let unopened = e.tokens(|refusal| *refusal == Refusal::SecretsUnavailable);
    let times = unopened
        .map(|tokens| tokens.times)
        .max_by_key(|times| times.last)?;
    if e.verified_at().is_some_and(|verified| verified >= times.last) {
        return None;
    }
    Some(Match::new(Likelihood::Certain, Reason::SecretsUnopened { times }))
}
