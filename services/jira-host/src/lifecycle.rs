//! Lifecycle callbacks: their bodies, their signatures, and sending them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::Url;

use crate::callback::{CallbackKind, CallbackRecord};
use crate::descriptor::Descriptor;
use crate::secret::Secret;
use crate::site::{Origin, Site};
use crate::token::{self, Claims, InstallKey, SigningError};
use crate::{client, clock, qsh};

/// How long a callback's token is valid, in seconds.
const TOKEN_LIFE_SECONDS: i64 = 180;
/// Longest wait for an answer to a callback. The real value is not published.
pub const CALLBACK_TIMEOUT: Duration = Duration::from_secs(10);
/// How many characters of an answer are kept.
const LONGEST_BODY: usize = 1000;

/// A callback ready to be sent.
pub struct PreparedCallback {
    /// Absolute URL at the app.
    pub url: String,
    /// The token for the `Authorization` header, when there is one.
    pub token: Option<String>,
    /// JSON that is sent as the request body.
    pub body: Value,
    kind: CallbackKind,
    signed: &'static str,
    fingerprint: Option<String>,
}

/// The app's URL for the callback; `None` when its descriptor does not ask for it.
#[must_use]
pub fn url_of(site: &Site, kind: CallbackKind) -> Option<String> {
    let descriptor = site.descriptor.as_ref()?;
    descriptor
        .lifecycle
        .get(kind.name())
        .map(|path| descriptor.url_of(path))
}

/// The body of a callback; the secret is in `installed` only.
#[must_use]
pub fn payload(site: &Site, kind: CallbackKind, origin: Origin) -> Value {
    let base_url = origin.site(&site.name);
    let key = site.descriptor.as_ref().map(|descriptor| descriptor.key.as_str());
    let mut body = json!({
        "key": key,
        "clientKey": site.client_key,
        "oauthClientId": site.oauth_client_id,
        "cloudId": site.cloud_id,
        "baseUrl": base_url,
        "displayUrl": base_url,
        "displayUrlServicedeskHelpCenter": base_url,
        "productType": "jira",
        "description": format!("Simulated Jira at {base_url}"),
        "serverVersion": "100300",
        "pluginsVersion": "1001.0.0-SNAPSHOT",
        "eventType": kind.name(),
    });
    if let (CallbackKind::Installed, Some(secret)) = (kind, &site.secret) {
        body["sharedSecret"] = json!(secret.reveal());
    }
    body
}

/// The claims of a callback to `url`: `iss` the client key, `aud` the descriptor's base URL.
#[must_use]
pub fn claims(site: &Site, method: &str, url: &str) -> Claims {
    let descriptor = site.descriptor.as_ref();
    let base_path = descriptor.map(Descriptor::base_path).unwrap_or_default();
    let audience = descriptor.map(|descriptor| descriptor.base_url.clone());
    let issued = clock::epoch_seconds();
    let mut claims = Claims::new();
    claims.insert("iss".to_owned(), json!(site.client_key));
    claims.insert("aud".to_owned(), json!(audience.into_iter().collect::<Vec<_>>()));
    claims.insert("iat".to_owned(), json!(issued));
    claims.insert("exp".to_owned(), json!(issued + TOKEN_LIFE_SECONDS));
    claims.insert("qsh".to_owned(), json!(hash_of(method, url, &base_path)));
    claims
}

/// The query string hash of an absolute URL at the app.
#[must_use]
pub fn hash_of(method: &str, url: &str, base_path: &str) -> String {
    let (path, query) = Url::parse(url)
        .map(|url| (url.path().to_owned(), url.query().unwrap_or_default().to_owned()))
        .unwrap_or_default();
    qsh::hash(method, &path, &query, base_path)
}

/// Makes a callback with its token: RS256 for `installed` and `uninstalled`, HS256 with the current
/// secret for the others, no token at all when `unsigned`. `None` when the app's descriptor does
/// not ask for the callback.
///
/// # Errors
/// [`SigningError`] when the install key or the secret cannot sign.
pub fn prepare(
    site: &Site,
    kind: CallbackKind,
    key: &InstallKey,
    origin: Origin,
    unsigned: bool,
) -> Result<Option<PreparedCallback>, SigningError> {
    let Some(url) = url_of(site, kind) else {
        return Ok(None);
    };
    let claims = claims(site, "POST", &url);
    let header = Claims::new();
    let (signed, token) = match &site.secret {
        _ if unsigned => ("none", None),
        _ if kind.is_signed_with_install_key() => ("RS256", Some(key.sign(&claims, &header)?)),
        Some(secret) => ("HS256", Some(token::sign_hs256(&claims, secret, &header)?)),
        None => ("none", None),
    };
    let shows_secret = kind == CallbackKind::Installed || signed == "HS256";
    let fingerprint = site
        .secret
        .as_ref()
        .filter(|_| shows_secret)
        .map(Secret::fingerprint);
    Ok(Some(PreparedCallback {
        body: payload(site, kind, origin),
        url,
        token,
        kind,
        signed,
        fingerprint,
    }))
}

