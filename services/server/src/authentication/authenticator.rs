//! Who is calling: from a raw token to a verified tenant and person, and nothing else decides tenancy.

use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use tally_atlassian::Refusal;
use tally_atlassian::qsh::{Mismatch, SignedRequest};
use tally_atlassian::shared_secret::{Claims, KnownSecrets, Verified, VerifiedContext};
use tally_atlassian::token::RawToken;
use tally_domain::tenant::{SecretFingerprint, SecretState, Status};
use tally_domain::{AccountId, ClientKey, TenantId};
use tracing::{info, warn};

use crate::application::tenants;
use crate::diagnosis::seen::Place;
use crate::directory::{Credentials, Known};
use crate::metric;
use crate::tally::Tally;
use crate::watch::health::Kind;

/// A person in Jira whose context token verified. Only [`Tally::verify_context`] makes one.
#[derive(Clone)]
pub struct Principal {
    /// The tenant.
    pub tenant: TenantId,
    /// The person.
    pub account: AccountId,
    /// The tenant's credentials it verified with.
    pub credentials: Arc<Credentials>,
}

/// A page request whose token verified.
pub struct PageCaller {
    /// The tenant's credentials it verified with.
    pub credentials: Arc<Credentials>,
    /// The person, when one is named.
    pub account: Option<AccountId>,
}

/// Limits how often a tenant's stream is read before a signature is refused, so that bad tokens cannot make us read without end.
pub struct SecondLook {
    known: DefaultKeyedRateLimiter<TenantId>,
    unknown: DefaultDirectRateLimiter,
}

impl Default for SecondLook {
    fn default() -> Self {
        let per_tenant = NonZeroU32::new(5).unwrap_or(NonZeroU32::MIN);
        let in_all = NonZeroU32::new(20).unwrap_or(NonZeroU32::MIN);
        Self {
            known: RateLimiter::keyed(Quota::per_second(per_tenant)),
            unknown: RateLimiter::direct(Quota::per_second(in_all)),
        }
    }
}

impl SecondLook {
    fn allowed(&self, known: Option<&Credentials>) -> bool {
        match known {
            Some(credentials) => self.known.check_key(&credentials.tenant).is_ok(),
            None => self.unknown.check().is_ok(),
        }
    }
}

/// What a token is to open.
#[derive(Clone, Copy)]
enum Asked<'a> {
    /// A call of our own front end.
    Call,
    /// This very request, signed by Jira.
    Signed(&'a SignedRequest<'a>),
}

impl Asked<'_> {
    fn kind(self) -> Kind {
        match self {
            Self::Call => Kind::Call,
            Self::Signed(_) => Kind::Signed,
        }
    }

    fn place(self) -> Place {
        match self {
            Self::Call => Place::Api,
            Self::Signed(request) if request.path().contains("/connect/lifecycle/") => Place::Callback,
            Self::Signed(_) => Place::Page,
        }
    }
}

/// What a verifier yields besides its claims: which secret matched.
trait Outcome {
    fn matched(&self) -> usize;
}

impl Outcome for Verified {
    fn matched(&self) -> usize {
        self.matched
    }
}

impl Outcome for VerifiedContext {
    fn matched(&self) -> usize {
        self.matched
    }
}

impl Tally {
    /// Verifies a context token: what our own front end sends with each call.
    ///
    /// # Errors
    /// The refusal.
    pub async fn verify_context(&self, token: &RawToken, now: DateTime<Utc>) -> Result<Principal, Refusal> {
        let (credentials, verified) = self
            .verify(Asked::Call, token, now, |secrets| {
                self.context.verify(token, secrets, now)
            })
            .await?;
        let account = AccountId::parse(&verified.account_id).ok_or(Refusal::SubjectMissing)?;
        Ok(Principal {
            tenant: credentials.tenant,
            account,
            credentials,
        })
    }

