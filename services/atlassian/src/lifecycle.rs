//! The bodies of the four lifecycle callbacks.
//!
//! Atlassian adds and drops fields over the years, so anything unknown is let through (by name
//! only) and anything that is not needed may be absent. What is needed is checked against the
//! token, because no signature covers a body.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::base_url::{HostAllowList, TenantBaseUrl, web_origin};
use crate::synthetic;
use crate::{Refusal, Unreadable};

/// The longest body that is looked at; real ones are below two kilobytes.
pub const MAX_BODY_BYTES: usize = 16 * 1024;
/// Atlassian asks apps to provide for secrets of up to 400 bytes.
pub const MAX_SECRET_BYTES: usize = 400;
/// Ours: 128 bits. Atlassian's secrets have over a hundred characters.
const MIN_SECRET_BYTES: usize = 16;
const MAX_CLIENT_KEY_BYTES: usize = 255;
const MAX_UNKNOWN_FIELDS: usize = 32;

/// Which callback a route serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Callback {
    /// The current truth about a tenant: first install, update, rotation, rename, import.
    Installed,
    /// After an install or update.
    Enabled,
    /// Switched off by an admin, or about to be uninstalled.
    Disabled,
    /// Removed. Sent once, never repeated.
    Uninstalled,
}

impl Callback {
    /// The value of `eventType`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Uninstalled => "uninstalled",
        }
    }
}

/// What a callback says about a site, without the shared secret.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct LifecyclePayload {
    /// The tenant, as Connect names it. Equal to the token's issuer.
    pub client_key: String,
    /// Where its REST interface is.
    pub base_url: Option<TenantBaseUrl>,
    /// The custom domain users see, if there is one; only ever an https URL (or http on a loopback
    /// host).
    pub display_url: Option<String>,
    /// The custom domain of the help centre, under the same rule.
    pub display_url_servicedesk_help_center: Option<String>,
    /// The product, `jira`.
    pub product_type: Option<String>,
    /// A free text about the site.
    pub description: Option<String>,
    /// For calls on behalf of users.
    pub oauth_client_id: Option<String>,
    /// Of paid apps, as the next two.
    pub entitlement_id: Option<String>,
    /// Of paid apps, the newer field.
    pub entitlement_number: Option<String>,
    /// Of paid apps, the older field.
    pub service_entitlement_number: Option<String>,
    /// The Forge installation (an ARI), once the tenant runs a Forge version. May be absent again
    /// later.
    pub installation_id: Option<String>,
    /// Seen, but not documented.
    pub cloud_id: Option<String>,
    /// Names of further fields, for the log: at most 32.
    pub unknown_fields: Vec<String>,
}

/// What a callback's body is held against.
#[derive(Clone, Debug)]
pub struct LifecycleRules {
    app_key: String,
    tenant_hosts: HostAllowList,
}

impl LifecycleRules {
    /// Bodies must carry this app key, and a base URL on one of these hosts.
    #[must_use]
    pub fn new(app_key: &str, tenant_hosts: HostAllowList) -> Self {
        Self {
            app_key: app_key.to_owned(),
            tenant_hosts,
        }
    }

    /// Reads the body of a callback whose token was verified and names `issuer`.
    ///
    /// # Errors
    /// The `install.*` refusals about bodies.
    pub fn read(&self, callback: Callback, body: &[u8], issuer: &str) -> Result<LifecyclePayload, Refusal> {
        self.read_with_secret(callback, body, issuer)
            .map(|(payload, _)| payload)
    }

    pub(crate) fn read_with_secret(
        &self,
        callback: Callback,
        body: &[u8],
        issuer: &str,
    ) -> Result<(LifecyclePayload, Option<SecretString>), Refusal> {
        let mut body = parse(body)?;
        let client_key = body.client_key()?;
        if client_key != issuer {
            return Err(Refusal::IssuerMismatch);
        }
        if body.key.as_deref() != Some(&self.app_key) {
            return Err(Refusal::AppKeyMismatch);
        }
        if body.event_type.as_deref() != Some(callback.as_str()) {
            return Err(Refusal::EventTypeMismatch);
        }
        let base_url = body
            .base_url
            .as_deref()
            .map(|url| self.base_url(url, &client_key))
            .transpose()?;
        let secret = body.shared_secret.take();
        Ok((body.into_payload(client_key, base_url), secret))
    }

    fn base_url(&self, url: &str, client_key: &str) -> Result<TenantBaseUrl, Refusal> {
        if synthetic::is_synthetic(client_key) {
            return synthetic::base_url(url);
        }
        TenantBaseUrl::parse(url, &self.tenant_hosts)
    }
}

/// The secret of an `installed` callback.
pub(crate) fn required_secret(secret: Option<SecretString>) -> Result<SecretString, Refusal> {
    let secret = secret.ok_or(Refusal::SecretMissing)?;
    if secret.expose_secret().trim().is_empty() {
        return Err(Refusal::SecretMissing);
    }
    match secret.expose_secret().len() {
        0..MIN_SECRET_BYTES => Err(Refusal::SecretTooShort),
        MIN_SECRET_BYTES..=MAX_SECRET_BYTES => Ok(secret),
        _ => Err(Refusal::SecretTooLong),
    }
}

fn parse(body: &[u8]) -> Result<Body, Refusal> {
    if body.len() > MAX_BODY_BYTES {
        return Err(Refusal::BodyMalformed {
            reason: Unreadable::BodyTooLong,
        });
    }
    // The parser's own message may quote the body, and the body holds a secret.
    serde_json::from_slice(body).map_err(|_| Refusal::BodyMalformed {
        reason: Unreadable::BodyNotCallback,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    key: Option<String>,
    client_key: Option<String>,
    shared_secret: Option<SecretString>,
    event_type: Option<String>,
    base_url: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    display_url: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    display_url_servicedesk_help_center: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    product_type: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    oauth_client_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    entitlement_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    entitlement_number: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    service_entitlement_number: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    installation_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    cloud_id: Option<String>,
    #[serde(flatten)]
    unknown: BTreeMap<String, IgnoredAny>,
}

/// A field that is nice to have must not fail an install by being a number, say.
fn lenient_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

impl Body {
    fn client_key(&mut self) -> Result<String, Refusal> {
        let client_key = self.client_key.take().unwrap_or_default();
        let fits = !client_key.is_empty() && client_key.len() <= MAX_CLIENT_KEY_BYTES;
        if fits && !client_key.chars().any(char::is_control) {
            Ok(client_key)
        } else {
            Err(Refusal::BodyMalformed {
                reason: Unreadable::BodyClientKey,
            })
        }
    }

    fn into_payload(self, client_key: String, base_url: Option<TenantBaseUrl>) -> LifecyclePayload {
        // A display URL ends up in a header. One that cannot stand there is left out, as if it had
        // not come.
        let displayable = |url: Option<String>| url.filter(|url| web_origin(url).is_some());
        LifecyclePayload {
            client_key,
            base_url,
            display_url: displayable(self.display_url),
            display_url_servicedesk_help_center: displayable(self.display_url_servicedesk_help_center),
            product_type: self.product_type,
            description: self.description,
            oauth_client_id: self.oauth_client_id,
            entitlement_id: self.entitlement_id,
            entitlement_number: self.entitlement_number,
            service_entitlement_number: self.service_entitlement_number,
            installation_id: self.installation_id,
            cloud_id: self.cloud_id,
            unknown_fields: self.unknown.into_keys().take(MAX_UNKNOWN_FIELDS).collect(),
        }
    }
}
