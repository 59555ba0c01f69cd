//! Verifies tokens: of pages, of our front end's calls, and of the platform's callbacks.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use tally_atlassian::Refusal;
use tally_atlassian::lifecycle::{Callback, LifecycleRules};
use tally_atlassian::outgoing::TenantAccess;
use tally_atlassian::qsh::{Mismatch, SignedRequest};
use tally_atlassian::shared_secret::{Claims, ContextTokenVerifier, KnownSecrets, PageTokenVerifier};
use tally_atlassian::signed_install::{InstallVerifier, VerifiedInstall, VerifiedUninstall};
use tally_atlassian::token::RawToken;
use tally_commands::tenants;
use tally_domain::tenant::{LinkKey, SecretFingerprint, SecretState, Status};
use tally_domain::{AccountId, ClientKey, Refused};
use tally_event_log::{LogReader, LogWriter};
use tally_observations::observer::{Observer, RefusedToken, RequestKind};
use tracing::warn;
use uuid::Uuid;

use crate::directory::{Credentials, Directory, TenantSnapshot};
use crate::metric;
use crate::principal::{PageCaller, Principal};
use crate::promotions::Promotions;
use crate::purpose::{NamesSecret, Purpose};
use crate::second_look::SecondLook;
use crate::secrets::{OpenedSite, Unopened};
use crate::synthetic::is_synthetic;

/// A refusal of what nothing verifies takes this long, or a multiple of it: longer than finding out
/// takes.
const REFUSAL_STEP: std::time::Duration = std::time::Duration::from_millis(25);

/// One verifier for each kind of token, and the rules for callbacks' bodies.
pub struct Verifiers {
    /// Verifies `installed` and `uninstalled`.
    pub install: InstallVerifier,
    /// Verifies pages, `enabled` and `disabled`.
    pub page: PageTokenVerifier,
    /// Verifies calls of our front end.
    pub context: ContextTokenVerifier,
    /// Checks the bodies of `enabled` and `disabled`.
    pub lifecycle: LifecycleRules,
    /// Whether tenants of probes are served: once the probe's key is taken away, so are they.
    pub serves_synthetic: bool,
}

/// Verifies tokens against the tenants that are known, and reports what became of each.
pub struct Authenticator {
    directory: Arc<Directory>,
    log: Arc<dyn LogReader>,
    verifiers: Verifiers,
    observer: Arc<dyn Observer>,
    second_look: SecondLook,
    promotions: Promotions,
    /// Made at the start, and given to no one.
    no_ones_secret: SecretString,
}

/// A token that verified.
struct Match<T> {
    credentials: Arc<Credentials>,
    verified: T,
    fingerprint: SecretFingerprint,
    state: SecretState,
}

impl Authenticator {
    /// One over the tenants in `directory`; a replaced secret stays accepted for `grace`.
    pub fn new(
        directory: Arc<Directory>,
        log: Arc<dyn LogWriter>,
        verifiers: Verifiers,
        observer: Arc<dyn Observer>,
        grace: Duration,
    ) -> Self {
        Self {
            directory,
            promotions: Promotions::new(log.clone(), grace),
            log,
            verifiers,
            observer,
            second_look: SecondLook::default(),
            no_ones_secret: format!("{}{}", Uuid::new_v4(), Uuid::new_v4()).into(),
        }
    }

    /// Verifies a context token: what our own front end sends with each call.
    ///
    /// # Errors
    /// Any `jwt.*` refusal; `tenant.uninstalled`; `tenant.secrets_unavailable` while the tenant's
    /// secrets cannot be opened.
    pub async fn verify_context(&self, token: &RawToken, now: DateTime<Utc>) -> Result<Principal, Refusal> {
        let context = self.verifiers.context;
        let check = |secrets: &KnownSecrets<'_>| context.verify(token, secrets, now);
        let found = self.verify(Purpose::Call, token, now, check).await?;
        let account = AccountId::parse(found.verified.account_id()).ok_or(Refusal::SubjectMissing)?;
        Ok(Principal::new(account, found.credentials))
    }

    /// Verifies the token of a page.
    ///
    /// # Errors
    /// As for [`Self::verify_context`].
    pub async fn verify_page(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        now: DateTime<Utc>,
    ) -> Result<PageCaller, Refusal> {
        let purpose = Purpose::Signed(RequestKind::Page, request);
        self.verify_signed(purpose, request, token, now).await
    }

