//! How many requests without a token one address may send, and how many refused ones.
//!
//! A request that verifies is never limited: requests with tokens are verified first, and only
//! refusals are charged. So the platform, which installs and rotates thousands of sites within
//! minutes from few addresses, and people behind one company's address, cannot be shut out by what
//! others send from there.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

/// A kind of request with a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Requests that need no token: the descriptor, the API's document, the status.
    Open,
    /// Reports of failures, which browsers send.
    Report,
    /// Pages and calls that were refused.
    Refused,
    /// Lifecycle callbacks that were refused.
    RefusedCallback,
}

impl LimitKind {
    /// The word for it in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Report => "report",
            Self::Refused => "refused",
            Self::RefusedCallback => "refused_callback",
        }
    }
}

/// The limits of one app.
pub struct Limits {
    open: DefaultKeyedRateLimiter<IpAddr>,
    reports: DefaultKeyedRateLimiter<IpAddr>,
    all_reports: DefaultDirectRateLimiter,
    refused: DefaultKeyedRateLimiter<IpAddr>,
    refused_callbacks: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            open: RateLimiter::keyed(per_second(20, 200)),
            reports: RateLimiter::keyed(per_second(1, 30)),
            all_reports: RateLimiter::direct(per_second(50, 1000)),
            refused: RateLimiter::keyed(per_second(5, 300)),
            refused_callbacks: RateLimiter::keyed(per_second(50, 1000)),
        }
    }
}

impl Limits {
    /// Charges one request to an address.
    ///
    /// # Errors
    /// The request is one too many. The error is the number of seconds after which it would not be.
    pub fn charge(&self, kind: LimitKind, address: IpAddr) -> Result<(), u32> {
        let address = network_of(address);
        let limiter = match kind {
            LimitKind::Open => &self.open,
            LimitKind::Report => &self.reports,
            LimitKind::Refused => &self.refused,
            LimitKind::RefusedCallback => &self.refused_callbacks,
        };
        limiter
            .check_key(&address)
            .map_err(|until| seconds_to_wait(&until))?;
        if kind == LimitKind::Report {
            return self.all_reports.check().map_err(|until| seconds_to_wait(&until));
        }
        Ok(())
    }

    /// Forgets addresses that sent nothing for a while, so that many of them do not fill the
    /// memory.
    pub fn sweep(&self) {
        for limiter in [&self.open, &self.reports, &self.refused, &self.refused_callbacks] {
            limiter.retain_recent();
        }
    }
}

/// The client's address: the peer's, or when `hops` proxies of ours stand before us, the one that
/// the outermost of them saw. Anyone can write what comes further left in `X-Forwarded-For`.
pub fn client_address<'a>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    hops: usize,
) -> IpAddr {
    let Some(hop) = hops.checked_sub(1) else {
        return peer;
    };
    let named = forwarded.flat_map(|header| header.split(',')).rev().nth(hop);
    named.and_then(|text| text.trim().parse().ok()).unwrap_or(peer)
}

/// A client that has one address of a network of version 6 has all of it.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        },
        IpAddr::V4(_) => address,
    }
}

fn per_second(rate: u32, burst: u32) -> Quota {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(burst))
}

fn seconds_to_wait<P: governor::clock::Reference>(until: &NotUntil<P>) -> u32
where
    DefaultClock: Clock<Instant = P>,
{
    let wait = until.wait_time_from(DefaultClock::default().now());
    u32::try_from(wait.as_secs())
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_over_its_limit_learns_how_long_to_wait_and_no_other_is_limited() {
        let limits = Limits::default();
        let allowed = (0..100).take_while(|_| limits.charge(LimitKind::Report, ip("192.0.2.1")).is_ok());
        assert!((30..40).contains(&allowed.count()));
        assert!(
            limits
                .charge(LimitKind::Report, ip("192.0.2.1"))
                .is_err_and(|s| (1..=2).contains(&s))
        );
        assert!(limits.charge(LimitKind::Report, ip("192.0.2.2")).is_ok());
        assert!(limits.charge(LimitKind::Open, ip("192.0.2.1")).is_ok());
    }

    #[test]
    fn a_network_of_version_6_is_one_address() {
        assert_eq!(network_of(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(network_of(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let client = |hops, headers: &[&'static str]| {
            client_address(ip("10.0.0.1"), headers.iter().copied(), hops).to_string()
        };
        assert_eq!(client(0, &["192.0.2.9"]), "10.0.0.1");
        assert_eq!(client(1, &["198.51.100.1, 192.0.2.9"]), "192.0.2.9");
        assert_eq!(client(2, &["198.51.100.1", "192.0.2.9, 10.0.0.2"]), "192.0.2.9");
        assert_eq!(client(1, &[]), "10.0.0.1");
        assert_eq!(client(1, &["unknown"]), "10.0.0.1");
    }
}
