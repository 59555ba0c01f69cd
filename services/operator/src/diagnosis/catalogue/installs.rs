//! Install callbacks that are refused.

use super::{Entry, Here, Likelihood, Match, at};
use crate::diagnosis::evidence::{Callback, Evidence};

/// Callbacks that Atlassian signs, which is what attackers would like to make.
const SIGNED: [&str; 2] = ["installed", "uninstalled"];

pub static D5: Entry = Entry {
    id: "D5",
    symptom: "Installing fails with 401, and the install log speaks of another app.",
    cause: "The callback is made for the base URL in the published descriptor, and Tally believes to be at another.",
    here: Here::Possible {
        admin: Some(
            "Nothing that you can do. Retry the installation when Tally's operator says that it is mended.",
        ),
        operator: "Make TALLY_BASE_URL equal to baseUrl of the descriptor that Atlassian has, with its path and without a slash at the end. The \
             log line \"install callback for another base URL\" has what was received and what was expected. Then retry.",
        shown: audience,
    },
};

fn audience(e: &Evidence) -> Option<Match> {
    let refused = e.open_install(&["install.audience_mismatch"])?;
    let why = format!(
        "The `installed` of {} was made for another base URL.",
        at(refused.at)
    );
    Some(
        Match::new(Likelihood::Certain, why)
            .inside("No install callback of any site has verified since the server started."),
    )
}

pub static D6: Entry = Entry {
    id: "D6",
    symptom: "Installing fails with 500.",
    cause: "A refusal of the token's audience is thrown and mapped to no answer.",
    here: Here::Impossible(
        "Refusals are values, and each has its HTTP status in one table; a test walks through all of them.",
    ),
};

pub static D12: Entry = Entry {
    id: "D12",
    symptom: "The install log has refused callbacks without a token, with the wrong kind of token, or with a key that nobody knows.",
    cause: "Not Jira: a security scanner, an old development tool, or somebody who tries.",
    here: Here::Possible {
        admin: Some("Nothing to do: they were refused, and nothing was changed."),
        operator: "Nothing to do. Atlassian's scanner does this on purpose and expects the refusal. If it goes on, the log has the addresses.",
        shown: not_jira,
    },
};

/// What a genuine callback never looks like.
const FORGED: [&str; 9] = [
    "jwt.missing",
    "jwt.malformed",
    "jwt.algorithm_not_allowed",
    "jwt.kid_not_allowed",
    "jwt.two_tokens",
    "jwt.qsh_missing",
    "jwt.expiry_missing",
    "jwt.context_token_not_allowed",
    "install.key_id_malformed",
];

fn not_jira(e: &Evidence) -> Option<Match> {
    let known = e.install_verified_at.is_some();
    let forged = refused(e, |code| {
        FORGED.contains(&code) || (known && code == "install.key_unknown")
    });
    noted(&forged, Likelihood::Note, "cannot have come from Jira")
}

pub static D13: Entry = Entry {
    id: "D13",
    symptom: "Installing fails, and the install log says that the key is not to be had.",
    cause: "The server that publishes Atlassian's install keys cannot be reached, or what answers in its place is not it.",
    here: Here::Possible {
        admin: Some(
            "Retry the installation in a few minutes. Jira also tries failed upgrades again by itself.",
        ),
        operator: "From Tally's machine, ask TALLY_INSTALL_KEYS_URL for an unknown id: it answers 404 when it is the right one and reachable. \
             Open the way out, or correct the address. A page of a proxy in its place counts as no key. Jira tries again by itself.",
        shown: keys,
    },
};

fn keys(e: &Evidence) -> Option<Match> {
    let refused = e.open_install(&["install.keys_unavailable", "install.key_unknown"])?;
    let what = match refused.code.as_deref() {
        Some("install.key_unknown") => "is signed with a key that the key server does not know",
        _ => "could not be verified, since the key server gave no key",
    };
    let why = format!("The `installed` of {} {what}.", at(refused.at));
    Some(Match::new(Likelihood::Certain, why))
}

pub static D14: Entry = Entry {
    id: "D14",
    symptom: "Jira refuses to install: the app \"defines features that require the READ scope\".",
    cause: "The descriptor has modules that need a scope which it does not ask for.",
    here: Here::Impossible(
        "The descriptor is a constant of the program, with the scopes its modules need, and held byte by byte by a test.",
    ),
};

