//! Calls to the site's Jira that are refused.

use super::{Entry, Here, Likelihood, Match, seen};
use crate::diagnosis::evidence::{Evidence, JiraAnswer};

pub static D24: Entry = Entry {
    id: "D24",
    symptom: "Names and permissions cannot be asked: Jira answers with 403 or 400.",
    cause: "Jira does not let the app make this call: a scope waits for approval, or the app's own user lost a permission. A GET with a body \
            would be answered so as well, but Tally sends none.",
    here: Here::Possible {
        admin: Some(
            "Look in Apps, Manage apps whether Tally waits for an approval, and in Jira's global permissions whether apps are shut out \
             (Browse users and groups).",
        ),
        operator: "403: compare the scopes of the version the site has with the descriptor's; ask the admin about global permissions. 400: Jira has \
             changed the call; look at its body in a request of your own, and change services/atlassian/src/outgoing.",
        shown: forbidden,
    },
};

fn forbidden(e: &Evidence) -> Option<Match> {
    let last = e.last_answer()?;
    let status = match last.answer {
        JiraAnswer::Forbidden => 403,
        JiraAnswer::BadRequest => 400,
        _ => return None,
    };
    let why = format!("Jira answered Tally's calls with {status} {}.", seen(&last.times));
    Some(Match::new(Likelihood::Certain, why))
}

pub static D25: Entry = Entry {
    id: "D25",
    symptom: "Acting as a user fails: the authorization server answers with 400.",
    cause: "The site's client id is that of before an import, or the scope ACT_AS_USER is missing.",
    here: Here::Impossible(
        "Tally never acts as a user: it asks for no user's token, and its descriptor has no scope for it.",
    ),
};

pub static D26: Entry = Entry {
    id: "D26",
    symptom: "At busy times Jira answers with 429, and permissions or names are not to be had for a while.",
    cause: "The site's calls are over Jira's limit: many people come at once, or another app spends it.",
    here: Here::Possible {
        admin: Some(
            "Wait a little. Reading goes on; changes that need your permissions checked work again when Jira answers.",
        ),
        operator: "Answers about roles are kept for a minute and names for ten. If one site is over its limit for long, look for what asks so \
             often, and at RateLimit-Reason in an answer.",
        shown: slowed,
    },
};

fn slowed(e: &Evidence) -> Option<Match> {
    let last = e.last_answer().filter(|a| a.answer == JiraAnswer::RateLimited)?;
    let wait = last
        .retry_after
        .map_or(String::new(), |s| format!(", and asked to wait {s} s"));
    let why = format!(
        "Jira answered Tally's calls with 429 {}{wait}.",
        seen(&last.times)
    );
    Some(Match::new(Likelihood::Certain, why))
}
