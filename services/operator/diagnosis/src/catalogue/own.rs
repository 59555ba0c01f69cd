//! Failures of our own, with nothing wrong at the site.

use chrono::Duration;

use super::entry::{Applies, Entry, Likelihood, Match};
use crate::code::{OwnFailure, RefusalCode};
use crate::evidence::Evidence;
use crate::reason::Reason;

/// For how long the log must have failed. A failure that is over shows with the next change only.
const LASTING: Duration = Duration::minutes(1);

pub static D33: Entry = Entry {
    id: "D33",
    symptom: "Pages open and assets can be read, but every change is refused, and so are installations.",
    cause: "Tally cannot write its event log: the disk is full or read-only, or the log's server does not \
            answer.",
    applies: Applies::Here {
        admin: Some(
            "Wait. Nothing is wrong with your site, and what was saved is kept. Tally support is notified \
             and repairs it; after that, repeat the change that was refused.",
        ),
        operator: "Follow the chapter LogUnavailable of docs/runbook.md: free space on the disk of \
                   TALLY_DATA_DIR, or bring the log's server back. Installations that were answered 503 \
                   meanwhile are repeated by Jira.",
        matcher: match_log_failure,
    },
};

fn match_log_failure(e: &Evidence) -> Option<Match> {
    let at = e.log_fails_since.filter(|since| e.now - *since >= LASTING)?;
    Some(Match::new(Likelihood::Certain, Reason::LogFails { at }))
}

pub static D34: Entry = Entry {
    id: "D34",
    symptom: "Installations of a site are answered with 503 and keys.lost, and so are its changes.",
    cause: "The key of the site is not in the key store: the keys were lost, or the key store is the one of \
            another log.",
    applies: Applies::Here {
        admin: Some(
            "Leave the app as it is: no update and no new installation brings the key back. Tally support \
             has to restore it.",
        ),
        operator: "Stop Tally and restore the backup of the key store that belongs to this log (docs/deploy.md, \
                   When a piece fails). `tally_lost_keys` and the line at the start say how many tenants are \
                   concerned. Without a backup the site's data cannot be opened any more: `tally tenant \
                   erase --keys-are-lost` lets it install again, with an empty register.",
        matcher: match_lost_key,
    },
};

fn match_lost_key(e: &Evidence) -> Option<Match> {
    let refused = e.open_install(|code| *code == RefusalCode::Failed(OwnFailure::KeysLost))?;
    let why = Reason::InstallRefused {
        at: refused.at,
        code: refused.code_text().to_owned(),
    };
    Some(Match::new(Likelihood::Certain, why))
}
