//! Calls to the site's Jira that are refused.

use super::entry::{Applies, Entry, Likelihood, Match};
use crate::evidence::Evidence;
use crate::reason::Reason;
use tally_observations::sightings::JiraAnswer;

pub static D24: Entry = Entry {
    id: "D24",
    symptom: "Names and permissions cannot be read: Jira answers with 403 or 400.",
    cause: "Jira does not let the app make this call: a scope waits for approval, or the app's own user \
            lost a permission. A GET with a body would be answered like this too, but Tally sends none.",
    applies: Applies::Here {
        admin: Some(
            "Look in Apps, Manage apps whether Tally waits for an approval, and in Jira's global \
             permissions whether apps are excluded (Browse users and groups).",
        ),
        operator: "403: compare the scopes of the version that the site has with those of the descriptor, \
                   and ask the admin about global permissions. 400: Jira has changed the call; make the \
                   call by hand, read the body of the answer, and change services/atlassian/src/outgoing.",
        matcher: match_forbidden,
    },
};

fn match_forbidden(e: &Evidence) -> Option<Match> {
    let last = e.last_answer()?;
    let status = match last.answer {
        JiraAnswer::Forbidden => 403,
        JiraAnswer::BadRequest => 400,
        JiraAnswer::Good
        | JiraAnswer::Unauthorized
        | JiraAnswer::NotFound
        | JiraAnswer::RateLimited
        | JiraAnswer::Redirected
        | JiraAnswer::Failed
        | JiraAnswer::Silent
        | JiraAnswer::Unreadable => return None,
    };
    let times = last.times;
    let why = Reason::CallsRefused { status, times };
    Some(Match::new(Likelihood::Certain, why))
}

pub static D25: Entry = Entry {
    id: "D25",
    symptom: "Acting as a user fails: the authorization server answers with 400.",
    cause: "The site's client id is from before a site import, or the scope ACT_AS_USER is missing.",
    applies: Applies::Never(
        "Tally never acts as a user: it requests no user's token, and its descriptor has no scope for it.",
    ),
};

pub static D26: Entry = Entry {
    id: "D26",
    symptom: "At busy times Jira answers with 429, and permissions or names are unavailable for a while.",
    cause: "The site's calls are over Jira's limit: many users come at the same time, or another app uses \
            up the limit.",
    applies: Applies::Here {
        admin: Some(
            "Wait a little. Reading goes on; changes that need a check of your permissions work again as \
             soon as Jira answers.",
        ),
        operator: "Answers about roles are kept for a minute, and names for ten. If one site is over its \
                   limit for long, find out what calls so often, and look at RateLimit-Reason in an answer.",
        matcher: match_rate_limited,
    },
};

fn match_rate_limited(e: &Evidence) -> Option<Match> {
    let last = e.last_answer().filter(|a| a.answer == JiraAnswer::RateLimited)?;
    let (status, times) = (429, last.times);
    let why = match last.retry_after.map(i64::try_from) {
        Some(Ok(seconds)) => Reason::CallsToWait {
            status,
            times,
            seconds,
        },
        Some(Err(_)) | None => Reason::CallsRefused { status, times },
    };
    Some(Match::new(Likelihood::Certain, why))
}

pub static D32: Entry = Entry {
    id: "D32",
    symptom: "People cannot change assets, or have no names, though pages open.",
    cause: "The site's Jira does not answer Tally's questions about permissions and names, or answers with \
            errors of its own.",
    applies: Applies::Here {
        admin: Some(
            "Wait until Jira answers again, and look at Atlassian's status page. Tally asks again by itself. \
             Leave the app as it is: updating or installing it again changes nothing here.",
        ),
        operator: "Tally keeps the roles that it knows for an hour, and asks again. If many sites are \
                   affected, check the outgoing connections of this machine (proxy, firewall, DNS); if \
                   one is, and for long, compare its address with the one at which Jira shows it.",
        matcher: match_silence,
    },
};

fn match_silence(e: &Evidence) -> Option<Match> {
    let last = e.last_answer()?;
    let site = e.site.as_ref()?.base_url.clone();
    let times = last.times;
    let why = match last.answer {
        JiraAnswer::Silent => Reason::CallsUnanswered { site, times },
        JiraAnswer::Failed | JiraAnswer::Unreadable => Reason::CallsFailed { site, times },
        JiraAnswer::Good
        | JiraAnswer::BadRequest
        | JiraAnswer::Unauthorized
        | JiraAnswer::Forbidden
        | JiraAnswer::NotFound
        | JiraAnswer::RateLimited
        | JiraAnswer::Redirected => return None,
    };
    Some(Match::new(Likelihood::Likely, why))
}
