//! Sites that move, split, fall silent, or wait.

use chrono::Duration;

use super::{Entry, Here, Likelihood, Match, at, seen};
use crate::diagnosis::evidence::{Callback, Evidence, JiraAnswer};

/// After how long without a verified request a site is taken for one that left unseen.
const SILENT: Duration = Duration::days(30);
/// How long the platform takes to bring a version to every site that need not approve it.
const ROLLOUT: Duration = Duration::hours(33);

pub static D16: Entry = Entry {
    id: "D16",
    symptom: "After a site got another address, Tally's pages stay empty, its links lead to the old one, or its calls do.",
    cause: "The callback that tells of the new address never came, or was refused. The tenant is the same: it goes by its client key.",
    here: Here::Possible {
        admin: Some(
            "Open Apps, Manage apps, and choose Update on Tally; if there is no update, reinstall it. Jira then tells the new address.",
        ),
        operator: "Look for a refused `installed` on the install log (a new domain may have to be added to TALLY_ALLOWED_HOSTS). The address \
             is only ever taken from a verified callback, never from a page's query.",
        shown: moved,
    },
};

fn moved(e: &Evidence) -> Option<Match> {
    let site = e.site.as_ref()?;
    if let Some((origin, when)) = &e.framed_at {
        let why = format!(
            "A page said at {} that it is shown at {origin}; Tally knows the site at {}.",
            at(*when),
            site.base_url
        );
        return Some(Match::new(Likelihood::Certain, why));
    }
    let last = e.last_answer()?;
    let likelihood = match last.answer {
        JiraAnswer::Redirected => Likelihood::Likely,
        JiraAnswer::Silent | JiraAnswer::NotFound => Likelihood::Possible,
        _ => return None,
    };
    let what = match last.answer {
        JiraAnswer::Redirected => "sent Tally's calls elsewhere",
        JiraAnswer::NotFound => "does not know what Tally's calls ask for",
        _ => "gave Tally's calls no answer",
    };
    let why = format!("{} {what} {}.", site.base_url, seen(&last.times));
    Some(Match::new(likelihood, why))
}

pub static D17: Entry = Entry {
    id: "D17",
    symptom: "After a site import a customer's assets are gone.",
    cause: "An imported site has a new client key, and is another tenant. What the old one had is kept, under the old one.",
    here: Here::Possible {
        admin: None,
        operator: "Nothing is lost. Tenants are never joined by their address alone, since addresses pass on to strangers: ask the customer to prove \
             that both are theirs, and link them by hand, on record.",
        shown: split,
    },
};

fn split(e: &Evidence) -> Option<Match> {
    let site = e.site.as_ref()?;
    let mut found = Match {
        likelihood: Likelihood::Likely,
        why: vec![],
        internal: vec![],
    };
    for other in &e.neighbours {
        let order = if other.first_installed_at < site.first_installed_at {
            "before"
        } else {
            "after"
        };
        found = found.inside(format!(
            "Tenant {} ({}) is at the same address with another client key; it installed {order} this one, at {}.",
            other.tenant,
            other.status.as_str(),
            at(other.first_installed_at)
        ));
    }
    (!found.internal.is_empty()).then_some(found)
}

pub static D19: Entry = Entry {
    id: "D19",
    symptom: "A site counts as installed, and nobody has used it for weeks.",
    cause: "It left, and its `uninstalled`, which is sent once and never again, was missed or could not be stored.",
    here: Here::Possible {
        admin: Some("Nothing to do, if Tally is installed on your site."),
        operator: "Leave the register as it is; take the site out of counts. If a cheap call to its Jira answers 401 or 404 for weeks, it is gone.",
        shown: left_unseen,
    },
};

fn left_unseen(e: &Evidence) -> Option<Match> {
    if !e.installed() {
        return None;
    }
    let genuine = |c: &&Callback| {
        matches!(
            c.code.as_deref(),
            Some(
                "log.unavailable"
                    | "view.lagging"
                    | "view.unavailable"
                    | "internal"
                    | "install.keys_unavailable"
                    | "request.rate_limited"
            )
        )
    };
    let since = |c: &&Callback| e.verified_at().is_none_or(|used| used < c.at);
    if let Some(missed) = e
        .callbacks("uninstalled")
        .take_while(|c| c.code.is_some())
        .find(genuine)
        .filter(since)
    {
        let why = format!(
            "Its `uninstalled` of {} was refused, and no request of it verified since.",
            at(missed.at)
        );
        return Some(Match::new(Likelihood::Likely, why));
    }
    let quiet = e
        .verified_at()
        .max(e.noting_since)?
        .max(e.site.as_ref()?.last_handshake_at);
    (e.now - quiet >= SILENT).then(|| {
        Match::new(
            Likelihood::Possible,
            format!("No request of it has verified since {}.", at(quiet)),
        )
    })
}

pub static D27: Entry = Entry {
    id: "D27",
    symptom: "A site shows an old version for weeks.",
    cause: "The new version asks for more than the old one, and waits for the site's admin to approve it.",
    here: Here::Possible {
        admin: Some(
            "Open Apps, Manage apps, look at what Tally's new version asks for, and choose Update. The old one goes on working.",
        ),
        operator: "Keep every address of the old descriptor working, and tell the admins. `tally descriptor diff` says what needs approval.",
        shown: waiting,
    },
};

fn waiting(e: &Evidence) -> Option<Match> {
    let (version, staged) = e.releases.descriptor_changed.as_ref()?;
    let site = e.site.as_ref().filter(|_| e.installed())?;
    if site.last_handshake_at >= *staged || e.now - *staged < ROLLOUT || e.streak.is_some() {
        return None;
    }
    let why = format!(
        "Version {version} of {} changed what Tally offers Jira, and the site's last handshake is of {}.",
        at(*staged),
        at(site.last_handshake_at)
    );
    Some(Match::new(Likelihood::Possible, why))
}

pub static D28: Entry = Entry {
    id: "D28",
    symptom: "Jira makes a new version of the app that nobody planned, and a wave of installations follows.",
    cause: "The served descriptor differs from the published one: by configuration, or by what stands before Tally.",
    here: Here::Possible {
        admin: None,
        operator: "Compare the served descriptor with the one of the release: `tally descriptor diff`. Set TALLY_APP_KEY and TALLY_BASE_URL back to what \
             was published. The wave itself does no harm: each handshake is taken in.",
        shown: stray_descriptor,
    },
};

fn stray_descriptor(e: &Evidence) -> Option<Match> {
    let version = e.releases.descriptor_strays.as_ref()?;
    let inside = format!(
        "The descriptor that is served now is not, byte for byte, the one that version {version} was staged with."
    );
    Some(Match {
        likelihood: Likelihood::Likely,
        why: vec![],
        internal: vec![inside],
    })
}
