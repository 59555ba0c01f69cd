//! Install callbacks that are refused.

use tally_atlassian::Refusal;

use super::entry::{Applies, Entry, Likelihood, Match};
use crate::code::{OwnFailure, RefusalCode};
use crate::evidence::{Callback, Evidence};
use crate::reason::Reason;

/// Callbacks that Atlassian signs, which are the ones an attacker would forge.
const SIGNED: [&str; 2] = ["installed", "uninstalled"];

pub static D5: Entry = Entry {
    id: "D5",
    symptom: "Installing fails with 401, and the install log says that the token was made for another app.",
    cause: "The callback is made for the base URL in the published descriptor, and Tally is configured with \
            another base URL.",
    applies: Applies::Here {
        admin: Some(
            "There is nothing you can do. Retry the installation when Tally support says that the \
             problem is fixed.",
        ),
        operator: "Set TALLY_BASE_URL to the baseUrl of the descriptor that Atlassian has, with its path \
                   and without a slash at the end. The log line \"install callback for another base URL\" \
                   has what was received and what was expected. Then ask the admin to retry.",
        matcher: match_audience,
    },
};

fn match_audience(e: &Evidence) -> Option<Match> {
    let refused = e.open_install(|code| code.refusal() == Some(&Refusal::AudienceMismatch))?;
    let why = Reason::InstallForAnotherAddress { at: refused.at };
    let none_verified = "No install callback of any site has verified since the server started.";
    Some(Match::new(Likelihood::Certain, why).with_internal(none_verified))
}

pub static D6: Entry = Entry {
    id: "D6",
    symptom: "Installing fails with 500.",
    cause: "The token is refused for its audience, and the app has no answer for that refusal.",
    applies: Applies::Never(
        "Refusals are values, and each has its HTTP status in one table; a test goes through all of them.",
    ),
};

pub static D12: Entry = Entry {
    id: "D12",
    symptom: "The install log has refused callbacks without a token, with the wrong kind of token, or with \
              an unknown key.",
    cause: "They are not from Jira: a security scanner, an old development tool, or an attempted attack.",
    applies: Applies::Here {
        admin: Some("There is nothing to do: they were refused, and nothing was changed."),
        operator: "There is nothing to do. Atlassian's scanner does this on purpose and expects the \
                   refusal. If it goes on, the log has the addresses.",
        matcher: match_not_jira,
    },
};

/// Whether a genuine callback is never refused for this.
fn is_forged(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Missing
            | Refusal::Malformed { .. }
            | Refusal::AlgorithmNotAllowed
            | Refusal::KidNotAllowed
            | Refusal::TwoTokens
            | Refusal::QshMissing
            | Refusal::ExpiryMissing
            | Refusal::ContextTokenNotAllowed
            | Refusal::KeyIdMalformed
    )
}

fn match_not_jira(e: &Evidence) -> Option<Match> {
    let keys_known = e.install_verified_at.is_some();
    let forged = refused_callbacks(e, |refusal| {
        is_forged(refusal) || (keys_known && *refusal == Refusal::KeyUnknown)
    });
    let (count, newest) = count_callbacks(&forged)?;
    let why = Reason::CallbacksNotFromJira {
        count,
        at: newest.at,
        code: newest.code_text().to_owned(),
    };
    Some(Match::new(Likelihood::Note, why))
}

pub static D13: Entry = Entry {
    id: "D13",
    symptom: "Installing fails, and the install log says that the key is unavailable.",
    cause: "The server that publishes Atlassian's install keys cannot be reached, or another server answers \
            in its place.",
    applies: Applies::Here {
        admin: Some("Retry the installation in a few minutes. Jira also retries failed upgrades by itself."),
        operator: "From Tally's machine, request an unknown id from TALLY_INSTALL_KEYS_URL: the right \
                   server answers 404. Allow the outgoing connection, or correct the address. A page of a \
                   proxy in its place counts as no key. Jira retries by itself.",
        matcher: match_keys,
    },
};

fn match_keys(e: &Evidence) -> Option<Match> {
    let about_keys = |refusal: &Refusal| matches!(refusal, Refusal::KeysUnavailable | Refusal::KeyUnknown);
    let refused = e.open_install(|code| code.is_refusal(about_keys))?;
    let unknown = |code: &RefusalCode| code.refusal() == Some(&Refusal::KeyUnknown);
    let at = refused.at;
    let why = if refused.code.as_ref().is_some_and(unknown) {
        Reason::InstallKeyUnknown { at }
    } else {
        Reason::InstallKeysUnavailable { at }
    };
    Some(Match::new(Likelihood::Certain, why))
}

pub static D14: Entry = Entry {
    id: "D14",
    symptom: "Jira refuses to install: the app \"defines features that require the READ scope\".",
    cause: "The descriptor has modules that need a scope which it does not request.",
    applies: Applies::Never(
        "The descriptor is a constant of the program, with the scopes that its modules need, and a test \
         compares every byte of it.",
    ),
};

