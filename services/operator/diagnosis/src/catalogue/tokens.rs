//! Genuine tokens that are refused: they were made for another request, for another use, or at
//! another time.

use chrono::Duration;
use tally_atlassian::Refusal;
use tally_atlassian::qsh::Mismatch;

use super::entry::{Applies, Entry, Likelihood, Match};
use crate::evidence::{Callback, Evidence};
use crate::reason::Reason;
use tally_observations::observer::RequestKind;
use tally_observations::sightings::RefusedTokens;

/// How far an unsigned `disabled` may be from its uninstall.
const AROUND: Duration = Duration::minutes(10);

fn is_of_another_request(refusal: &Refusal) -> bool {
    *refusal == Refusal::QshMismatch
}

fn is_expired(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Expired { .. })
}

fn is_early(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NotYetValid { .. })
}

pub static D7: Entry = Entry {
    id: "D7",
    symptom: "Every page, or every callback, is refused because its token was made for another request.",
    cause: "A proxy in front of Tally changes the path: it adds, removes or doubles a prefix.",
    applies: Applies::Here {
        admin: Some("There is nothing you can do; Tally support has to repair it."),
        operator: "Make the proxy pass path and query on unchanged, with the path of TALLY_BASE_URL in \
                   front of it exactly once; set TALLY_BASE_URL to the baseUrl of the published descriptor.",
        matcher: match_every_address,
    },
};

fn match_every_address(e: &Evidence) -> Option<Match> {
    let shifted = |tokens: &&RefusedTokens| tokens.mismatch == Some(Mismatch::Prefix);
    if let Some(tokens) = e.tokens(is_of_another_request).find(shifted) {
        let why = Reason::TokensMismatched { times: tokens.times };
        let inside = "They match when a part at the front of the path is added or removed.";
        return Some(Match::new(Likelihood::Certain, why).with_internal(inside));
    }
    if let Some(refused) = e.open_install(|code| code.is_refusal(is_of_another_request)) {
        let why = Reason::InstallMismatched { at: refused.at };
        return Some(Match::new(Likelihood::Certain, why));
    }
    let no_page_since = |tokens: &RefusedTokens| e.page_at.is_none_or(|page| page < tokens.times.first);
    let all = e
        .tokens(is_of_another_request)
        .find(|tokens| is_unexplained(tokens) && no_page_since(tokens))?;
    let why = Reason::TokensMismatchedEverywhere { times: all.times };
    Some(Match::new(Likelihood::Likely, why))
}

pub static D8: Entry = Entry {
    id: "D8",
    symptom: "Some addresses are refused because their token was made for another request; others work.",
    cause: "Something on the way decodes, encodes or adds parts of the query: a plus sign, a bracket, a \
            letter that is not ASCII.",
    applies: Applies::Here {
        admin: Some(
            "Open Tally from Jira's navigation instead of the link that fails, and report that link to \
             Tally support.",
        ),
        operator: "Make the proxy pass the query on byte for byte, and add no parameter. Compare the \
                   address with the canonical form in services/atlassian/src/qsh.rs.",
        matcher: match_some_addresses,
    },
};

fn match_some_addresses(e: &Evidence) -> Option<Match> {
    let changed = |tokens: &'_ RefusedTokens| Some((tokens.times, describe_change(tokens.mismatch?)?));
    if let Some((times, how)) = e.tokens(is_of_another_request).find_map(changed) {
        let why = Reason::TokensMismatched { times };
        return Some(Match::new(Likelihood::Certain, why).with_internal(how));
    }
    let page_since = |tokens: &RefusedTokens| e.page_at.is_some_and(|page| page >= tokens.times.first);
    let some = e
        .tokens(is_of_another_request)
        .find(|tokens| is_unexplained(tokens) && page_since(tokens))?;
    let why = Reason::TokensMismatchedSomewhere { times: some.times };
    Some(Match::new(Likelihood::Likely, why))
}

/// How the query was changed on the way, when that is what happened.
fn describe_change(mismatch: Mismatch) -> Option<&'static str> {
    match mismatch {
        Mismatch::Encoding => Some("They match when the address is encoded in another way."),
        Mismatch::Parameter => Some("They match without one of the query's parameters."),
        Mismatch::Prefix | Mismatch::Unexplained => None,
    }
}

fn is_unexplained(tokens: &RefusedTokens) -> bool {
    matches!(tokens.mismatch, None | Some(Mismatch::Unexplained))
}

pub static D9: Entry = Entry {
    id: "D9",
    symptom: "A page opens, but its calls are refused; or a page is refused although its token is good.",
    cause: "Two kinds of tokens are mixed up: a page's own token is sent to the API, or a context token to \
            a page.",
    applies: Applies::Here {
        admin: Some(
            "Reload the page in Jira. If a program of yours calls Tally, let it request a context token \
             before each call.",
        ),
        operator: "Callers of the API use AP.context.getToken; pages and callbacks accept only tokens made \
                   for that very request. If Tally's own pages do this, it is a defect: look at \
                   services/web/src/host.",
        matcher: match_mixed_up,
    },
};

