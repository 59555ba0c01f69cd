//! What can fail on our side while a request is answered.

use tally_domain::refusals;

const LATER: &str = "Try again in a moment.";

refusals! {
    /// A failure on our side. The caller learns only that it happened; its cause is in our log.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ServerFailure {
        /// A defect.
        Internal = "internal" {
            kind: Failed,
            title: "Failure on our side",
            cause: "something went wrong on our side",
            remedy: "Try again. If the error persists, give the request id to your Jira admin.",
        },
        /// The log failed, so nothing was stored.
        LogUnavailable = "log.unavailable" {
            kind: Unavailable,
            title: "Nothing can be stored",
            cause: "the change could not be stored just now",
            remedy: LATER,
        },
        /// The disk of the log is full.
        LogFull = "log.full" {
            kind: Unavailable,
            title: "No space left",
            cause: "the disk of Tally's event log takes no more, so the change could not be stored",
            remedy: "Reading still works. Tally's operator frees space; then send the change again.",
        },
        /// The log lacks what the views show, or is another one.
        LogShorter = "log.shorter" {
            kind: Unavailable,
            title: "Event log is incomplete",
            cause: "Tally's event log lacks changes that it had before, so nothing more is stored in it",
            remedy: "Trying again does not help. Tally's operator restores the log, or accepts it as it is.",
        },
        /// The store of data keys failed, so a secret could not be sealed and nothing was stored.
        KeysUnavailable = "keys.unavailable" {
            kind: Unavailable,
            title: "Secret cannot be sealed",
            cause: "the key store does not answer, so the site's new secret could not be sealed and stored",
            remedy: "Try again in a moment. If the error persists, Tally's operator checks the key store.",
        },
        /// The store of data keys answers, and has no key of the site.
        KeysLost = "keys.lost" {
            kind: Unavailable,
            title: "Key of the site is missing",
            cause: "the key store has no key of this site, so what belongs to the site can neither be read \
                    nor stored",
            remedy: "Trying again does not help. Tally's operator restores the keys from their backup, or \
                     erases the tenant; after that the site can install Tally again.",
        },
        /// A view cannot be read.
        ViewUnavailable = "view.unavailable" {
            kind: Unavailable,
            title: "Register unavailable",
            cause: "the register cannot be read at the moment",
            remedy: LATER,
        },
        /// A change is stored, and the views did not catch up in time.
        ViewLagging = "view.lagging" {
            kind: Unavailable,
            title: "Change not shown yet",
            cause: "your change is stored but not shown yet",
            remedy: "Reload in a moment. Do not send the change again.",
        },
        /// The site's Jira did not answer.
        JiraUnavailable = "jira.unavailable" {
            kind: Unavailable,
            title: "Jira unavailable",
            cause: "Jira did not answer",
            remedy: LATER,
        },
    }
}
