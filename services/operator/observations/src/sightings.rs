//! What was seen of each tenant beside its health and is stored nowhere: refused tokens, answers of
//! its Jira, refused callbacks.
//!
//! It is bounded: a few numbers for each kind of thing, never the thing itself. A call of the API
//! that verifies touches nothing here.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use chrono::{DateTime, Duration, Utc};
use moka::ops::compute::Op;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_atlassian::qsh::Mismatch;
use tally_domain::Refused;
use tally_domain::{ClientKey, TenantId};

use crate::observer::{RefusedToken, RequestKind, UnwrittenCallback};

/// How many unwritten callbacks are remembered of each sort: those proven genuine, and those that
/// anyone may have sent.
const MAX_CALLBACKS: usize = 512;
/// How many client keys that never installed are remembered.
const MAX_UNKNOWN_ISSUERS: u64 = 1024;
/// A thing that did not happen for this long is counted from 1 again.
const MEMORY: Duration = Duration::hours(24);

/// How often something happened, when first and when last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The number of times.
    pub count: u64,
    /// The first time.
    pub first: DateTime<Utc>,
    /// The latest time.
    pub last: DateTime<Utc>,
}

impl Times {
    /// One time, `at` that moment.
    pub fn once(at: DateTime<Utc>) -> Self {
        Self {
            count: 1,
            first: at,
            last: at,
        }
    }

    fn add(&mut self, at: DateTime<Utc>) {
        if at - self.last > MEMORY {
            *self = Self::once(at);
        } else {
            self.count += 1;
            self.last = self.last.max(at);
        }
    }
}

/// Refused tokens of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedTokens {
    /// The refusal, the latest of its code.
    pub refusal: Refusal,
    /// Where they were sent.
    pub kind: RequestKind,
    /// Why the query hash did not match, when that was the reason.
    pub mismatch: Option<Mismatch>,
    /// How often and when.
    pub times: Times,
}

impl RefusedTokens {
    /// By how many seconds the latest one missed its time.
    pub fn seconds(&self) -> Option<i64> {
        let (Refusal::Expired { seconds } | Refusal::NotYetValid { seconds }) = self.refusal else {
            return None;
        };
        Some(seconds)
    }
}

/// What a tenant's Jira answered to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JiraAnswer {
    /// The requested data.
    Good,
    /// Status 400.
    BadRequest,
    /// Status 401.
    Unauthorized,
    /// Status 403.
    Forbidden,
    /// Status 404.
    NotFound,
    /// Status 429.
    RateLimited,
    /// A redirect, which Tally does not follow.
    Redirected,
    /// A status from 500 on.
    Failed,
    /// No answer, in time or at all.
    Silent,
    /// An answer that Tally does not understand.
    Unreadable,
}

impl JiraAnswer {
    /// The answer that a result stands for; `None` when the call was never sent.
    fn from_result(result: Result<(), &JiraError>) -> Option<Self> {
        Some(match result {
            Ok(()) => Self::Good,
            Err(JiraError::BadRequest) => Self::BadRequest,
            Err(JiraError::Unauthorized) => Self::Unauthorized,
            Err(JiraError::Forbidden) => Self::Forbidden,
            Err(JiraError::NotFound) => Self::NotFound,
            Err(JiraError::RateLimited { .. }) => Self::RateLimited,
            Err(JiraError::Redirected) => Self::Redirected,
            Err(JiraError::Unavailable { .. }) => Self::Failed,
            Err(JiraError::TimedOut | JiraError::NoConnection) => Self::Silent,
            Err(JiraError::UnexpectedAnswer(_)) => Self::Unreadable,
            Err(JiraError::TargetNotAllowed | JiraError::Signing | JiraError::Client) => return None,
        })
    }
}

/// Answers of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JiraAnswers {
    /// What Jira answered.
    pub answer: JiraAnswer,
    /// How often and when.
    pub times: Times,
    /// How many seconds the latest one asked to wait.
    pub retry_after: Option<u64>,
}