/// Sends a callback once and returns the record of it. Nothing is retried here.
pub async fn send(client: &reqwest::Client, callback: PreparedCallback, act: &str) -> CallbackRecord {
    let started = Instant::now();
    let mut request = client
        .post(&callback.url)
        .timeout(CALLBACK_TIMEOUT)
        .json(&callback.body);
    if let Some(token) = &callback.token {
        request = request.header("Authorization", format!("JWT {token}"));
    }
    let mut record = unanswered_record(callback, act);
    match request.send().await {
        Ok(answer) => {
            record.status = Some(answer.status().as_u16());
            record.body = answer
                .text()
                .await
                .ok()
                .map(|text| text.chars().take(LONGEST_BODY).collect());
        }
        Err(error) => record.error = Some(client::describe_error(&error)),
    }
    record.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    record
}

/// The record of a callback that a proxy answered in place of the app: to the platform it looks
/// like any other 204.
#[must_use]
pub fn swallow(callback: PreparedCallback, act: &str) -> CallbackRecord {
    CallbackRecord {
        status: Some(204),
        body: Some(String::new()),
        swallowed: true,
        ..unanswered_record(callback, act)
    }
}

fn unanswered_record(callback: PreparedCallback, act: &str) -> CallbackRecord {
    CallbackRecord {
        at: clock::now(),
        act: act.to_owned(),
        callback: callback.kind,
        url: callback.url,
        signed: callback.signed.to_owned(),
        status: None,
        body: None,
        error: None,
        millis: 0,
        swallowed: false,
        secret_fingerprint: callback.fingerprint,
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

    use super::*;
    use crate::site::SiteState;

    const ORIGIN: Origin = Origin { port: 8090 };

    fn site() -> Site {
        let descriptor = json!({"key": "app", "baseUrl": "http://localhost:1/base", "authentication": {"type": "jwt"},
            "lifecycle": {"installed": "/in", "uninstalled": "/out", "disabled": "/off"}});
        let mut site = Site::new("acme");
        site.descriptor = Some(Descriptor::parse(&descriptor.to_string()).unwrap());
        site.state = SiteState::Installed;
        site.secret = Some(Secret::generate());
        site
    }

    #[test]
    fn installed_is_signed_with_the_install_key_and_bound_to_app_tenant_and_request() {
        let (site, key) = (site(), InstallKey::generate().unwrap());
        let callback = prepare(&site, CallbackKind::Installed, &key, ORIGIN, false)
            .unwrap()
            .unwrap();
        assert_eq!(callback.url, "http://localhost:1/base/in");
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&["http://localhost:1/base"]);
        rules.set_issuer(&[&site.client_key]);
        let public = DecodingKey::from_rsa_pem(key.public_pem().as_bytes()).unwrap();
        let read = decode::<Claims>(&callback.token.unwrap(), &public, &rules).unwrap();
        assert_eq!(read.header.kid, Some(key.kid().to_string()));
        assert_eq!(read.claims["qsh"], qsh::hash("POST", "/in", "", ""));
        assert!(read.claims["exp"].as_i64().unwrap() > read.claims["iat"].as_i64().unwrap());
    }

    #[test]
    fn the_secret_is_in_the_body_of_installed_and_of_no_other_callback() {
        let site = site();
        let secret = site.secret.clone().unwrap();
        let installed = payload(&site, CallbackKind::Installed, ORIGIN);
        assert_eq!(installed["sharedSecret"], secret.reveal());
        assert_eq!(installed["baseUrl"], "http://acme.localhost:8090");
        assert_eq!(
            (&installed["key"], &installed["eventType"]),
            (&json!("app"), &json!("installed"))
        );
        for kind in [
            CallbackKind::Uninstalled,
            CallbackKind::Enabled,
            CallbackKind::Disabled,
        ] {
            assert!(
                !payload(&site, kind, ORIGIN).to_string().contains(secret.reveal()),
                "{kind}"
            );
        }
    }

    #[test]
    fn disabled_is_signed_with_the_current_secret_or_not_at_all() {
        let (site, key) = (site(), InstallKey::generate().unwrap());
        let signed = prepare(&site, CallbackKind::Disabled, &key, ORIGIN, false)
            .unwrap()
            .unwrap();
        let claims = token::verify_hs256(&signed.token.unwrap(), site.secret.as_ref().unwrap()).unwrap();
        assert_eq!(claims["iss"], site.client_key.as_str());
        let bare = prepare(&site, CallbackKind::Disabled, &key, ORIGIN, true)
            .unwrap()
            .unwrap();
        assert_eq!((bare.token, bare.signed, bare.fingerprint), (None, "none", None));
    }

    #[test]
    fn a_callback_the_descriptor_does_not_name_is_not_composed() {
        let key = InstallKey::generate().unwrap();
        assert!(
            prepare(&site(), CallbackKind::Enabled, &key, ORIGIN, false)
                .unwrap()
                .is_none()
        );
    }
}