pub static D15: Entry = Entry {
    id: "D15",
    symptom: "Jira tells the admin that the app host returned an HTTP response code when it was contacted during installation.",
    cause: "Tally did not take the callback: it could not store it, or something in it cannot be used.",
    here: Here::Possible {
        admin: Some(
            "Retry the installation or the update from Apps, Manage apps. Until then Tally goes on with the secret it has.",
        ),
        operator: "The code on the install log says which it was. log.unavailable: mend the log's disk or engine (/readyz); Jira tries again by itself. \
             install.base_url_not_allowed: add the host to TALLY_ALLOWED_HOSTS if the site is meant to be served.",
        shown: refused_install,
    },
};

/// Refusals that lie in what Jira sent.
const ODD: [&str; 5] = [
    "install.app_key_mismatch",
    "install.base_url_not_allowed",
    "install.secret_missing",
    "install.secret_too_long",
    "install.body_malformed",
];
const OURS: [&str; 5] = [
    "log.unavailable",
    "view.lagging",
    "view.unavailable",
    "internal",
    "request.rate_limited",
];

fn refused_install(e: &Evidence) -> Option<Match> {
    if e.streak.is_some() || repeated(e).is_some() {
        return None;
    }
    let refused = e.open_install(&ODD).or_else(|| e.open_install(&OURS))?;
    let code = refused.code.as_deref().unwrap_or_default();
    let why = format!(
        "The `installed` of {} was refused with {code}, and none was accepted since.",
        at(refused.at)
    );
    Some(Match::new(Likelihood::Certain, why))
}

pub static D29: Entry = Entry {
    id: "D29",
    symptom: "Few installations succeed, and no customer complains.",
    cause: "Jira tries a failed upgrade of a site that nobody uses again and again, or its callback lacks something.",
    here: Here::Possible {
        admin: Some("Nothing to do, unless you want to use Tally: then retry the installation."),
        operator: "Leave such sites out of the success rate: group the refusals by client key. If the callback is genuine and only lacks a field \
             that Tally could do without, that is a defect of Tally's to be reported.",
        shown: repeated,
    },
};

fn repeated(e: &Evidence) -> Option<Match> {
    let odd: Vec<&Callback> = e
        .open_installs()
        .filter(|(_, code)| ODD.contains(code))
        .map(|(c, _)| c)
        .collect();
    let (newest, oldest) = (odd.first()?, odd.last()?);
    if odd.len() < 3 || e.verified_at().is_some_and(|used| used > oldest.at) || e.streak.is_some() {
        return None;
    }
    let code = newest.code.as_deref().unwrap_or_default();
    let why = format!(
        "`installed` was refused {} times from {} to {}, last with {code}, and nobody used the site meanwhile.",
        odd.len(),
        at(oldest.at),
        at(newest.at)
    );
    Some(Match::new(Likelihood::Likely, why))
}

pub static D30: Entry = Entry {
    id: "D30",
    symptom: "Somebody tries to put a secret of their own in place of a site's; where an app lets them, its users are locked out at once.",
    cause: "A callback was repeated with another body, signed by a key that is not Atlassian's, or made for another site or app.",
    here: Here::Possible {
        admin: Some(
            "Nothing was changed, and there is nothing to repair. If nobody was testing this, tell Tally's operator.",
        ),
        operator: "The secret in force is the one before: compare its time with the callbacks'. Find the sender in the log by the request's id. If a \
             secret is feared to be known, have it rotated and set TALLY_PREVIOUS_SECRET_GRACE_SECONDS to 0 meanwhile.",
        shown: attack,
    },
};

fn attack(e: &Evidence) -> Option<Match> {
    let known = e.install_verified_at.is_some();
    let tried = refused(e, |code| {
        let always = [
            "install.replayed_with_another_body",
            "install.issuer_mismatch",
            "jwt.signature_invalid",
        ];
        always.contains(&code) || (known && code == "install.audience_mismatch")
    });
    noted(
        &tried,
        Likelihood::Likely,
        "would have put another secret in place. They were refused",
    )
}

fn refused(e: &Evidence, which: impl Fn(&str) -> bool) -> Vec<&Callback> {
    let signed = SIGNED.iter().flat_map(|callback| e.callbacks(callback));
    signed.filter(|c| c.code.as_deref().is_some_and(&which)).collect()
}

fn noted(refused: &[&Callback], likelihood: Likelihood, what: &str) -> Option<Match> {
    let newest = refused.iter().max_by_key(|c| c.at)?;
    let code = newest.code.as_deref().unwrap_or_default();
    let count = refused.len();
    let why = format!(
        "Callbacks that {what}: {count} within a week, the last at {} with {code}.",
        at(newest.at)
    );
    Some(Match::new(likelihood, why))
}
