//! What a page shows its browser of the tenant, so that the browser can say whose people saw a
//! failure. It names the tenant and nothing that Jira knows it by, and opens nothing: with one in
//! hand a stranger can report failures of one tenant, at a bounded rate, for a day.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use tally_domain::TenantId;

/// How long a reference is good for: as long as a page may stay open over the day.
const LIFE: TimeDelta = TimeDelta::hours(24);
/// What these references are for, so that nothing else under the same key is taken for one.
const PURPOSE: &str = "tally-page-ref";

/// Issues and reads references.
pub struct PageRefs {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: TenantId,
    aud: String,
    exp: i64,
}

impl PageRefs {
    /// Under `key`.
    pub fn new(key: &[u8]) -> Self {
        Self {
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
        }
    }

    /// A reference to a tenant. `None` when the library cannot sign, which spoils no page.
    pub fn issue(&self, tenant: TenantId, now: DateTime<Utc>) -> Option<String> {
        let claims = Claims {
            sub: tenant,
            aud: PURPOSE.to_owned(),
            exp: (now + LIFE).timestamp(),
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).ok()
    }

    /// The tenant of a reference that we issued within the last day.
    pub fn read(&self, reference: &str, now: DateTime<Utc>) -> Option<TenantId> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[PURPOSE]);
        // Checked below, by the time that is given.
        rules.validate_exp = false;
        let claims = decode::<Claims>(reference, &self.decoding, &rules).ok()?.claims;
        (now.timestamp() < claims.exp).then_some(claims.sub)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_reference_names_its_tenant_for_a_day_under_its_key_only() {
        let (refs, others) = (PageRefs::new(&[1; 32]), PageRefs::new(&[2; 32]));
        let (tenant, now) = (TenantId(Uuid::from_u128(7)), DateTime::UNIX_EPOCH);
        let reference = refs.issue(tenant, now).unwrap();
        assert_eq!(refs.read(&reference, now + TimeDelta::hours(23)), Some(tenant));
        assert_eq!(refs.read(&reference, now + TimeDelta::hours(24)), None);
        assert_eq!(others.read(&reference, now), None);
        assert_eq!(refs.read("", now), None);
        let mut forged = reference;
        forged.insert(10, 'A');
        assert_eq!(refs.read(&forged, now), None);
    }
}
