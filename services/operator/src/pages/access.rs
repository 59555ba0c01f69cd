//! Who may use the operator's listener: callers who show the token, in a header or by a session
//! that a login opened.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::settings::OpsListener;

/// How long a login lasts.
pub(super) const SESSION: Duration = Duration::from_secs(12 * 3600);
/// How many sessions are kept; the one that was not used for longest ends when another opens.
const MAX_SESSIONS: u64 = 64;
/// How many wrong tokens an address may show within [`WINDOW`].
const MAX_FAILURES: u32 = 10;
/// How long wrong tokens are remembered, from the first on.
const WINDOW: Duration = Duration::from_secs(60);
/// The number of addresses whose wrong tokens are remembered.
const MAX_ADDRESSES: u64 = 1024;

type Hash = [u8; 32];

/// The result of showing a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenCheck {
    /// It is the operator's token.
    Right,
    /// It is another one.
    Wrong,
    /// Too many wrong ones came from that address, so this one was not checked.
    TooOften,
}

/// The token, as its hash, and the open sessions. Sessions end with the process.
pub struct Access {
    token: Option<Hash>,
    local: bool,
    /// The end of each session, by the hash of its id, so that the time of a lookup reveals no id.
    sessions: Cache<Hash, DateTime<Utc>>,
    /// The number of wrong tokens and the time of the first, by address.
    failures: Cache<IpAddr, (u32, DateTime<Utc>)>,
}

impl Access {
    /// Access as configured.
    pub fn new(listener: &OpsListener) -> Self {
        let token = listener.token.as_ref();
        Self {
            token: token.map(|token| hash(token.expose_secret())),
            local: listener.listen.is_some_and(|address| address.ip().is_loopback()),
            sessions: bounded_map(MAX_SESSIONS, SESSION),
            failures: bounded_map(MAX_ADDRESSES, WINDOW),
        }
    }

    /// Whether no token is needed, because only this machine reaches the listener.
    pub(super) fn is_open(&self) -> bool {
        self.token.is_none()
    }

    /// Whether the listener is on loopback only.
    pub(super) fn is_local(&self) -> bool {
        self.local
    }

    /// Checks a token that `address` shows.
    pub(super) fn check_token(&self, token: &str, address: IpAddr, now: DateTime<Utc>) -> TokenCheck {
        let failures = self.failures.get(&address);
        let failures = failures.filter(|(_, since)| has_not_ended(*since, WINDOW, now));
        let (count, since) = failures.unwrap_or((0, now));
        if count >= MAX_FAILURES {
            return TokenCheck::TooOften;
        }
        let is_right = self
            .token
            .is_some_and(|known| bool::from(known.ct_eq(&hash(token))));
        if is_right {
            return TokenCheck::Right;
        }
        self.failures.insert(address, (count + 1, since));
        TokenCheck::Wrong
    }

    /// Opens a session, and returns its id, which is random and reveals nothing about the token.
    pub(super) fn log_in(&self, now: DateTime<Utc>) -> String {
        let id = hex::encode(rand::random::<[u8; 32]>());
        self.sessions.insert(hash(&id), now);
        id
    }

    /// Ends a session.
    pub(super) fn log_out(&self, id: &str) {
        self.sessions.invalidate(&hash(id));
    }

    /// Whether `id` is the id of an open session.
    pub(super) fn is_logged_in(&self, id: &str, now: DateTime<Utc>) -> bool {
        let opened = self.sessions.get(&hash(id));
        opened.is_some_and(|opened| has_not_ended(opened, SESSION, now))
    }
}

/// A map that forgets what is old, and, when it is full, what was not used for longest.
fn bounded_map<K, V>(capacity: u64, life: Duration) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(capacity)
        .time_to_live(life)
        .eviction_policy(EvictionPolicy::lru())
        .build()
}

fn has_not_ended(since: DateTime<Utc>, life: Duration, now: DateTime<Utc>) -> bool {
    now - since < TimeDelta::from_std(life).unwrap_or(TimeDelta::MAX)
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use secrecy::SecretString;

    use super::*;

    fn access() -> Access {
        Access::new(&OpsListener {
            listen: Some(([0, 0, 0, 0], 8081).into()),
            token: Some(SecretString::from("the token")),
        })
    }

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn wrong_tokens_are_counted_by_address_and_forgotten_after_a_minute() {
        let (access, now) = (access(), DateTime::UNIX_EPOCH);
        for _ in 0..MAX_FAILURES {
            assert_eq!(access.check_token("a guess", HERE, now), TokenCheck::Wrong);
        }
        assert_eq!(access.check_token("the token", HERE, now), TokenCheck::TooOften);
        let there = IpAddr::V6(Ipv6Addr::LOCALHOST);
        assert_eq!(access.check_token("the token", there, now), TokenCheck::Right);
        assert_eq!(
            access.check_token("the token", HERE, now + WINDOW),
            TokenCheck::Right
        );
    }

    #[test]
    fn the_right_token_may_be_shown_any_number_of_times() {
        let (access, now) = (access(), DateTime::UNIX_EPOCH);
        for _ in 0..100 {
            assert_eq!(access.check_token("the token", HERE, now), TokenCheck::Right);
        }
    }

    #[test]
    fn what_is_remembered_of_unknown_addresses_is_bounded() {
        let (access, now) = (access(), DateTime::UNIX_EPOCH);
        for n in 0..5000_u32 {
            let address = IpAddr::V4(Ipv4Addr::from_bits(n));
            assert_eq!(access.check_token("a guess", address, now), TokenCheck::Wrong);
        }
        access.failures.run_pending_tasks();
        assert!(access.failures.entry_count() <= MAX_ADDRESSES);
    }

    #[test]
    fn a_session_ends_by_logout_by_time_and_when_many_others_open() {
        let (access, now) = (access(), DateTime::UNIX_EPOCH);
        let (first, second) = (access.log_in(now), access.log_in(now));
        assert!(access.is_logged_in(&first, now) && !access.is_logged_in("the token", now));
        access.log_out(&first);
        assert!(!access.is_logged_in(&first, now) && access.is_logged_in(&second, now));
        assert!(!access.is_logged_in(&second, now + SESSION));
        for _ in 0..MAX_SESSIONS {
            access.log_in(now + TimeDelta::seconds(1));
            access.sessions.run_pending_tasks();
        }
        assert!(!access.is_logged_in(&second, now));
        assert_eq!(access.sessions.entry_count(), MAX_SESSIONS);
    }

    #[test]
    fn where_no_token_is_configured_no_token_is_right() {
        let access = Access::new(&OpsListener {
            listen: Some(([127, 0, 0, 1], 8081).into()),
            token: None,
        });
        assert!(access.is_open() && access.is_local());
        assert_eq!(
            access.check_token("", HERE, DateTime::UNIX_EPOCH),
            TokenCheck::Wrong
        );
    }
}
