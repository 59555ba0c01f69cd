//! What the tests share: tokens signed independently of the code under test, a fixed time, a small
//! HTTP server.

pub mod http_server;
pub mod signing;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

/// The moment of all tests that pass the time in.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// Seconds since 1970, so many seconds from [`now`].
pub fn at(seconds: i64) -> i64 {
    now().timestamp() + seconds
}

/// SHA-256 in hexadecimal of a canonical form written out by hand.
pub fn hash(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical.as_bytes()))
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// Waits until something has come true, with patience.
pub async fn until(mut condition: impl AsyncFnMut() -> bool) {
    for _ in 0..2_000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it never came true");
}