/// A refusal's code, where the token was sent, and why the query hash did not match.
type TokenKind = (&'static str, RequestKind, Option<Mismatch>);

/// What was seen of one tenant.
#[derive(Clone, Debug, Default)]
pub struct TenantSightings {
    tokens: HashMap<TokenKind, (Times, Refusal)>,
    answers: HashMap<JiraAnswer, (Times, Option<u64>)>,
    /// The origin at which Jira shows the tenant's pages, if the tenant is not known to be there;
    /// and when that was seen.
    pub framed_at: Option<(String, DateTime<Utc>)>,
}

impl TenantSightings {
    /// The refused tokens, in a fixed order.
    pub fn tokens(&self) -> Vec<RefusedTokens> {
        let each = self.tokens.iter();
        let mut all: Vec<RefusedTokens> = each
            .map(|((_, kind, mismatch), (times, refusal))| RefusedTokens {
                refusal: *refusal,
                kind: *kind,
                mismatch: *mismatch,
                times: *times,
            })
            .collect();
        all.sort_by_key(|t| (t.refusal.code(), t.kind, t.times.first, t.times.last));
        all
    }

    /// The answers of its Jira, in a fixed order.
    pub fn answers(&self) -> Vec<JiraAnswers> {
        let each = self.answers.iter();
        let mut all: Vec<JiraAnswers> = each
            .map(|(answer, (times, retry_after))| JiraAnswers {
                answer: *answer,
                times: *times,
                retry_after: *retry_after,
            })
            .collect();
        all.sort_by_key(|answers| answers.answer);
        all
    }
}

/// What was seen of all tenants.
pub struct Sightings {
    since: DateTime<Utc>,
    tenants: Mutex<HashMap<TenantId, TenantSightings>>,
    unknown_issuers: Cache<ClientKey, Times>,
    genuine: Mutex<VecDeque<UnwrittenCallback>>,
    claimed: Mutex<VecDeque<UnwrittenCallback>>,
    install_verified_at: Mutex<Option<DateTime<Utc>>>,
}

impl Sightings {
    /// An empty memory that begins at `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            since: now,
            tenants: Mutex::default(),
            unknown_issuers: Cache::builder()
                .max_capacity(MAX_UNKNOWN_ISSUERS)
                .eviction_policy(EvictionPolicy::lru())
                .build(),
            genuine: Mutex::default(),
            claimed: Mutex::default(),
            install_verified_at: Mutex::default(),
        }
    }

    /// When this memory began.
    pub fn since(&self) -> DateTime<Utc> {
        self.since
    }

    pub(super) fn note_refused_token(&self, tenant: TenantId, token: &RefusedToken<'_>, now: DateTime<Utc>) {
        let mut tenants = self.tenants.lock();
        let tokens = &mut tenants.entry(tenant).or_default().tokens;
        let kind = (token.refusal.code(), token.kind, token.mismatch);
        count_once_more(tokens, kind, *token.refusal, now);
    }

    pub(super) fn note_unknown_issuer(&self, issuer: ClientKey, now: DateTime<Utc>) {
        self.unknown_issuers.entry(issuer).and_compute_with(|known| {
            let times = known.map_or_else(
                || Times::once(now),
                |known| {
                    let mut times = known.into_value();
                    times.add(now);
                    times
                },
            );
            Op::Put(times)
        });
    }

    pub(super) fn note_answer(&self, tenant: TenantId, result: Result<(), &JiraError>, now: DateTime<Utc>) {
        let Some(answer) = JiraAnswer::from_result(result) else {
            return;
        };
        let retry_after =
            if let Err(JiraError::RateLimited { retry_after } | JiraError::Unavailable { retry_after, .. }) =
                result
            {
                retry_after.map(|wait| wait.as_secs())
            } else {
                None
            };
        let mut tenants = self.tenants.lock();
        let answers = &mut tenants.entry(tenant).or_default().answers;
        count_once_more(answers, answer, retry_after, now);
    }

    pub(super) fn note_framed_at(&self, tenant: TenantId, origin: Option<String>, now: DateTime<Utc>) {
        let mut tenants = self.tenants.lock();
        match (origin, tenants.get_mut(&tenant)) {
            (Some(origin), _) => tenants.entry(tenant).or_default().framed_at = Some((origin, now)),
            (None, Some(sightings)) => sightings.framed_at = None,
            (None, None) => {}
        }
    }

    pub(super) fn note_unwritten_callback(&self, callback: UnwrittenCallback, genuine: bool) {
        let mut notes = if genuine { &self.genuine } else { &self.claimed }.lock();
        if notes.len() >= MAX_CALLBACKS {
            notes.pop_front();
        }
        notes.push_back(callback);
    }

    pub(super) fn note_install_verified(&self, now: DateTime<Utc>) {
        *self.install_verified_at.lock() = Some(now);
    }

    /// What was seen of a tenant.
    pub fn of(&self, tenant: TenantId) -> TenantSightings {
        self.tenants.lock().get(&tenant).cloned().unwrap_or_default()
    }

    /// Tokens of a client key that never installed.
    pub fn unknown_issuer(&self, key: &ClientKey) -> Option<Times> {
        self.unknown_issuers.get(key)
    }

    /// Unwritten callbacks with `client_key` in their body, the genuine ones first.
    pub fn unwritten_callbacks(&self, client_key: &str) -> Vec<UnwrittenCallback> {
        let of_key = |notes: &Mutex<VecDeque<UnwrittenCallback>>| {
            let notes = notes.lock();
            let own = notes.iter().filter(|note| note.client_key == client_key);
            own.cloned().collect::<Vec<_>>()
        };
        [of_key(&self.genuine), of_key(&self.claimed)].concat()
    }

    /// When an `installed` callback of any site last verified.
    pub fn install_verified_at(&self) -> Option<DateTime<Utc>> {
        *self.install_verified_at.lock()
    }
}

fn count_once_more<K: Hash + Eq, D>(
    counts: &mut HashMap<K, (Times, D)>,
    key: K,
    latest: D,
    now: DateTime<Utc>,
) {
    match counts.get_mut(&key) {
        Some((times, detail)) => {
            times.add(now);
            *detail = latest;
        }
        None => {
            counts.insert(key, (Times::once(now), latest));
        }
    }
}
