//! What was asked, and what was answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_domain::Clock;
use uuid::Uuid;

/// A command on an asset that was answered with success.
#[derive(Clone, Debug)]
pub struct Ack {
    /// Which site's.
    pub site: usize,
    /// The asset.
    pub asset: Uuid,
    /// The event it asked for.
    pub event: &'static str,
    /// The asset's revision in the answer.
    pub revision: u64,
}

/// An `installed` that was answered with success.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Installed {
    /// Which site's.
    pub site: usize,
    /// The client key.
    pub client_key: String,
    /// The secret, by its fingerprint.
    pub fingerprint: String,
}

/// The page that a person saw in place of Tally.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// Its heading.
    pub title: String,
    /// The refusal's code.
    pub code: String,
    /// What it asks the admin to do.
    pub admin: String,
}

/// A valid request that was not answered as it should be.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Which site's.
    pub site: usize,
    /// The code of the refusal, or what else was wrong.
    pub code: String,
    /// What was asked.
    pub what: String,
    /// When the answer came.
    pub at: DateTime<Utc>,
}

/// All of it.
#[derive(Default)]
pub struct Ledger {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    sent: u64,
    refusals: Vec<Refusal>,
    acks: Vec<Ack>,
    installed: BTreeSet<Installed>,
    intrusions: u64,
    trusted: Vec<String>,
    explained: Option<Explained>,
    slowest_to_hear: Option<Duration>,
}

impl Ledger {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A valid request was sent.
    pub fn sent(&self) {
        self.inner().sent += 1;
    }

    /// It was not answered as it should be.
    pub fn refused(&self, site: usize, what: &str, code: &str) {
        self.inner().refusals.push(Refusal {
            site,
            code: code.to_owned(),
            what: what.to_owned(),
            at: Clock::system().now(),
        });
    }

    /// A command succeeded.
    pub fn acknowledged(&self, ack: Ack) {
        self.inner().acks.push(ack);
    }

    /// An installation succeeded.
    pub fn installed(&self, installed: Installed) {
        self.inner().installed.insert(installed);
    }

    /// A request with a secret that was never issued was sent; `trusted` when it was believed.
    pub fn intruded(&self, what: &str, trusted: bool) {
        let mut inner = self.inner();
        inner.intrusions += 1;
        if trusted {
            inner.trusted.push(what.to_owned());
        }
    }

    /// Records that a person saw a page that explains the failure.
    pub fn explained(&self, page: Explained) {
        self.inner().explained.get_or_insert(page);
    }

    /// A node had heard so long after a change what another had taken in.
    pub fn heard(&self, after: Duration) {
        let slowest = &mut self.inner().slowest_to_hear;
        *slowest = (*slowest).max(Some(after));
    }

    /// How long the slowest took, where there are several nodes.
    pub fn slowest_to_hear(&self) -> Option<Duration> {
        self.inner().slowest_to_hear
    }

    /// How many requests were sent, forged ones too.
    pub fn requests(&self) -> u64 {
        let inner = self.inner();
        inner.sent + inner.intrusions
    }

    /// Valid requests that were refused, in the order of their answers.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.inner().refusals.clone()
    }

    /// Why valid requests were refused, and how many for each reason.
    pub fn refused_by_code(&self) -> BTreeMap<String, u64> {
        let mut codes = BTreeMap::new();
        for refusal in &self.inner().refusals {
            *codes.entry(refusal.code.clone()).or_default() += 1;
        }
        codes
    }

    /// When each site's first valid request was refused.
    pub fn first_refusals(&self) -> BTreeMap<usize, DateTime<Utc>> {
        let mut first = BTreeMap::new();
        for refusal in &self.inner().refusals {
            first.entry(refusal.site).or_insert(refusal.at);
        }
        first
    }

    /// Acknowledged commands.
    pub fn acks(&self) -> Vec<Ack> {
        self.inner().acks.clone()
    }

    /// Acknowledged installations.
    pub fn installations(&self) -> BTreeSet<Installed> {
        self.inner().installed.clone()
    }

    /// What was wrongly trusted.
    pub fn trusted(&self) -> Vec<String> {
        self.inner().trusted.clone()
    }

    /// The first page that a person saw in place of Tally.
    pub fn page_seen(&self) -> Option<Explained> {
        self.inner().explained.clone()
    }
}
