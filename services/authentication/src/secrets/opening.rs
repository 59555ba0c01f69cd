//! One task that has the vault open secrets of one site.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tally_domain::TenantId;
use tally_domain::tenant::HeldSecret;
use tally_vault::{Binding, VaultError};
use tokio::sync::OwnedMutexGuard;
use tokio::task::spawn_blocking;
use tracing::error;

use super::site::Site;
use super::{Inner, is_accepted};
use crate::metric;

/// The task. It goes on when the request that began it does not wait for it any more.
pub(super) struct Opening {
    pub(super) inner: Arc<Inner>,
    pub(super) site: Arc<Site>,
    pub(super) tenant: TenantId,
    pub(super) wanted: Vec<HeldSecret>,
    pub(super) now: DateTime<Utc>,
    /// The turn at this site, given back at the end.
    pub(super) turn: OwnedMutexGuard<()>,
}

impl Opening {
    pub(super) async fn run(self) {
        let needed = self.select_needed();
        let Ok(_permit) = self.inner.openings.acquire().await else {
            return;
        };
        if needed.is_empty() || self.inner.store.is_resting(self.now) {
            return;
        }
        let sealed: Vec<_> = needed
            .iter()
            .map(|stored| {
                let binding = Binding::of_shared_secret(self.tenant, stored.sealed_at);
                (binding, stored.sealed.clone())
            })
            .collect();
        let (vault, started) = (self.inner.vault.clone(), Instant::now());
        match spawn_blocking(move || vault.open_secrets(&sealed)).await {
            Ok(Ok(results)) => self.take_in(&needed, results, started),
            Ok(Err(cause)) => self.note_store_failure(&cause, started),
            Err(cause) => error!(tenant = %self.tenant, %cause, "opening secrets broke off"),
        }
        drop(self.turn);
    }

    /// What another task opened while this one waited for its turn is not opened again.
    fn select_needed(&self) -> Vec<HeldSecret> {
        let wanted: Vec<&HeldSecret> = self.wanted.iter().collect();
        let found = self.site.find(&wanted, &self.inner.terms, self.now);
        let needed = wanted.into_iter().zip(found);
        needed
            .filter(|(_, found)| found.needs_opening())
            .map(|(stored, _)| stored.clone())
            .collect()
    }

    fn take_in(
        &self,
        needed: &[HeldSecret],
        results: Vec<Result<SecretString, VaultError>>,
        started: Instant,
    ) {
        let mut failed = false;
        for (stored, result) in needed.iter().zip(results) {
            match result {
                Ok(secret) => self.put(stored, Some(secret)),
                Err(cause) if cause.is_transient() => {
                    failed = true;
                    self.note_store_failure(&cause, started);
                }
                Err(cause) => {
                    failed |= is_accepted(&stored.state, self.now);
                    self.note_damaged(stored, &cause);
                }
            }
        }
        if !failed {
            self.site.clear_failed();
        }
    }

    fn put(&self, stored: &HeldSecret, secret: Option<SecretString>) {
        let find_state = || self.inner.state_of(self.tenant, stored);
        self.site.put(stored.sealed_at, find_state, secret, self.now);
    }

    fn note_store_failure(&self, cause: &VaultError, started: Instant) {
        self.inner.store.rest(cause, self.now, started.elapsed());
        if self
            .wanted
            .iter()
            .any(|stored| is_accepted(&stored.state, self.now))
        {
            self.site.set_failed(self.now);
        }
    }

    /// The opened form goes too, if there is one: the vault answered, and its answer is no.
    fn note_damaged(&self, stored: &HeldSecret, cause: &VaultError) {
        self.put(stored, None);
        metrics::counter!(metric::SECRET_OPENINGS_FAILED, "reason" => cause.reason()).increment(1);
        error!(
            tenant = %self.tenant,
            fingerprint = %stored.fingerprint,
            state = ?stored.state,
            %cause,
            "a stored secret does not open"
        );
    }
}
