//! Passes what authentication reports to the watch and to the diagnosis.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_domain::tenant::SecretState;
use tally_domain::{ClientKey, TenantId};

use crate::authentication::{Observer, RefusedToken, RequestKind};
use crate::diagnosis::seen::{Place, Seen};
use crate::watch::Watch;
use crate::watch::health::Kind;

/// The watch and the diagnosis as one observer.
pub struct Observers {
    /// Counts failing tenants.
    pub watch: Arc<Watch>,
    /// Remembers refusals and answers for the diagnosis.
    pub seen: Arc<Seen>,
}

impl Observer for Observers {
    fn verified(&self, tenant: TenantId, request: RequestKind, secret: SecretState, now: DateTime<Utc>) {
        let kind = match request {
            RequestKind::Call => Kind::Call,
            RequestKind::Page | RequestKind::Callback => Kind::Signed,
        };
        self.watch.observe_good(tenant, kind, secret.into(), now);
    }

    /// A refusal says that the tenant fails when all but the signature is right: a token that is also
    /// stale or meant for another address proves only that it was sent. Under a good signature it is the
    /// tenant's own.
    fn refused(&self, tenant: TenantId, token: &RefusedToken<'_>, now: DateTime<Utc>) {
        let place = match token.request {
            RequestKind::Call => Place::Api,
            RequestKind::Page => Place::Page,
            RequestKind::Callback => Place::Callback,
        };
        let RefusedToken { refusal, fits, .. } = *token;
        self.seen
            .token_refused(tenant, refusal, (place, token.mismatch), now);
        let is_about_secret = matches!(
            refusal,
            Refusal::SignatureInvalid | Refusal::MatchesSupersededSecret
        );
        let is_turned_away = matches!(
            refusal,
            Refusal::Expired { .. } | Refusal::NotYetValid { .. } | Refusal::QshMissing | Refusal::QshMismatch
        );
        if is_about_secret && fits {
            self.watch.observe_refused(tenant, refusal.code(), now);
        } else if is_turned_away {
            self.watch.observe_turned_away(tenant, refusal.code(), now);
        }
    }

    fn unknown_issuer(&self, client_key: &ClientKey, now: DateTime<Utc>) {
        self.seen.stranger(client_key.clone(), now);
    }

    fn answered(&self, tenant: TenantId, answer: Result<(), &JiraError>, now: DateTime<Utc>) {
        self.seen.answered(tenant, answer, now);
    }
}
