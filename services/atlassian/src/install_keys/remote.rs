use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use moka::future::Cache;
use reqwest::{Client, StatusCode};

use super::{InstallKey, InstallKeys, KeyId, KeyLookupError, Unavailable};
use crate::base_url::{AppBaseUrl, BaseUrlError, web_host_is_loopback};
use crate::http_client::{BodyError, Reach, client, read_bounded};

/// A 4096-bit key is below one kilobyte in PEM.
const MAX_PEM_BYTES: usize = 16 * 1024;

/// How much to keep, and how often to ask.
#[derive(Clone, Copy, Debug)]
pub struct RemoteInstallKeysOptions {
    /// How many keys are kept. Few are in use at a time.
    pub kept_keys: u64,
    /// How long a key is kept. Bounded because a key may be withdrawn without notice.
    pub keep_key_for: Duration,
    /// How long a key may still be used after that while the key server does not answer.
    pub keep_stale_for: Duration,
    /// How many ids without a key are remembered.
    pub kept_absences: u64,
    /// How long an absence is believed. Short, so that a key published late is found by the
    /// sender's next attempt.
    pub keep_absence_for: Duration,
    /// How many fetches may happen at once after a quiet time.
    pub fetch_burst: NonZeroU32,
    /// After the burst, one fetch is allowed each time this has passed.
    pub fetch_interval: Duration,
    /// The whole time a fetch may take.
    pub timeout: Duration,
}

impl Default for RemoteInstallKeysOptions {
    fn default() -> Self {
        Self {
            kept_keys: 64,
            keep_key_for: Duration::from_secs(24 * 60 * 60),
            keep_stale_for: Duration::from_secs(7 * 24 * 60 * 60),
            kept_absences: 10_000,
            keep_absence_for: Duration::from_secs(3),
            fetch_burst: NonZeroU32::MIN.saturating_add(19),
            fetch_interval: Duration::from_secs(3),
            timeout: Duration::from_secs(5),
        }
    }
}

/// Why a key server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RemoteInstallKeysError {
    /// Its address is not acceptable.
    #[error("install keys URL: {0}")]
    Url(#[from] BaseUrlError),
    /// The rate of fetches is not positive.
    #[error("install keys: the fetch interval must not be zero")]
    Interval,
    /// The HTTP client could not be set up.
    #[error("install keys: HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Keys fetched from `{base}/{kid}`.
///
/// A key in the cache costs nothing. For one that is not: absences are remembered for a short time
/// in a cache of their own (so that forged ids cannot push out real keys), simultaneous requests
/// for one id share one fetch, and all fetches together stay below a rate. Beyond it the answer is
/// "unavailable", which Jira repeats later, never "unknown".
pub struct RemoteInstallKeys {
    base: AppBaseUrl,
    http: Client,
    keys: Cache<KeyId, InstallKey>,
    /// The same for longer: one that is old is better than none.
    stale: Cache<KeyId, InstallKey>,
    absences: Cache<KeyId, ()>,
    fetches: DefaultDirectRateLimiter,
    failing: AtomicBool,
}

impl RemoteInstallKeys {
    /// Keys below `base_url` (https, or http on a loopback host).
    ///
    /// # Errors
    /// [`RemoteInstallKeysError`] when the address or the options cannot be used.
    pub fn new(base_url: &str, options: RemoteInstallKeysOptions) -> Result<Self, RemoteInstallKeysError> {
        let base = AppBaseUrl::parse(base_url)?;
        let reach = if web_host_is_loopback(base.as_str()) {
            Reach::Loopback
        } else {
            Reach::World
        };
        let user_agent = concat!("tally/", env!("CARGO_PKG_VERSION"));
        let quota = Quota::with_period(options.fetch_interval).ok_or(RemoteInstallKeysError::Interval)?;
        Ok(Self {
            base,
            http: client(reach, user_agent, options.timeout)?,
            keys: cache(options.kept_keys, options.keep_key_for),
            stale: cache(options.kept_keys, options.keep_stale_for),
            absences: cache(options.kept_absences, options.keep_absence_for),
            fetches: RateLimiter::direct(quota.allow_burst(options.fetch_burst)),
            failing: AtomicBool::new(false),
        })
    }

    /// Whether the last fetch failed by the server's fault: no answer, or one that is neither a key
    /// nor that there is none.
    #[must_use]
    pub fn failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// One fetch at a time: all callers that come while it is under way get the same answer.
    async fn fetch(&self, key_id: &KeyId) -> Result<InstallKey, KeyLookupError> {
        if self.absences.contains_key(key_id) {
            return Err(KeyLookupError::Unknown);
        }
        if self.fetches.check().is_err() {
            return Err(KeyLookupError::Unavailable(Unavailable::Throttled));
        }
        let not_a_key = KeyLookupError::Unavailable(Unavailable::NotAKey);
        let fetched = self.request(key_id).await;
        let fetched = fetched.and_then(|pem| InstallKey::from_pem(&pem).ok_or(not_a_key));
        let failed = matches!(fetched, Err(KeyLookupError::Unavailable(_)));
        self.failing.store(failed, Ordering::Relaxed);
        match &fetched {
            Ok(key) => self.stale.insert(key_id.clone(), key.clone()).await,
            // It was withdrawn.
            Err(KeyLookupError::Unknown) => {
                self.absences.insert(key_id.clone(), ()).await;
                self.stale.invalidate(key_id).await;
            }
            Err(KeyLookupError::Unavailable(_)) => {}
        }
        fetched
    }

    async fn request(&self, key_id: &KeyId) -> Result<String, KeyLookupError> {
        let url = format!("{}/{key_id}", self.base);
        let response = self
            .http
            .get(url)
            .send()
            .await
            .map_err(|error| transport(&error))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(KeyLookupError::Unknown),
            other => return Err(KeyLookupError::Unavailable(Unavailable::Status(other.as_u16()))),
        }
        let body = read_bounded(response, MAX_PEM_BYTES)
            .await
            .map_err(|error| match error {
                BodyError::TooLong => KeyLookupError::Unavailable(Unavailable::NotAKey),
                BodyError::Transport(error) => transport(&error),
            })?;
        String::from_utf8(body).map_err(|_| KeyLookupError::Unavailable(Unavailable::NotAKey))
    }
}

#[async_trait]
impl InstallKeys for RemoteInstallKeys {
    async fn find(&self, key_id: &KeyId) -> Result<InstallKey, KeyLookupError> {
        let found = self.keys.try_get_with_by_ref(key_id, self.fetch(key_id)).await;
        match found.map_err(|shared| KeyLookupError::clone(&shared)) {
            Err(KeyLookupError::Unavailable(why)) => {
                let stale = self.stale.get(key_id).await;
                stale.ok_or(KeyLookupError::Unavailable(why))
            }
            found => found,
        }
    }
}

fn cache<V: Clone + Send + Sync + 'static>(capacity: u64, keep_for: Duration) -> Cache<KeyId, V> {
    Cache::builder()
        .max_capacity(capacity)
        .time_to_live(keep_for)
        .build()
}

fn transport(error: &reqwest::Error) -> KeyLookupError {
    KeyLookupError::Unavailable(if error.is_timeout() {
        Unavailable::TimedOut
    } else {
        Unavailable::NoConnection
    })
}
