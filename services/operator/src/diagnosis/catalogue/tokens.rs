//! Genuine tokens that are refused: of another request, of another kind, of another time.

use chrono::Duration;
use tally_atlassian::qsh::Mismatch;

use super::{Entry, Here, Likelihood, Match, at, seen};
use crate::diagnosis::evidence::{Callback, Evidence, RefusedTokens, RequestKind};

const QSH: &str = "jwt.qsh_mismatch";
const EXPIRED: &str = "jwt.expired";
/// How far an unsigned `disabled` may be from its uninstall.
const AROUND: Duration = Duration::minutes(10);

pub static D7: Entry = Entry {
    id: "D7",
    symptom: "Every page, or every callback, is refused as a token of another request.",
    cause: "A proxy before Tally changes the path: it adds, strips or doubles a prefix.",
    here: Here::Possible {
        admin: Some("Nothing that you can do; Tally's operator has to mend it."),
        operator: "Let the proxy pass path and query unchanged, with the path of TALLY_BASE_URL in front and once only; make TALLY_BASE_URL equal to \
             baseUrl of the published descriptor.",
        shown: every_address,
    },
};

fn every_address(e: &Evidence) -> Option<Match> {
    let shifted = e.tokens(QSH).find(|t| t.mismatch == Some(Mismatch::Prefix));
    if let Some(tokens) = shifted {
        let why = format!(
            "Genuine tokens did not fit their request {}.",
            seen(&tokens.times)
        );
        let inside = "They fit when a part of the path's front is added or taken off.";
        return Some(Match::new(Likelihood::Certain, why).inside(inside));
    }
    if let Some(refused) = e.open_install(&[QSH]) {
        let why = format!("The `installed` of {} did not fit its own token.", at(refused.at));
        return Some(Match::new(Likelihood::Certain, why));
    }
    let all = e
        .tokens(QSH)
        .find(|t| unexplained(t) && e.page_at.is_none_or(|page| page < t.times.first))?;
    let why = format!(
        "Genuine tokens did not fit their request {}, and no page opened since.",
        seen(&all.times)
    );
    Some(Match::new(Likelihood::Likely, why))
}

pub static D8: Entry = Entry {
    id: "D8",
    symptom: "Some addresses are refused as a token of another request, others are not.",
    cause: "Something on the way decodes, encodes or adds parts of the query: a plus sign, a bracket, a letter that is not ASCII.",
    here: Here::Possible {
        admin: Some(
            "Open Tally from Jira's navigation instead of by the link that fails, and tell Tally's operator which link it is.",
        ),
        operator: "Let the proxy pass the query as it comes, byte for byte, and add no parameter. Replay the address with the canonical form in \
             services/atlassian/src/qsh.rs.",
        shown: some_addresses,
    },
};

fn some_addresses(e: &Evidence) -> Option<Match> {
    let changed = |t: &&RefusedTokens| matches!(t.mismatch, Some(Mismatch::Encoding | Mismatch::Parameter));
    if let Some(tokens) = e.tokens(QSH).find(changed) {
        let how = match tokens.mismatch {
            Some(Mismatch::Parameter) => "They fit without one of the query's parameters.",
            _ => "They fit when the address is encoded in another way.",
        };
        let why = format!(
            "Genuine tokens did not fit their request {}.",
            seen(&tokens.times)
        );
        return Some(Match::new(Likelihood::Certain, why).inside(how));
    }
    let some = e
        .tokens(QSH)
        .find(|t| unexplained(t) && e.page_at.is_some_and(|page| page >= t.times.first))?;
    let why = format!(
        "Genuine tokens did not fit their request {}, while other pages opened.",
        seen(&some.times)
    );
    Some(Match::new(Likelihood::Likely, why))
}

fn unexplained(tokens: &RefusedTokens) -> bool {
    matches!(tokens.mismatch, None | Some(Mismatch::Unexplained))
}

pub static D9: Entry = Entry {
    id: "D9",
    symptom: "A page opens, and what it asks for is refused; or a page is refused though its token is good.",
    cause: "Two kinds of tokens are mixed up: a page's own token is sent to the API, or a context token to a page.",
    here: Here::Possible {
        admin: Some(
            "Reload the page in Jira. If a program of yours calls Tally, have it ask for a context token before each call.",
        ),
        operator: "Callers of the API use AP.context.getToken; pages and callbacks take tokens of that very request only. If Tally's own pages do \
             this, it is a defect: look at services/web/src/host.",
        shown: mixed_up,
    },
};

