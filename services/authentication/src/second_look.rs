//! How often a tenant's stream is read before a signature is refused.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use tally_domain::TenantId;

/// Reads for one tenant, a second.
const PER_TENANT: u32 = 5;
/// Reads for all client keys that no tenant has, a second.
const FOR_UNKNOWN: u32 = 20;

/// The limit of these reads, so that bad tokens cannot make the log read without end.
pub(crate) struct SecondLook {
    tenants: DefaultKeyedRateLimiter<TenantId>,
    unknown: DefaultDirectRateLimiter,
}

impl Default for SecondLook {
    fn default() -> Self {
        let per_second = |count| Quota::per_second(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
        Self {
            tenants: RateLimiter::keyed(per_second(PER_TENANT)),
            unknown: RateLimiter::direct(per_second(FOR_UNKNOWN)),
        }
    }
}

impl SecondLook {
    /// Whether one more read is allowed for this tenant, or for a key that no tenant has.
    pub(crate) fn allows(&self, tenant: Option<TenantId>) -> bool {
        match tenant {
            Some(tenant) => self.tenants.check_key(&tenant).is_ok(),
            None => self.unknown.check().is_ok(),
        }
    }
}