    /// Verifies the token of a page or of a platform callback.
    ///
    /// # Errors
    /// The refusal.
    pub async fn verify_page(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        now: DateTime<Utc>,
    ) -> Result<PageCaller, Refusal> {
        let (credentials, verified) = self
            .verify(Asked::Signed(request), token, now, |secrets| {
                self.page.verify(token, request, secrets, now)
            })
            .await?;
        Ok(PageCaller {
            account: account(&verified.claims),
            credentials,
        })
    }

    /// Verifies against the secrets in memory and, before refusing for a reason that a newer installation would mend, against the
    /// tenant's stream: an installation handled a moment ago, perhaps by another node, counts.
    async fn verify<T: Outcome>(
        &self,
        asked: Asked<'_>,
        token: &RawToken,
        now: DateTime<Utc>,
        check: impl Fn(&KnownSecrets<'_>) -> Result<T, Refusal>,
    ) -> Result<(Arc<Credentials>, T), Refusal> {
        let key = ClientKey::parse(token.unverified()?.issuer())
            .filter(|key| self.serves(key))
            .ok_or(Refusal::UnknownIssuer)?;
        let known = self.directory.find(&key);
        let tenant = known.as_ref().map(|known| known.tenant);
        let mut outcome = attempt(known.clone(), now, &check);
        if outcome.as_ref().is_err_and(mendable)
            && self.second_look.allowed(known.as_deref())
            && let Some(fresh) = self.look_up(&key, known.as_deref()).await
        {
            outcome = attempt(Some(fresh), now, &check);
        }
        match outcome {
            Ok((credentials, verified)) => {
                self.note_verified(asked.kind(), &credentials, verified.matched(), now)
                    .await;
                Ok((credentials, verified))
            }
            Err(refusal) => {
                metrics::counter!(metric::TOKENS_REFUSED, "code" => refusal.code()).increment(1);
                match tenant {
                    Some(tenant) => self.note_refused(asked, token, tenant, &refusal, now),
                    // Nobody's tenant: counted above, and remembered by its key for whoever asks for that.
                    None => self.seen.stranger(key, now),
                }
                Err(refusal)
            }
        }
    }

    /// What is known of a tenant by now, when that is newer than `known`. Its stream is asked at the same bounded rate as before a refusal.
    pub async fn newer(&self, known: &Credentials) -> Option<Arc<Credentials>> {
        let at_hand = self.directory.find(&known.client_key);
        let newer = at_hand.filter(|at_hand| at_hand.revision > known.revision);
        if newer.is_some() || !self.second_look.allowed(Some(known)) {
            return newer;
        }
        self.look_up(&known.client_key, Some(known)).await
    }

    /// The tenant as its stream has it, when that is newer than what is in memory. A log that fails here leaves the refusal standing.
    async fn look_up(&self, key: &ClientKey, known: Option<&Credentials>) -> Option<Arc<Credentials>> {
        let found = match tenants::find(&*self.log, key).await {
            Ok(found) => found?,
            Err(cause) => {
                warn!(%cause, "the log could not be asked before a refusal");
                return None;
            }
        };
        let (state, revision) = tenants::state(&*self.log, found).await.ok()?;
        if known.is_some_and(|known| known.revision >= revision) {
            return None;
        }
        let known = Known {
            id: found,
            tenant: state.tenant()?,
            revision,
        };
        let fresh = Credentials::open(known, &self.vault, &self.config.tenant_hosts)
            .inspect_err(|cause| warn!(%cause, "secrets cannot be opened now"))
            .ok()?;
        self.directory.put(fresh);
        self.directory.find(key)
    }

    /// A refusal says that the tenant fails when all but the signature is right: a token that is also stale or meant for another address says only
    /// that somebody sent it. Under a good signature it is the tenant's own.
    fn note_refused(
        &self,
        asked: Asked<'_>,
        token: &RawToken,
        tenant: TenantId,
        refusal: &Refusal,
        now: DateTime<Utc>,
    ) {
        use Refusal as R;
        let mismatch = self.mismatch(asked, token, refusal, now);
        self.seen
            .token_refused(tenant, refusal, (asked.place(), mismatch), now);
        match refusal {
            R::SignatureInvalid | R::MatchesSupersededSecret if self.would_fit(asked, token, now) => {
                self.watch.observe_refused(tenant, refusal.code(), now);
            }
            R::Expired { .. } | R::NotYetValid { .. } | R::QshMissing | R::QshMismatch => {
                self.watch.observe_turned_away(tenant, refusal.code(), now);
            }
            _ => {}
        }
    }

    /// How a genuine token misses its request, when it was refused for that.
    fn mismatch(
        &self,
        asked: Asked<'_>,
        token: &RawToken,
        refusal: &Refusal,
        now: DateTime<Utc>,
    ) -> Option<Mismatch> {
        let (Refusal::QshMismatch, Asked::Signed(request)) = (refusal, asked) else {
            return None;
        };
        let key = ClientKey::parse(token.unverified().ok()?.issuer())?;
        let explain = |secrets: &KnownSecrets<'_>| Ok(self.page.explain(token, request, secrets));
        attempt(self.directory.find(&key), now, &explain).ok()?.1
    }

    fn would_fit(&self, asked: Asked<'_>, token: &RawToken, now: DateTime<Utc>) -> bool {
        match asked {
            Asked::Call => self.context.would_fit(token, now),
            Asked::Signed(request) => self.page.would_fit(token, request, now),
        }
    }

    async fn note_verified(&self, kind: Kind, credentials: &Credentials, matched: usize, now: DateTime<Utc>) {
        let Some(used) = credentials.acceptable(now).nth(matched) else {
            return;
        };
        self.directory
            .note_use(credentials.tenant, &used.fingerprint, now);
        self.watch
            .observe_good(credentials.tenant, kind, used.state.into(), now);
        let standing = match used.state {
            SecretState::Current => "current",
            SecretState::Previous { .. } => "previous",
            SecretState::Candidate => "candidate",
            SecretState::Superseded => "superseded",
        };
        metrics::counter!(metric::TOKENS_VERIFIED, "secret" => standing).increment(1);
        if used.state == SecretState::Candidate {
            self.promote(credentials.tenant, used.fingerprint.clone(), now)
                .await;
        }
    }

    /// The platform uses the candidate: say so. The request is good either way.
    async fn promote(&self, tenant: TenantId, candidate: SecretFingerprint, now: DateTime<Utc>) {
        let grace = self.config.previous_secret_grace;
        match tenants::promote_candidate(&*self.log, tenant, candidate.clone(), grace, now).await {
            Ok(_) => {
                info!(%tenant, fingerprint = %candidate, "a candidate secret proved right and is current now");
            }
            Err(cause) => warn!(%tenant, %cause, "a candidate secret could not be promoted"),
        }
    }
}

fn attempt<T>(
    known: Option<Arc<Credentials>>,
    now: DateTime<Utc>,
    check: &impl Fn(&KnownSecrets<'_>) -> Result<T, Refusal>,
) -> Result<(Arc<Credentials>, T), Refusal> {
    let known = known.ok_or(Refusal::UnknownIssuer)?;
    let acceptable: Vec<_> = known
        .acceptable(now)
        .map(|s| (s.fingerprint.0.as_str(), &s.secret))
        .collect();
    let superseded: Vec<_> = known.superseded(now).map(|s| &s.secret).collect();
    let outcome = check(&KnownSecrets {
        acceptable: &acceptable,
        superseded: &superseded,
    });
    match outcome {
        // Said only to who holds a secret we once shared: a stranger learns nothing of the tenant.
        Err(Refusal::MatchesSupersededSecret) if known.status == Status::Uninstalled => {
            Err(Refusal::TenantUninstalled)
        }
        other => {
            let verified = other?;
            drop((acceptable, superseded));
            Ok((known, verified))
        }
    }
}

/// Whether a newer installation could turn this refusal into a yes.
fn mendable(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::UnknownIssuer
            | Refusal::SignatureInvalid
            | Refusal::MatchesSupersededSecret
            | Refusal::TenantUninstalled
    )
}

fn account(claims: &Claims) -> Option<AccountId> {
    claims.sub.as_deref().and_then(AccountId::parse)
}