fn mixed_up(e: &Evidence) -> Option<Match> {
    let at_api = e.tokens("jwt.context_token_required").next();
    let at_page = e.tokens("jwt.context_token_not_allowed").next();
    let why = match (at_api, at_page) {
        (Some(tokens), _) => format!(
            "The API was sent a token of another request {}.",
            seen(&tokens.times)
        ),
        (None, Some(tokens)) => format!(
            "A page or a callback was sent a context token {}.",
            seen(&tokens.times)
        ),
        (None, None) => return None,
    };
    Some(Match::new(Likelihood::Likely, why))
}

pub static D10: Entry = Entry {
    id: "D10",
    symptom: "What worked is refused as expired after some minutes on the same page.",
    cause: "The page uses the token it was opened with, or an old context token, again and again.",
    here: Here::Possible {
        admin: Some("Reload the page in Jira. A program that calls Tally asks for a token before each call."),
        operator: "A client keeps tokens: it must call AP.context.getToken before each request. If it is Tally's own page, it is a defect.",
        shown: kept_token,
    },
};

fn kept_token(e: &Evidence) -> Option<Match> {
    let tokens = e.tokens(EXPIRED).find(|t| t.kind == RequestKind::Api)?;
    let late = tokens
        .seconds()
        .map_or(String::new(), |s| format!(", the last {s} s after its end"));
    let why = format!("The API was sent expired tokens {}{late}.", seen(&tokens.times));
    Some(Match::new(Likelihood::Likely, why))
}

pub static D11: Entry = Entry {
    id: "D11",
    symptom: "Pages or callbacks are refused, at random or all of them, as expired or as not valid yet.",
    cause: "The clock of Tally's server and Atlassian's differ by more than the 30 seconds that are allowed.",
    here: Here::Possible {
        admin: Some("Nothing that you can do; Tally's operator has to set a clock right."),
        operator: "Compare the server's clock with another's (the Date header of any answer) and mend time synchronisation (NTP). Callbacks that were \
             refused meanwhile are tried again by Jira, or by the admin's Update.",
        shown: clocks,
    },
};

fn clocks(e: &Evidence) -> Option<Match> {
    if let Some(tokens) = e.tokens("jwt.not_yet_valid").max_by_key(|t| t.times.last) {
        let early = tokens.seconds().unwrap_or_default();
        let why = format!(
            "Tokens from the future came {}, the last {early} s early.",
            seen(&tokens.times)
        );
        return Some(Match::new(Likelihood::Certain, why));
    }
    if let Some(refused) = e.open_install(&[EXPIRED, "jwt.not_yet_valid"]) {
        let why = format!(
            "The `installed` of {} was out of its time when it came.",
            at(refused.at)
        );
        return Some(Match::new(Likelihood::Certain, why));
    }
    let fresh =
        |t: &&RefusedTokens| t.kind != RequestKind::Api && e.page_at.is_none_or(|page| page < t.times.first);
    let tokens = e.tokens(EXPIRED).find(fresh)?;
    let late = tokens.seconds().unwrap_or_default();
    let why = format!(
        "Tokens of pages being opened had expired {}, the last by {late} s, and no page opened since.",
        seen(&tokens.times)
    );
    // One alone is also what a frame does that is loaded again long after it was opened.
    let likelihood = if tokens.times.count > 1 {
        Likelihood::Likely
    } else {
        Likelihood::Possible
    };
    Some(Match::new(likelihood, why))
}

pub static D18: Entry = Entry {
    id: "D18",
    symptom: "The install log has a `disabled` without a token, or with one that is no longer accepted.",
    cause: "Jira sends `disabled` beside `uninstalled`, in any order, and when the secret is gone already, without a token.",
    here: Here::Possible {
        admin: Some("Nothing to do."),
        operator: "Nothing to do: it is answered 204 and changes nothing.",
        shown: unsigned_disabled,
    },
};

fn unsigned_disabled(e: &Evidence) -> Option<Match> {
    let harmless = |c: &&Callback| match c.code.as_deref() {
        Some("jwt.missing" | "tenant.uninstalled") => true,
        Some("jwt.signature_invalid" | "jwt.signature.matches_superseded_secret") => around_uninstall(e, c),
        _ => false,
    };
    let callback = e.callbacks("disabled").find(harmless)?;
    let why = if around_uninstall(e, callback) {
        format!("It came at {}, around the uninstall.", at(callback.at))
    } else {
        format!("It came at {}.", at(callback.at))
    };
    Some(Match::new(Likelihood::Note, why))
}

fn around_uninstall(e: &Evidence, callback: &Callback) -> bool {
    e.callbacks("uninstalled")
        .any(|u| u.code.is_none() && (u.at - callback.at).abs() < AROUND)
}
