//! Reading tokens in their compact form. The library checks the signature; the claims are checked
//! here against a time that is passed in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{CLOCK_LEEWAY_SECONDS, Refusal, Unreadable};

/// The header fields a verifier decides on.
#[derive(Deserialize)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: Option<String>,
    /// Extensions the sender calls critical. We know none, so RFC 7515 (4.1.11) has us refuse them.
    crit: Option<serde::de::IgnoredAny>,
}

/// Claims as written in the token. Unknown ones are ignored, a known one given twice is an error.
#[derive(Deserialize)]
pub(crate) struct RawClaims {
    pub(crate) iss: Option<String>,
    pub(crate) sub: Option<String>,
    #[serde(default)]
    pub(crate) aud: Audience,
    pub(crate) qsh: Option<String>,
    pub(crate) context: Option<serde_json::Value>,
    iat: Option<f64>,
    nbf: Option<f64>,
    exp: Option<f64>,
}

/// RFC 7519 allows one audience as a string or several as an array.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub(crate) enum Audience {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let audiences = match self {
            Self::None => &[],
            Self::One(audience) => std::slice::from_ref(audience),
            Self::Several(audiences) => audiences.as_slice(),
        };
        audiences.iter().map(String::as_str)
    }

    pub(crate) fn into_vec(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(audience) => vec![audience],
            Self::Several(audiences) => audiences,
        }
    }
}

/// A token's start and end, after both were checked.
pub(crate) struct Lifetime {
    pub(crate) issued_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: DateTime<Utc>,
}

pub(crate) fn header(token: &str) -> Result<Header, Refusal> {
    let [header, _, signature] = parts(token)?;
    let header: Header = json(header, Unreadable::TokenHeader)?;
    if header.crit.is_some() {
        return Err(Refusal::Malformed {
            reason: Unreadable::TokenExtension,
        });
    }
    decode(signature, Unreadable::TokenSignature)?;
    Ok(header)
}

pub(crate) fn unverified_issuer(token: &str) -> Result<String, Refusal> {
    issuer(&unverified_claims(token)?).map(str::to_owned)
}

/// The claims as anyone may have written them.
pub(crate) fn unverified_claims(token: &str) -> Result<RawClaims, Refusal> {
    let [_, claims, _] = parts(token)?;
    json(claims, Unreadable::TokenClaims)
}

pub(crate) fn issuer(claims: &RawClaims) -> Result<&str, Refusal> {
    match claims.iss.as_deref() {
        Some(issuer) if !issuer.is_empty() => Ok(issuer),
        _ => Err(Refusal::Malformed {
            reason: Unreadable::TokenIssuer,
        }),
    }
}

/// The claims if `key` verifies the signature under exactly this algorithm, `None` if it does not.
pub(crate) fn verify(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Result<Option<RawClaims>, Refusal> {
    match jsonwebtoken::decode::<RawClaims>(token, key, &signature_only(algorithm)) {
        Ok(verified) => Ok(Some(verified.claims)),
        Err(error) => match error.kind() {
            ErrorKind::InvalidSignature => Ok(None),
            ErrorKind::InvalidAlgorithm => Err(Refusal::AlgorithmNotAllowed),
            _ => Err(Refusal::Malformed {
                reason: Unreadable::TokenClaims,
            }),
        },
    }
}

/// The library checks time against the machine's clock and reports less than a refusal has to say,
/// so it checks the signature only and every claim is checked by us.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

/// The furthest that the end of a token may be away. Jira's live for minutes.
const LONGEST_LIFETIME: TimeDelta = TimeDelta::days(1);

/// Checks `exp` (required, and near), `iat` and `nbf` (if present) with the leeway, both ways.
pub(crate) fn lifetime(claims: &RawClaims, now: DateTime<Utc>) -> Result<Lifetime, Refusal> {
    let expires_at = moment(claims.exp.ok_or(Refusal::ExpiryMissing)?)?;
    let issued_at = claims.iat.map(moment).transpose()?;
    let not_before = claims.nbf.map(moment).transpose()?;
    let late = (now - expires_at).num_seconds();
    if late >= CLOCK_LEEWAY_SECONDS {
        return Err(Refusal::Expired { seconds: late });
    }
    if expires_at - now > LONGEST_LIFETIME + TimeDelta::seconds(CLOCK_LEEWAY_SECONDS) {
        let hours = (expires_at - now).num_hours();
        return Err(Refusal::LifetimeTooLong { hours });
    }
    for start in [issued_at, not_before].into_iter().flatten() {
        let early = (start - now).num_seconds();
        if early > CLOCK_LEEWAY_SECONDS {
            return Err(Refusal::NotYetValid { seconds: early });
        }
    }
    Ok(Lifetime {
        issued_at,
        expires_at,
    })
}

/// Seconds since 1970, possibly with a fraction (RFC 7519 section 2), in whole seconds.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn moment(seconds: f64) -> Result<DateTime<Utc>, Refusal> {
    const YEAR_9999: f64 = 253_402_300_799.0;
    let in_range = (0.0..=YEAR_9999).contains(&seconds);
    in_range
        .then(|| DateTime::from_timestamp(seconds.floor() as i64, 0))
        .flatten()
        .ok_or(Refusal::Malformed {
            reason: Unreadable::TokenTime,
        })
}

fn parts(token: &str) -> Result<[&str; 3], Refusal> {
    let parts: Vec<&str> = token.split('.').collect();
    <[&str; 3]>::try_from(parts).map_err(|_| Refusal::Malformed {
        reason: Unreadable::TokenParts,
    })
}

fn json<T: DeserializeOwned>(part: &str, otherwise: Unreadable) -> Result<T, Refusal> {
    let bytes = decode(part, otherwise)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::Malformed { reason: otherwise })
}

fn decode(part: &str, otherwise: Unreadable) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Refusal::Malformed { reason: otherwise })
}