fn match_mixed_up(e: &Evidence) -> Option<Match> {
    let at_api = |refusal: &Refusal| *refusal == Refusal::ContextTokenRequired;
    let at_page = |refusal: &Refusal| *refusal == Refusal::ContextTokenNotAllowed;
    let why = match (e.tokens(at_api).next(), e.tokens(at_page).next()) {
        (Some(tokens), _) => Reason::RequestTokenAtApi { times: tokens.times },
        (None, Some(tokens)) => Reason::ContextTokenAtPage { times: tokens.times },
        (None, None) => return None,
    };
    Some(Match::new(Likelihood::Likely, why))
}

pub static D10: Entry = Entry {
    id: "D10",
    symptom: "After some minutes on the same page, calls that worked are refused as expired.",
    cause: "The page uses the token with which it was opened, or an old context token, again and again.",
    applies: Applies::Here {
        admin: Some(
            "Reload the page in Jira. A program that calls Tally must request a token before each call.",
        ),
        operator: "A client keeps tokens: it must call AP.context.getToken before each request. If it is \
                   Tally's own page, it is a defect.",
        matcher: match_kept_token,
    },
};

fn match_kept_token(e: &Evidence) -> Option<Match> {
    let tokens = e.tokens(is_expired).find(|t| t.kind == RequestKind::Api)?;
    let why = Reason::ExpiredAtApi {
        times: tokens.times,
        seconds: tokens.seconds()?,
    };
    Some(Match::new(Likelihood::Likely, why))
}

pub static D11: Entry = Entry {
    id: "D11",
    symptom: "Pages or callbacks are refused, at random or all of them, as expired or as not valid yet.",
    cause: "The clock of Tally's server and Atlassian's clocks differ by more than the 30 seconds that are \
            allowed.",
    applies: Applies::Here {
        admin: Some("There is nothing you can do; Tally support has to correct a clock."),
        operator: "Compare the server's clock with another one (the Date header of any answer) and repair \
                   time synchronisation (NTP). Jira retries callbacks that were refused meanwhile; \
                   otherwise the admin chooses Update.",
        matcher: match_clocks,
    },
};

fn match_clocks(e: &Evidence) -> Option<Match> {
    if let Some(tokens) = e.tokens(is_early).max_by_key(|t| t.times.last) {
        let why = Reason::TokensEarly {
            times: tokens.times,
            seconds: tokens.seconds()?,
        };
        return Some(Match::new(Likelihood::Certain, why));
    }
    let out_of_time = |refusal: &Refusal| is_expired(refusal) || is_early(refusal);
    if let Some(refused) = e.open_install(|code| code.is_refusal(out_of_time)) {
        let why = Reason::InstallOutOfTime { at: refused.at };
        return Some(Match::new(Likelihood::Certain, why));
    }
    let of_opened_page =
        |t: &&RefusedTokens| t.kind != RequestKind::Api && e.page_at.is_none_or(|page| page < t.times.first);
    let tokens = e.tokens(is_expired).find(of_opened_page)?;
    let why = Reason::PagesExpired {
        times: tokens.times,
        seconds: tokens.seconds()?,
    };
    // A single one is also what a page causes that is reloaded long after it was opened.
    let likelihood = if tokens.times.count > 1 {
        Likelihood::Likely
    } else {
        Likelihood::Possible
    };
    Some(Match::new(likelihood, why))
}

pub static D18: Entry = Entry {
    id: "D18",
    symptom: "The install log has a `disabled` without a token, or with a token that is not accepted any \
              more.",
    cause: "Jira sends `disabled` together with `uninstalled`, in any order, and without a token if the \
            secret is deleted already.",
    applies: Applies::Here {
        admin: Some("There is nothing to do."),
        operator: "There is nothing to do: it is answered with 204 and changes nothing.",
        matcher: match_unsigned_disabled,
    },
};

fn is_without_secret(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Missing | Refusal::TenantUninstalled)
}

fn is_unverified(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::SignatureInvalid | Refusal::MatchesSupersededSecret
    )
}

fn match_unsigned_disabled(e: &Evidence) -> Option<Match> {
    let harmless = |c: &&Callback| {
        c.code.as_ref().is_some_and(|code| {
            let around = is_around_uninstall(e, c);
            code.is_refusal(is_without_secret) || (around && code.is_refusal(is_unverified))
        })
    };
    let callback = e.callbacks("disabled").find(harmless)?;
    let at = callback.at;
    let why = if is_around_uninstall(e, callback) {
        Reason::DisabledAroundUninstall { at }
    } else {
        Reason::DisabledAlone { at }
    };
    Some(Match::new(Likelihood::Note, why))
}

fn is_around_uninstall(e: &Evidence, callback: &Callback) -> bool {
    e.callbacks("uninstalled")
        .any(|u| u.code.is_none() && (u.at - callback.at).abs() < AROUND)
}
