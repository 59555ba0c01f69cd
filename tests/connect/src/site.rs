//! A Jira site as the platform knows it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::install_key::InstallKey;
use super::token::Token;

/// The app key that tests install.
pub const APP_KEY: &str = "tally-assets";

/// A site with its client key and the secret it shares with the app now.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name, the first part of its host name.
    pub name: String,
    /// Where its API is, without a trailing slash.
    pub base_url: String,
    /// The platform's name for it.
    pub client_key: String,
    /// The shared secret in use.
    pub secret: String,
}

impl Site {
    /// A new site with a random client key.
    pub fn new(name: &str, base_url: &str) -> Self {
        Self {
            name: name.to_owned(),
            base_url: base_url.to_owned(),
            client_key: Uuid::new_v4().to_string(),
            secret: Self::new_secret(),
        }
    }

    /// A new random secret in the platform's form.
    pub fn new_secret() -> String {
        format!("ATCO{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
    }

    /// The same site after the platform issued another secret.
    #[must_use]
    pub fn rotated(&self) -> Self {
        Self {
            secret: Self::new_secret(),
            ..self.clone()
        }
    }

    /// The body of `installed`, with the secret in use.
    pub fn installed(&self) -> Value {
        let mut body = self.callback("installed");
        body["sharedSecret"] = json!(self.secret);
        body
    }

    /// The body of any other callback: `enabled`, `disabled`, `uninstalled`.
    pub fn callback(&self, event: &str) -> Value {
        json!({
            "key": APP_KEY,
            "clientKey": self.client_key,
            "oauthClientId": format!("oauth-{}", self.name),
            "baseUrl": self.base_url,
            "productType": "jira",
            "description": "Atlassian Jira",
            "eventType": event,
        })
    }

    /// A token of the platform for `installed` or `uninstalled` at `path` of the app at `app_url`.
    pub fn signed_callback(&self, app_url: &str, path: &str) -> String {
        Token::lifecycle(&self.client_key, app_url, path).signed_by(InstallKey::platform())
    }

    /// A token of the site for a page or another single request, on behalf of `account`.
    pub fn request_token(&self, account: &str, method: &str, path_and_query: &str) -> String {
        Token::request(&self.client_key, method, path_and_query)
            .claim("sub", account)
            .signed_with(&self.secret)
    }

    /// A token with which the site's pages call the app on behalf of `account`.
    pub fn context_token(&self, account: &str) -> String {
        Token::context(&self.client_key, account).signed_with(&self.secret)
    }
}
