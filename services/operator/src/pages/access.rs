//! Who may speak to the operator's listener: those who show the token, in a header or by a session that a login opened.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use tally_operator::settings::OpsListener;

/// How long a login lasts.
pub const SESSION: Duration = Duration::hours(12);
/// How many sessions are kept; the oldest goes when another opens.
const MAX_SESSIONS: usize = 64;
/// How many wrong tokens an address may show within [`WINDOW`].
const MAX_FAILURES: u32 = 10;
/// For how long wrong tokens are remembered.
const WINDOW: Duration = Duration::minutes(1);
/// Of how many addresses wrong tokens are remembered.
const MAX_ADDRESSES: usize = 1024;

type Hash = [u8; 32];

/// What came of showing a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is the one.
    Right,
    /// It is another.
    Wrong,
    /// So many wrong ones came from that address that none is looked at for a while.
    TooOften,
}

/// The token as its hash, and who logged in. Sessions are forgotten with the process.
pub struct Access {
    token: Option<Hash>,
    local: bool,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// By the hash of their id, so that finding one tells nothing of another by its time.
    sessions: HashMap<Hash, DateTime<Utc>>,
    failures: HashMap<IpAddr, (u32, DateTime<Utc>)>,
}

impl Access {
    /// As configured.
    pub fn new(ops: &OpsListener) -> Self {
        Self {
            token: ops.token.as_ref().map(|token| hash(token.expose_secret())),
            local: ops.listen.is_some_and(|address| address.ip().is_loopback()),
            memory: Mutex::default(),
        }
    }

    /// Whether nothing has to be shown, since only this machine gets here.
    pub fn open(&self) -> bool {
        self.token.is_none()
    }

    /// Whether it listens on loopback only.
    pub fn local(&self) -> bool {
        self.local
    }

    /// Looks at a token that `address` shows.
    pub fn shown(&self, token: &str, address: IpAddr, now: DateTime<Utc>) -> Shown {
        let mut memory = self.memory();
        if memory.failures(address, now) >= MAX_FAILURES {
            return Shown::TooOften;
        }
        let right = self
            .token
            .is_some_and(|known| bool::from(known.ct_eq(&hash(token))));
        if right {
            Shown::Right
        } else {
            memory.note_failure(address, now);
            Shown::Wrong
        }
    }

    /// Opens a session, and gives its id: random, and nothing of the token.
    pub fn log_in(&self, now: DateTime<Utc>) -> String {
        let id = hex::encode(rand::random::<[u8; 32]>());
        let mut memory = self.memory();
        memory.sessions.retain(|_, until| now < *until);
        if memory.sessions.len() >= MAX_SESSIONS {
            let oldest = memory.sessions.iter().min_by_key(|(_, until)| **until);
            let oldest = oldest.map(|(id, _)| *id);
            oldest.and_then(|id| memory.sessions.remove(&id));
        }
        memory.sessions.insert(hash(&id), now + SESSION);
        id
    }

    /// Ends a session.
    pub fn log_out(&self, id: &str) {
        self.memory().sessions.remove(&hash(id));
    }

    /// Whether that is the id of a session.
    pub fn logged_in(&self, id: &str, now: DateTime<Utc>) -> bool {
        let until = self.memory().sessions.get(&hash(id)).copied();
        until.is_some_and(|until| now < until)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn failures(&self, address: IpAddr, now: DateTime<Utc>) -> u32 {
        let known = self.failures.get(&address);
        known
            .filter(|(_, since)| now - *since < WINDOW)
            .map_or(0, |(count, _)| *count)
    }

    fn note_failure(&mut self, address: IpAddr, now: DateTime<Utc>) {
        if self.failures.len() >= MAX_ADDRESSES {
            self.failures.retain(|_, (_, since)| now - *since < WINDOW);
        }
        if self.failures.len() >= MAX_ADDRESSES && !self.failures.contains_key(&address) {
            let oldest = self.failures.iter().min_by_key(|(_, (_, since))| *since);
            let oldest = oldest.map(|(address, _)| *address);
            oldest.and_then(|address| self.failures.remove(&address));
        }
        let known = self.failures.entry(address).or_insert((0, now));
        if now - known.1 >= WINDOW {
            *known = (0, now);
        }
        known.0 += 1;
    }
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
        let (access, now) = (access(), Utc::now());
        for _ in 0..MAX_FAILURES {
            assert_eq!(access.shown("a guess", HERE, now), Shown::Wrong);
        }
        assert_eq!(access.shown("the token", HERE, now), Shown::TooOften);
        let there = IpAddr::V6(Ipv6Addr::LOCALHOST);
        assert_eq!(access.shown("the token", there, now), Shown::Right);
        assert_eq!(access.shown("the token", HERE, now + WINDOW), Shown::Right);
    }

    #[test]
    fn right_tokens_may_be_shown_as_often_as_one_likes() {
        let (access, now) = (access(), Utc::now());
        for _ in 0..100 {
            assert_eq!(access.shown("the token", HERE, now), Shown::Right);
        }
    }

    #[test]
    fn what_is_remembered_of_strangers_is_bounded() {
        let (access, now) = (access(), Utc::now());
        for n in 0..5000_u32 {
            let address = IpAddr::V4(Ipv4Addr::from_bits(n));
            let later = now + Duration::milliseconds(i64::from(n));
            assert_eq!(access.shown("a guess", address, later), Shown::Wrong);
        }
        assert!(access.memory().failures.len() <= MAX_ADDRESSES);
    }

    #[test]
    fn a_session_ends_by_logout_by_time_and_when_many_others_open() {
        let (access, now) = (access(), Utc::now());
        let (first, second) = (access.log_in(now), access.log_in(now));
        assert!(access.logged_in(&first, now) && !access.logged_in("the token", now));
        access.log_out(&first);
        assert!(!access.logged_in(&first, now) && access.logged_in(&second, now));
        assert!(!access.logged_in(&second, now + SESSION));
        for _ in 0..MAX_SESSIONS {
            access.log_in(now + Duration::seconds(1));
        }
        assert!(!access.logged_in(&second, now));
        assert_eq!(access.memory().sessions.len(), MAX_SESSIONS);
    }

    #[test]
    fn without_a_token_nothing_is_right() {
        let access = Access::new(&OpsListener {
            listen: Some(([127, 0, 0, 1], 8081).into()),
            token: None,
        });
        assert!(access.open() && access.local());
        assert_eq!(access.shown("", HERE, Utc::now()), Shown::Wrong);
    }
}