pub static D15: Entry = Entry {
    id: "D15",
    symptom: "Jira shows the admin that the app host returned an HTTP response code when it was contacted \
              during installation.",
    cause: "Tally did not accept the callback: it could not store it, or something in it cannot be used.",
    applies: Applies::Here {
        admin: Some(
            "Retry the installation or the update from Apps, Manage apps. Until then Tally goes on with the \
             secret it has.",
        ),
        operator: "The code in the install log says which it was. log.unavailable: repair the log's disk or \
                   engine (/readyz); Jira retries by itself. keys.unavailable: repair the key store \
                   (keys.db or the database); Jira retries by itself. install.base_url_not_allowed: add \
                   the host to TALLY_ALLOWED_HOSTS if the site should be served.",
        matcher: match_refused_install,
    },
};

/// Whether the reason lies in what Jira sent.
fn is_about_content(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::AppKeyMismatch
            | Refusal::BaseUrlNotAllowed
            | Refusal::SecretMissing
            | Refusal::SecretTooLong
            | Refusal::SecretTooShort
            | Refusal::BodyMalformed { .. }
    )
}

/// Whether something failed on our side that a repetition may find repaired. A lost key has an entry
/// of its own.
fn is_passing_failure(code: &RefusalCode) -> bool {
    code.is_own_failure() && *code != RefusalCode::Failed(OwnFailure::KeysLost)
}

fn match_refused_install(e: &Evidence) -> Option<Match> {
    if e.refused_requests.is_some() || match_repeated(e).is_some() {
        return None;
    }
    let refused = e
        .open_install(|code| code.is_refusal(is_about_content))
        .or_else(|| e.open_install(is_passing_failure))?;
    let why = Reason::NoInstallSince {
        at: refused.at,
        code: refused.code_text().to_owned(),
    };
    Some(Match::new(Likelihood::Certain, why))
}

pub static D29: Entry = Entry {
    id: "D29",
    symptom: "Few installations succeed, and no customer complains.",
    cause: "Jira retries a failed upgrade of an unused site again and again, or its callback lacks \
            something.",
    applies: Applies::Here {
        admin: Some("There is nothing to do, unless you want to use Tally: then retry the installation."),
        operator: "Leave such sites out of the success rate: group the refusals by client key. If the \
                   callback is genuine and only lacks a field that Tally could do without, that is a defect \
                   of Tally: report it.",
        matcher: match_repeated,
    },
};

fn match_repeated(e: &Evidence) -> Option<Match> {
    let odd: Vec<&Callback> = e
        .open_installs()
        .filter(|(_, code)| code.is_refusal(is_about_content))
        .map(|(callback, _)| callback)
        .collect();
    let (newest, oldest) = (odd.first()?, odd.last()?);
    let in_use = e.verified_at().is_some_and(|used| used > oldest.at);
    if odd.len() < 3 || in_use || e.refused_requests.is_some() {
        return None;
    }
    let why = Reason::InstallsRepeated {
        count: odd.len(),
        first: oldest.at,
        last: newest.at,
        code: newest.code_text().to_owned(),
    };
    Some(Match::new(Likelihood::Likely, why))
}

pub static D30: Entry = Entry {
    id: "D30",
    symptom: "A sender tries to replace a site's secret with one of its own. Where an app accepts it, the \
              site's users are locked out at once.",
    cause: "A callback was repeated with another body, signed with a key that is not Atlassian's, or made \
            for another site or app.",
    applies: Applies::Here {
        admin: Some(
            "Nothing was changed, and there is nothing to repair. If you know of no such test, inform \
             Tally support.",
        ),
        operator: "The secret in force is the same as before: compare its time with the callbacks'. Find \
                   the sender in the log by the request's id. If a secret may have leaked, have it rotated, \
                   and set TALLY_PREVIOUS_SECRET_GRACE_SECONDS to 0 meanwhile.",
        matcher: match_attack,
    },
};

fn is_of_another_sender(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::ReplayedWithAnotherBody | Refusal::IssuerMismatch | Refusal::SignatureInvalid
    )
}

fn match_attack(e: &Evidence) -> Option<Match> {
    let audience_known = e.install_verified_at.is_some();
    let tried = refused_callbacks(e, |refusal| {
        is_of_another_sender(refusal) || (audience_known && *refusal == Refusal::AudienceMismatch)
    });
    let (count, newest) = count_callbacks(&tried)?;
    let why = Reason::CallbacksWithAnotherSecret {
        count,
        at: newest.at,
        code: newest.code_text().to_owned(),
    };
    Some(Match::new(Likelihood::Likely, why))
}

fn refused_callbacks(e: &Evidence, matches: impl Fn(&Refusal) -> bool) -> Vec<&Callback> {
    let signed = SIGNED.iter().flat_map(|callback| e.callbacks(callback));
    let matches = |callback: &&Callback| {
        let code = callback.code.as_ref();
        code.is_some_and(|code| code.is_refusal(&matches))
    };
    signed.filter(matches).collect()
}

/// How many callbacks there are, and the newest of them.
fn count_callbacks<'a>(refused: &[&'a Callback]) -> Option<(usize, &'a Callback)> {
    let newest = refused.iter().max_by_key(|c| c.at)?;
    Some((refused.len(), newest))
}
