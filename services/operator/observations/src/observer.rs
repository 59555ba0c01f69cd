//! What the server reports to the operator's house. Who reports knows nothing of alarms or
//! diagnosis.

use chrono::{DateTime, Utc};
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_atlassian::qsh::Mismatch;
use tally_domain::tenant::SecretState;
use tally_domain::{ClientKey, TenantId};

/// Receives what the server sees of requests, callbacks and calls to Jira. A report is cheap and
/// never fails: it must not change the answer to a request.
pub trait Observer: Send + Sync {
    /// A request of the tenant verified.
    fn note_verified(&self, tenant: TenantId, kind: RequestKind, standing: Standing, now: DateTime<Utc>);

    /// A token of the tenant was refused.
    fn note_refused(&self, tenant: TenantId, token: &RefusedToken<'_>, now: DateTime<Utc>);

    /// A token was signed in the name of a client key that belongs to no tenant.
    fn note_unknown_issuer(&self, issuer: ClientKey, now: DateTime<Utc>);

    /// The tenant's Jira answered a call, or did not.
    fn note_answer(&self, tenant: TenantId, answer: Result<(), &JiraError>, now: DateTime<Utc>);

    /// A page of the tenant was served. `framed_at` is the origin at which Jira shows it, if the
    /// tenant is not known to be there.
    fn note_page(&self, tenant: TenantId, framed_at: Option<String>, now: DateTime<Utc>);

    /// A browser reports that a user of the tenant saw a failure.
    fn note_failure_seen(&self, tenant: TenantId, code: &str, now: DateTime<Utc>);

    /// An `installed` callback of any site verified.
    fn note_install_verified(&self, now: DateTime<Utc>);

    /// An installation of the tenant was accepted and stored.
    fn note_install_accepted(&self, issuer: &ClientKey, tenant: TenantId, now: DateTime<Utc>);

    /// An installation was refused. `issuer` is the client key in its token, `known` whether that
    /// key belongs to a tenant.
    fn note_install_refused(&self, issuer: &ClientKey, known: bool, refusal: &Refusal, now: DateTime<Utc>);

    /// A callback was refused and the log could not take a note of it. `genuine` when its signature
    /// had verified.
    fn note_unwritten_callback(&self, callback: UnwrittenCallback, genuine: bool);
}

/// Where a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestKind {
    /// A page that Jira frames, signed by Jira.
    Page,
    /// A call of our own front end to the API.
    Api,
    /// A lifecycle callback, signed by Jira.
    Callback,
}

/// Which secret verified a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The secret in force.
    Current,
    /// A secret that was replaced and is accepted for a grace period.
    Previous {
        /// The end of the grace period.
        until: DateTime<Utc>,
    },
    /// The secret of an installation that came late and was not proven yet.
    Candidate,
}

impl From<SecretState> for Standing {
    fn from(state: SecretState) -> Self {
        match state {
            SecretState::Previous { until } => Self::Previous { until },
            SecretState::Candidate => Self::Candidate,
            SecretState::Current | SecretState::Superseded => Self::Current,
        }
    }
}

/// A token that was refused.
#[derive(Clone, Copy, Debug)]
pub struct RefusedToken<'a> {
    /// Why it was refused.
    pub refusal: &'a Refusal,
    /// Where it was sent.
    pub kind: RequestKind,
    /// How the query hash differs from the request, when that is the reason.
    pub mismatch: Option<Mismatch>,
    /// Whether the token is right in every way but its signature. A token that is also stale, or
    /// made for another address, proves nothing about the tenant: anyone can send it.
    pub fits_otherwise: bool,
}

/// A refused callback that is not in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnwrittenCallback {
    /// When it was refused.
    pub at: DateTime<Utc>,
    /// The name of the callback, such as `installed`.
    pub callback: &'static str,
    /// The refusal's code.
    pub code: String,
    /// The client key in its body. Anyone can write it there.
    pub client_key: String,
}
