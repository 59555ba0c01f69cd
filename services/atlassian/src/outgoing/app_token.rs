use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{JiraError, TenantAccess};
use crate::qsh::{QueryHash, SignedRequest};

/// Three minutes, as the reference implementation has it: long enough for slow clocks, short if it
/// leaks.
const LIFETIME_SECONDS: i64 = 3 * 60;

#[derive(Serialize)]
struct AppClaims<'a> {
    iss: &'a str,
    aud: [&'a str; 1],
    iat: i64,
    exp: i64,
    qsh: String,
}

/// Signs one call to a tenant as the app: HS256 with the tenant's secret, bound to `request`.
///
/// # Errors
/// [`JiraError::Signing`] when the secret is empty or the library refuses.
pub fn sign_app_token(
    app_key: &str,
    tenant: &TenantAccess,
    request: &SignedRequest<'_>,
    now: DateTime<Utc>,
) -> Result<SecretString, JiraError> {
    let secret = tenant.secret.expose_secret();
    if secret.is_empty() {
        return Err(JiraError::Signing);
    }
    let claims = AppClaims {
        iss: app_key,
        aud: [&tenant.client_key],
        iat: now.timestamp(),
        exp: now.timestamp() + LIFETIME_SECONDS,
        qsh: QueryHash::sign(request, ""),
    };
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map(SecretString::from)
        .map_err(|_| JiraError::Signing)
}
