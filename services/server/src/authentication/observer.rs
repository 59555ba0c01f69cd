//! What authentication reports to the operator's watch and to the diagnosis.

use chrono::{DateTime, Utc};
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_atlassian::qsh::Mismatch;
use tally_domain::tenant::SecretState;
use tally_domain::{ClientKey, TenantId};

/// What a token came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestKind {
    /// A page that Jira frames, signed by Jira.
    Page,
    /// A call of our own front end.
    Call,
    /// A lifecycle callback, signed by Jira.
    Callback,
}

/// A token of a known tenant that was refused.
#[derive(Clone, Copy, Debug)]
pub struct RefusedToken<'a> {
    /// Why it was refused.
    pub refusal: &'a Refusal,
    /// What it came with.
    pub request: RequestKind,
    /// How a genuine token misses its request, when it was refused for that.
    pub mismatch: Option<Mismatch>,
    /// Whether all but the signature is right: in time, and bound to this request.
    pub fits: bool,
}

/// What authentication reports to. Each call returns at once and cannot fail.
pub trait Observer: Send + Sync {
    /// A request of `tenant` verified with a secret in this state.
    fn verified(&self, tenant: TenantId, request: RequestKind, secret: SecretState, now: DateTime<Utc>);

    /// A token that names `tenant` was refused.
    fn refused(&self, tenant: TenantId, token: &RefusedToken<'_>, now: DateTime<Utc>);

    /// A token came from a client key that no tenant has.
    fn unknown_issuer(&self, client_key: &ClientKey, now: DateTime<Utc>);

    /// The tenant's Jira answered a call, or did not.
    fn answered(&self, tenant: TenantId, answer: Result<(), &JiraError>, now: DateTime<Utc>);
}
