//! What was seen of each tenant, beside its health ([`crate::watch::health`]), and is written nowhere: refused tokens, answers of its Jira, refused callbacks. Since this process started,
//! and bounded: a few numbers for each kind of thing, never the thing itself.
//!
//! Noted are refusals, pages, callbacks, and calls to Jira; a verified call of the API touches nothing here.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_atlassian::qsh::Mismatch;
use tally_domain::{ClientKey, TenantId};

/// How many refused callbacks that could not be written are remembered: those that were proved genuine, and apart from them those that anybody may have sent.
const CALLBACKS: usize = 512;
/// How many client keys that never installed are remembered; beyond it all are forgotten.
const STRANGERS: usize = 1024;
/// What is older than this is counted anew.
const MEMORY: Duration = Duration::hours(24);

/// How often something happened, first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// How often.
    pub count: u64,
    /// When first.
    pub first: DateTime<Utc>,
    /// When last.
    pub last: DateTime<Utc>,
}

impl Times {
    /// Once, then.
    pub fn once(at: DateTime<Utc>) -> Self {
        Self {
            count: 1,
            first: at,
            last: at,
        }
    }

    fn again(&mut self, at: DateTime<Utc>) {
        if at - self.last > MEMORY {
            *self = Self::once(at);
        } else {
            self.count += 1;
            self.last = self.last.max(at);
        }
    }
}

/// Where a token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// At a page that Jira frames.
    Page,
    /// At the API that pages call.
    Api,
    /// At a lifecycle callback.
    Callback,
}

/// Refused tokens of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedTokens {
    /// The refusal's code.
    pub code: &'static str,
    /// Where.
    pub place: Place,
    /// Why the query hash did not match, when that was it.
    pub mismatch: Option<Mismatch>,
    /// How often.
    pub times: Times,
    /// By how many seconds the latest missed its time.
    pub seconds: Option<i64>,
}

/// What a tenant's Jira answered a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// What was asked for.
    Good,
    /// 400.
    BadRequest,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 429.
    RateLimited,
    /// A redirect.
    Redirected,
    /// 5xx.
    Failed,
    /// Nothing, in time or at all.
    Silent,
    /// Something else.
    Unreadable,
}

impl Answer {
    fn of(result: Result<(), &JiraError>) -> Option<Self> {
        Some(match result {
            Ok(_) => Self::Good,
            Err(JiraError::BadRequest) => Self::BadRequest,
            Err(JiraError::Unauthorized) => Self::Unauthorized,
            Err(JiraError::Forbidden) => Self::Forbidden,
            Err(JiraError::NotFound) => Self::NotFound,
            Err(JiraError::RateLimited { .. }) => Self::RateLimited,
            Err(JiraError::Redirected) => Self::Redirected,
            Err(JiraError::Unavailable { .. }) => Self::Failed,
            Err(JiraError::TimedOut | JiraError::NoConnection) => Self::Silent,
            Err(JiraError::UnexpectedAnswer(_)) => Self::Unreadable,
            // Ours, and never sent.
            Err(JiraError::TargetNotAllowed | JiraError::Signing | JiraError::Client) => return None,
        })
    }
}

/// Answers of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Which.
    pub answer: Answer,
    /// How often.
    pub times: Times,
    /// How many seconds the latest asked to wait.
    pub retry_after: Option<u64>,
}

/// A callback that was refused, and of which the log has nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCallback {
    /// When.
    pub at: DateTime<Utc>,
    /// Which.
    pub callback: &'static str,
    /// The refusal's code.
    pub code: String,
    /// Whom it claimed to be from.
    pub client_key: String,
}

/// A refusal's code, where it happened, and why the query hash did not match.
type TokenKind = (&'static str, Place, Option<Mismatch>);

/// What was seen of one tenant.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    tokens: HashMap<TokenKind, (Times, Option<i64>)>,
    answers: HashMap<Answer, (Times, Option<u64>)>,
    /// Where a verified page said it was shown, when that is not where the site is known to be.
    pub framed_at: Option<(String, DateTime<Utc>)>,
}

impl Traces {
    /// The refused tokens, in a settled order.
    pub fn tokens(&self) -> Vec<RefusedTokens> {
        let each = self.tokens.iter();
        let mut all: Vec<RefusedTokens> = each
            .map(|((code, place, mismatch), (times, seconds))| RefusedTokens {
                code,
                place: *place,
                mismatch: *mismatch,
                times: *times,
                seconds: *seconds,
            })
            .collect();
        all.sort_by_key(|t| (t.code, t.place, t.times.first, t.times.last));
        all
    }

    /// The answers of its Jira, in a settled order.
    pub fn answers(&self) -> Vec<Answers> {
        let each = self.answers.iter();
        let mut all: Vec<Answers> = each
            .map(|(answer, (times, retry_after))| Answers {
                answer: *answer,
                times: *times,
                retry_after: *retry_after,
            })
            .collect();
        all.sort_by_key(|a| a.answer);
        all
    }
}