    /// Verifies an `enabled` or `disabled` callback: its token, then its body, if that could be
    /// received.
    ///
    /// # Errors
    /// As for [`Self::verify_context`], and the `install.*` refusals about bodies.
    pub async fn verify_enablement(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        (callback, body): (Callback, Result<&[u8], Refusal>),
        now: DateTime<Utc>,
    ) -> Result<PageCaller, Refusal> {
        let purpose = Purpose::Signed(RequestKind::Callback, request);
        let caller = self.verify_signed(purpose, request, token, now).await?;
        let issuer = caller.credentials().client_key.as_str();
        self.verifiers.lifecycle.read(callback, body?, issuer)?;
        Ok(caller)
    }

    /// Verifies an `installed` callback.
    ///
    /// # Errors
    /// As for [`InstallVerifier::verify_installed`].
    pub async fn verify_installed(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<VerifiedInstall, Refusal> {
        let verifier = &self.verifiers.install;
        verifier.verify_installed(token, request, body, now).await
    }

    /// Verifies an `uninstalled` callback.
    ///
    /// # Errors
    /// As for [`InstallVerifier::verify_uninstalled`].
    pub async fn verify_uninstalled(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<VerifiedUninstall, Refusal> {
        let verifier = &self.verifiers.install;
        verifier.verify_uninstalled(token, request, body, now).await
    }

    /// What is needed to call the tenant's Jira at `now`: its secrets, opened. The platform may
    /// hold any secret that we accept from it. None when the tenant has no secret in force or no
    /// usable address, or when its secret in force cannot be opened.
    pub async fn access(&self, credentials: &Credentials, now: DateTime<Utc>) -> Option<TenantAccess> {
        let base_url = credentials.base_url.clone()?;
        let opened = self.open_acceptable(credentials, now).await;
        let (current, others): (Vec<_>, Vec<_>) = opened
            .open
            .iter()
            .partition(|open| open.stored.state == SecretState::Current);
        Some(TenantAccess {
            client_key: credentials.client_key.to_string(),
            base_url,
            secret: (*current.first()?.secret).clone(),
            others: others.iter().map(|open| (*open.secret).clone()).collect(),
        })
    }

    /// What is known of a tenant now, when that is newer than `known`. Its stream is read at the
    /// same bounded rate as before a refusal.
    pub async fn find_newer(&self, known: &Credentials) -> Option<Arc<Credentials>> {
        let in_memory = self.directory.find(&known.link());
        let newer = in_memory.filter(|in_memory| in_memory.revision > known.revision);
        if newer.is_some() || !self.second_look.allows(Some(known.tenant)) {
            return newer;
        }
        self.look_up(&known.link(), Some(known)).await
    }

    async fn verify_signed(
        &self,
        purpose: Purpose<'_>,
        request: &SignedRequest<'_>,
        token: &RawToken,
        now: DateTime<Utc>,
    ) -> Result<PageCaller, Refusal> {
        let page = &self.verifiers.page;
        let check = |secrets: &KnownSecrets<'_>| page.verify(token, request, secrets, now);
        let found = self.verify(purpose, token, now, check).await?;
        Ok(PageCaller::new(
            account_of(found.verified.claims()),
            found.credentials,
        ))
    }

    /// Verifies against the tenant in memory and, before refusing for a reason that a newer
    /// installation would remove, against its stream: another node may have handled an installation
    /// a moment ago.
    async fn verify<T: NamesSecret>(
        &self,
        purpose: Purpose<'_>,
        token: &RawToken,
        now: DateTime<Utc>,
        check: impl Fn(&KnownSecrets<'_>) -> Result<T, Refusal>,
    ) -> Result<Match<T>, Refusal> {
        let begun = Instant::now();
        let link = self.claimed_link(token)?;
        let known = link.as_ref().and_then(|link| self.directory.find(link));
        let mut verdict = self.check_against(known.clone(), now, &check).await;
        if verdict.as_ref().is_err_and(may_change_with_newer_secrets)
            && let Some(link) = &link
            && self.second_look.allows(known.as_ref().map(|known| known.tenant))
            && let Some(fresh) = self.look_up(link, known.as_deref()).await
        {
            verdict = self.check_against(Some(fresh), now, &check).await;
        }
        match &verdict {
            Ok(found) => self.report_verified(purpose.kind(), found, now),
            Err(refusal) => {
                metrics::counter!(metric::TOKENS_REFUSED, "code" => refusal.code()).increment(1);
                match known {
                    Some(known) => self.report_refused(purpose, token, &known, refusal, now).await,
                    None => self.note_unknown(link, now),
                }
            }
        }
        if matches!(verdict, Err(Refusal::SignatureInvalid)) {
            hide_work(begun).await;
        }
        verdict
    }

    /// The link by which a token claims to come, which proves nothing yet. This is the one place
    /// where the kind of a token chooses the host, and with it the verifier: one that names a
    /// client key as its issuer is Connect's, and is checked against that tenant's secrets.
    ///
    /// `None` when it names none that could be served.
    fn claimed_link(&self, token: &RawToken) -> Result<Option<LinkKey>, Refusal> {
        let key = ClientKey::parse(token.unverified_claims()?.issuer());
        Ok(key.filter(|key| self.serves(key)).map(LinkKey::Connect))
    }

    fn note_unknown(&self, link: Option<LinkKey>, now: DateTime<Utc>) {
        match link {
            Some(LinkKey::Connect(key)) => self.observer.note_unknown_issuer(key, now),
            None => {}
        }
    }

    /// Whether tenants of this client key are served.
    fn serves(&self, key: &ClientKey) -> bool {
        self.verifiers.serves_synthetic || !is_synthetic(key)
    }

    /// The tenant as its stream has it, when that is newer than what is in memory. A log that fails
    /// here leaves the refusal as it is.
    async fn look_up(&self, link: &LinkKey, known: Option<&Credentials>) -> Option<Arc<Credentials>> {
        let LinkKey::Connect(key) = link;
        let found = match tenants::find(&*self.log, key).await {
            Ok(found) => found?,
            Err(cause) => {
                warn!(%cause, "the log could not be read before a refusal");
                return None;
            }
        };
        let state = tenants::state(&*self.log, found).await;
        let failed = |cause: &_| warn!(%cause, tenant = %found, "a tenant's stream could not be read");
        let (state, revision) = state.inspect_err(failed).ok()?;
        if known.is_some_and(|known| known.revision >= revision) {
            return None;
        }
        self.directory.put(TenantSnapshot {
            id: found,
            tenant: state.tenant()?,
            revision,
        });
        self.directory.find(link)
    }

    async fn open_acceptable<'c>(&self, known: &'c Credentials, now: DateTime<Utc>) -> OpenedSite<'c> {
        let wanted: Vec<_> = known.acceptable_secrets(now).collect();
        self.directory.secrets.open(known.tenant, &wanted, now).await
    }

    /// Checks a token against one tenant's secrets. Superseded ones are opened only when no other
    /// verified it.
    async fn check_against<T: NamesSecret>(
        &self,
        known: Option<Arc<Credentials>>,
        now: DateTime<Utc>,
        check: &impl Fn(&KnownSecrets<'_>) -> Result<T, Refusal>,
    ) -> Result<Match<T>, Refusal> {
        let Some(known) = known else {
            return Err(self.check_against_nothing(check));
        };
        let opened = self.open_acceptable(&known, now).await;
        let verified = match check(&KnownSecrets {
            acceptable: &with_labels(&opened),
            superseded: &[],
        }) {
            Err(Refusal::SignatureInvalid) if !opened.unopened.is_empty() => {
                return Err(Refusal::SecretsUnavailable);
            }
            Err(Refusal::SignatureInvalid) => {
                return Err(self
                    .explain_signature(&known, opened.open.is_empty(), now, check)
                    .await);
            }
            verdict => verdict?,
        };
        // A verifier answers with an index into what it was given.
        let used = opened
            .open
            .get(verified.secret_index())
            .ok_or(Refusal::SignatureInvalid)?;
        let (fingerprint, state) = (used.stored.fingerprint.clone(), used.stored.state);
        drop(opened);
        Ok(Match {
            credentials: known,
            verified,
            fingerprint,
            state,
        })
    }

    /// The refusal of a token whose issuer is not known: the one that the same token of a
    /// known one gets. Otherwise anyone could ask who has Tally.
    fn check_against_nothing<T>(&self, check: &impl Fn(&KnownSecrets<'_>) -> Result<T, Refusal>) -> Refusal {
        let verdict = check(&KnownSecrets {
            acceptable: &[("none", &self.no_ones_secret)],
            superseded: &[],
        });
        verdict.err().unwrap_or(Refusal::SignatureInvalid)
    }

    /// Which refusal a token gets that no accepted secret verifies: one more exact when a
    /// superseded secret does. Only a sender who holds a secret that was shared once learns
    /// anything of the tenant.
    async fn explain_signature<T>(
        &self,
        known: &Credentials,
        none_accepted: bool,
        now: DateTime<Utc>,
        check: &impl Fn(&KnownSecrets<'_>) -> Result<T, Refusal>,
    ) -> Refusal {
        let wanted: Vec<_> = known.superseded_secrets(now).collect();
        let secrets = &self.directory.secrets;
        let opened = secrets.open_superseded(known.tenant, &wanted, now).await;
        let superseded: Vec<_> = opened.open.iter().map(|open| &*open.secret).collect();
        let verdict = check(&KnownSecrets {
            acceptable: &[],
            superseded: &superseded,
        });
        let matches_superseded = matches!(verdict, Err(Refusal::MatchesSupersededSecret));
        if matches_superseded && known.status == Status::Uninstalled {
            Refusal::TenantUninstalled
        } else if matches_superseded {
            Refusal::MatchesSupersededSecret
        } else if none_accepted && opened.unopened.contains(&Unopened::StoreFailed) {
            // With none of the site's secrets at hand, nothing is known of any signature.
            Refusal::SecretsUnavailable
        } else {
            Refusal::SignatureInvalid
        }
    }

    async fn report_refused(
        &self,
        purpose: Purpose<'_>,
        token: &RawToken,
        known: &Credentials,
        refusal: &Refusal,
        now: DateTime<Utc>,
    ) {
        let refused = RefusedToken {
            refusal,
            kind: purpose.kind(),
            mismatch: self.explain_mismatch(purpose, token, known, refusal, now).await,
            fits_otherwise: match purpose {
                Purpose::Call => self.verifiers.context.would_fit(token, now),
                Purpose::Signed(_, request) => self.verifiers.page.would_fit(token, request, now),
            },
        };
        self.observer.note_refused(known.tenant, &refused, now);
    }

    /// How a genuine token misses its request, when it was refused for that.
    async fn explain_mismatch(
        &self,
        purpose: Purpose<'_>,
        token: &RawToken,
        known: &Credentials,
        refusal: &Refusal,
        now: DateTime<Utc>,
    ) -> Option<Mismatch> {
        let (Refusal::QshMismatch, Purpose::Signed(_, request)) = (refusal, purpose) else {
            return None;
        };
        let opened = self.open_acceptable(known, now).await;
        let secrets = KnownSecrets {
            acceptable: &with_labels(&opened),
            superseded: &[],
        };
        self.verifiers.page.explain(token, request, &secrets)
    }

    fn report_verified<T>(&self, kind: RequestKind, found: &Match<T>, now: DateTime<Utc>) {
        let tenant = found.credentials.tenant;
        self.directory
            .usage
            .add_secret_use(tenant, &found.fingerprint, now);
        self.observer.note_verified(tenant, kind, found.state.into(), now);
        metrics::counter!(metric::TOKENS_VERIFIED, "secret" => state_word(&found.state)).increment(1);
        if found.state == SecretState::Candidate {
            // The platform uses the candidate, so it becomes current.
            self.promotions.begin(tenant, found.fingerprint.clone(), now);
        }
    }
}

/// Waits until a refusal takes as long as any other: what was looked up for it, and whether there is
/// such a tenant, must not show.
async fn hide_work(begun: Instant) {
    let steps = begun.elapsed().as_nanos() / REFUSAL_STEP.as_nanos() + 1;
    let answer_at = REFUSAL_STEP * u32::try_from(steps).unwrap_or(u32::MAX);
    tokio::time::sleep(answer_at.saturating_sub(begun.elapsed())).await;
}

fn with_labels<'o>(opened: &'o OpenedSite<'_>) -> Vec<(&'o str, &'o SecretString)> {
    let each = opened.open.iter();
    each.map(|open| (open.stored.fingerprint.0.as_str(), &*open.secret))
        .collect()
}

/// Whether a newer installation could turn this refusal into a yes.
fn may_change_with_newer_secrets(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::SignatureInvalid
            | Refusal::MatchesSupersededSecret
            | Refusal::TenantUninstalled
            | Refusal::SecretsUnavailable
    )
}

fn account_of(claims: &Claims) -> Option<AccountId> {
    claims.sub.as_deref().and_then(AccountId::parse)
}

/// A secret's state in metrics.
fn state_word(state: &SecretState) -> &'static str {
    match state {
        SecretState::Current => "current",
        SecretState::Previous { .. } => "previous",
        SecretState::Candidate => "candidate",
        SecretState::Superseded => "superseded",
    }
}