/// All that was seen.
pub struct Seen {
    since: DateTime<Utc>,
    tenants: Mutex<HashMap<TenantId, Traces>>,
    strangers: Mutex<HashMap<ClientKey, Times>>,
    genuine: Mutex<VecDeque<RefusedCallback>>,
    claimed: Mutex<VecDeque<RefusedCallback>>,
    verified: Mutex<Option<DateTime<Utc>>>,
}

impl Seen {
    /// Nothing yet.
    pub fn since(now: DateTime<Utc>) -> Self {
        Self {
            since: now,
            tenants: Mutex::default(),
            strangers: Mutex::default(),
            genuine: Mutex::default(),
            claimed: Mutex::default(),
            verified: Mutex::default(),
        }
    }

    /// Since when things are noted.
    pub fn noting_since(&self) -> DateTime<Utc> {
        self.since
    }

    /// A tenant's token was refused.
    pub fn token_refused(
        &self,
        tenant: TenantId,
        refusal: &Refusal,
        (place, mismatch): (Place, Option<Mismatch>),
        now: DateTime<Utc>,
    ) {
        let mut tenants = locked(&self.tenants);
        let traces = tenants.entry(tenant).or_default();
        let seconds = match refusal {
            Refusal::Expired { seconds } | Refusal::NotYetValid { seconds } => Some(*seconds),
            _ => None,
        };
        tally(
            &mut traces.tokens,
            (refusal.code(), place, mismatch),
            seconds,
            now,
        );
    }

    /// A token came from a client key that never installed.
    pub fn stranger(&self, key: ClientKey, now: DateTime<Utc>) {
        let mut strangers = locked(&self.strangers);
        if strangers.len() >= STRANGERS && !strangers.contains_key(&key) {
            strangers.clear();
        }
        strangers
            .entry(key)
            .and_modify(|times| times.again(now))
            .or_insert_with(|| Times::once(now));
    }

    /// A tenant's Jira answered a call.
    pub fn answered(&self, tenant: TenantId, result: Result<(), &JiraError>, now: DateTime<Utc>) {
        let Some(answer) = Answer::of(result) else { return };
        let retry_after = match result {
            Err(JiraError::RateLimited { retry_after } | JiraError::Unavailable { retry_after, .. }) => {
                retry_after.map(|wait| wait.as_secs())
            }
            _ => None,
        };
        let mut tenants = locked(&self.tenants);
        tally(
            &mut tenants.entry(tenant).or_default().answers,
            answer,
            retry_after,
            now,
        );
    }

    /// A page verified: `elsewhere` is where it says it is shown, when that is not where the site is known to be.
    pub fn framed(&self, tenant: TenantId, elsewhere: Option<String>, now: DateTime<Utc>) {
        let mut tenants = locked(&self.tenants);
        match (elsewhere, tenants.get_mut(&tenant)) {
            (Some(origin), _) => tenants.entry(tenant).or_default().framed_at = Some((origin, now)),
            (None, Some(traces)) => traces.framed_at = None,
            (None, None) => {}
        }
    }

    /// A callback was refused and could not be written down; `genuine` when only after it was proved to be the platform's.
    pub fn callback_refused(&self, refused: RefusedCallback, genuine: bool) {
        let mut notes = locked(if genuine { &self.genuine } else { &self.claimed });
        if notes.len() >= CALLBACKS {
            notes.pop_front();
        }
        notes.push_back(refused);
    }

    /// An install callback was verified.
    pub fn callback_verified(&self, now: DateTime<Utc>) {
        *locked(&self.verified) = Some(now);
    }

    /// What was seen of a tenant.
    pub fn of(&self, tenant: TenantId) -> Traces {
        locked(&self.tenants).get(&tenant).cloned().unwrap_or_default()
    }

    /// Tokens of a client key that never installed.
    pub fn of_stranger(&self, key: &ClientKey) -> Option<Times> {
        locked(&self.strangers).get(key).copied()
    }

    /// Refused callbacks that claimed `client_key`.
    pub fn refused_callbacks(&self, client_key: &str) -> Vec<RefusedCallback> {
        let of = |notes: &Mutex<VecDeque<RefusedCallback>>| {
            let notes = locked(notes);
            let ours = notes.iter().filter(|note| note.client_key == client_key);
            ours.cloned().collect::<Vec<_>>()
        };
        [of(&self.genuine), of(&self.claimed)].concat()
    }

    /// When an install callback of any site last verified.
    pub fn callback_verified_at(&self) -> Option<DateTime<Utc>> {
        *locked(&self.verified)
    }
}

fn tally<K: Hash + Eq, D>(
    map: &mut HashMap<K, (Times, Option<D>)>,
    key: K,
    detail: Option<D>,
    now: DateTime<Utc>,
) {
    let entry = map.entry(key).and_modify(|(times, _)| times.again(now));
    entry.or_insert_with(|| (Times::once(now), None)).1 = detail;
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
