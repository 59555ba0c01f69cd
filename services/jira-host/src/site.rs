//! One simulated Jira site and what it holds about the app.

use std::collections::VecDeque;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::descriptor::Descriptor;
use crate::lifecycle::Hook;
use crate::people::{self, Person};
use crate::secret::Secret;

/// How many callbacks a site remembers.
pub const REMEMBERED_CALLBACKS: usize = 50;
/// How many secrets that went out of use a site remembers, for tokens signed with a stale one.
const REMEMBERED_SECRETS: usize = 5;

/// Addresses of this host, which follow from the port it listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The TCP port.
    pub port: u16,
}

impl Origin {
    /// Base URL of the control page, the key server and the bridge script.
    #[must_use]
    pub fn control(self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Base URL of a site.
    #[must_use]
    pub fn site(self, name: &str) -> String {
        format!("http://{name}.localhost:{}", self.port)
    }
}

/// Where the app stands on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteState {
    /// Never installed, or every install failed.
    NotInstalled,
    /// Installed and enabled.
    Installed,
    /// Installed, and switched off by an administrator.
    Disabled,
    /// Was installed once.
    Uninstalled,
}

impl fmt::Display for SiteState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotInstalled => "not installed",
            Self::Installed => "installed",
            Self::Disabled => "disabled",
            Self::Uninstalled => "uninstalled",
        })
    }
}

/// One callback that was sent, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallbackRecord {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// Which act caused it.
    pub act: String,
    /// Which callback.
    pub callback: Hook,
    /// Where it went.
    pub url: String,
    /// `RS256`, `HS256` or `none`.
    pub signed: String,
    /// HTTP status of the answer; absent when there was none.
    pub status: Option<u16>,
    /// The beginning of the answer's body.
    pub body: Option<String>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// How long the answer took, in milliseconds.
    pub millis: u64,
    /// Whether a proxy gave the answer and the app never saw the callback.
    #[serde(default)]
    pub swallowed: bool,
    /// Fingerprint of the secret in the body (`installed`) or under the token (`enabled`, `disabled`).
    pub secret_fingerprint: Option<String>,
}

impl CallbackRecord {
    /// Whether the platform counts the callback as taken: 200 or 204 and nothing else.
    #[must_use]
    pub fn accepted(&self) -> bool {
        matches!(self.status, Some(200 | 204))
    }
}

/// What a token of the app is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The app key: `iss`.
    pub app_key: String,
    /// The client key: `aud`, when there is one.
    pub client_key: String,
    /// What the token must be signed with.
    pub secret: Secret,
}

/// A site. What it says about secrets is what the *platform* believes, not what the app does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Site {
    /// Stays the same whatever happens to the site.
    pub id: Uuid,
    /// The name the site was made with; its people follow from it.
    pub first_name: String,
    /// Today's name, the host name below `.localhost`.
    pub name: String,
    /// Names the site gave up, for redirects.
    pub former_names: Vec<String>,
    /// The installation's `clientKey`.
    pub client_key: String,
    /// The site's cloud id.
    pub cloud_id: Uuid,
    /// The installation's `oauthClientId`.
    pub oauth_client_id: String,
    /// Where the app stands.
    pub state: SiteState,
    /// The app version on this site; 0 before the first install.
    pub version: u32,
    /// The secret the platform signs with.
    pub secret: Option<Secret>,
    /// Secrets that went out of use, newest first.
    pub superseded: Vec<Secret>,
    /// Fingerprint of the newest secret the app acknowledged.
    pub acknowledged: Option<String>,
    /// Whether the last `installed` was refused or unanswered.
    pub handshake_failed: bool,
    /// The descriptor of the app version on this site.
    pub descriptor: Option<Descriptor>,
    /// Whether the site's REST interface answers 503 to everything.
    pub rest_down: bool,
    /// Whether the site's REST interface answers 403 to everything.
    #[serde(default)]
    pub rest_forbids: bool,
    /// Whether a proxy answers `installed` with 204 and never passes it on.
    #[serde(default)]
    pub callbacks_swallowed: bool,
    /// The installation the app is being told of right now: its tokens are already accepted.
    #[serde(skip)]
    pub pending: Option<Installation>,
    /// The newest callbacks first.
    pub callbacks: VecDeque<CallbackRecord>,
}

impl Site {
    /// A site on which nothing was installed yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            id: Uuid::new_v4(),
            first_name: name.to_owned(),
            name: name.to_owned(),
            former_names: Vec::new(),
            client_key: fresh_client_key(),
            cloud_id: Uuid::new_v4(),
            oauth_client_id: fresh_oauth_client_id(),
            state: SiteState::NotInstalled,
            version: 0,
            secret: None,
            superseded: Vec::new(),
            acknowledged: None,
            handshake_failed: false,
            descriptor: None,
            rest_down: false,
            rest_forbids: false,
            callbacks_swallowed: false,
            pending: None,
            callbacks: VecDeque::new(),
        }
    }

    /// Whether the app is there, enabled or not.
    #[must_use]
    pub fn has_app(&self) -> bool {
        matches!(self.state, SiteState::Installed | SiteState::Disabled)
    }

    /// Puts a new secret in force and remembers the old one.
    pub fn put_in_force(&mut self, secret: Secret) {
        if let Some(old) = self.secret.replace(secret) {
            self.superseded.insert(0, old);
            self.superseded.truncate(REMEMBERED_SECRETS);
        }
    }

    /// Goes over to another installation on the same site: new keys, the secret is put in force separately.
    pub fn become_another_installation(&mut self) {
        self.client_key = fresh_client_key();
        self.oauth_client_id = fresh_oauth_client_id();
    }

    /// The second of the epoch in which this callback was last sent.
    #[must_use]
    pub fn last_sent(&self, hook: Hook) -> Option<i64> {
        let sent = self.callbacks.iter().find(|record| record.callback == hook);
        sent.map(|record| record.at.timestamp())
    }

    /// Takes over the facts of `next`, except what happened in the meantime: the callbacks.
    pub fn adopt(&mut self, next: Self) {
        let callbacks = std::mem::take(&mut self.callbacks);
        *self = Self {
            callbacks,
            pending: None,
            ..next
        };
    }

    /// Notes a callback, newest first.
    pub fn remember(&mut self, record: CallbackRecord) {
        self.callbacks.push_front(record);
        self.callbacks.truncate(REMEMBERED_CALLBACKS);
    }

    /// What the app's tokens are made of, once there is a descriptor and a secret.
    #[must_use]
    pub fn installation(&self) -> Option<Installation> {
        let app_key = self.descriptor.as_ref()?.key.clone();
        Some(Installation {
            app_key,
            client_key: self.client_key.clone(),
            secret: self.secret.clone()?,
        })
    }

    /// The installations whose tokens are accepted right now.
    #[must_use]
    pub fn accepted(&self) -> Vec<Installation> {
        let in_force = self.installation().filter(|_| self.state == SiteState::Installed);
        in_force.into_iter().chain(self.pending.clone()).collect()
    }

    /// Everybody with an account here.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        people::roster(&self.first_name)
    }

    /// A person by account id, or one of the named three by role.
    #[must_use]
    pub fn person(&self, account_or_role: &str) -> Option<Person> {
        let people = self.people();
        let by_role = |person: &Person| match account_or_role {
            "admin" | "agent" | "viewer" => format!("{:?}", person.role).to_lowercase() == account_or_role,
            _ => false,
        };
        people
            .into_iter()
            .find(|person| person.account_id == account_or_role || by_role(person))
    }
}

/// Whether `name` can be a host name's label: 1 to 40 of `a-z 0-9 -`, no hyphen at either end.
#[must_use]
pub fn is_site_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=40).contains(&name.len())
        && name.chars().all(allowed)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn fresh_client_key() -> String {
    Uuid::new_v4().to_string()
}

fn fresh_oauth_client_id() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_role_and_account_and_survive_a_rename() {
        let mut site = Site::new("acme");
        let admin = site.person("admin").unwrap();
        site.name = "renamed".to_owned();
        assert_eq!(site.person(&admin.account_id), Some(admin));
        assert_eq!(site.person("staff"), None);
        assert_eq!(site.person("nobody"), None);
    }

    #[test]
    fn a_secret_that_goes_out_of_use_is_remembered_but_no_longer_accepted() {
        let mut site = Site::new("acme");
        let (first, second) = (Secret::fresh(), Secret::fresh());
        let text = r#"{"key": "app", "baseUrl": "http://localhost", "authentication": {"type": "jwt"},
                       "lifecycle": {"installed": "/in"}}"#;
        site.descriptor = Some(Descriptor::parse(text).unwrap());
        site.put_in_force(first.clone());
        assert!(site.accepted().is_empty(), "nothing is installed yet");
        site.state = SiteState::Installed;
        site.put_in_force(second.clone());
        let accepted: Vec<Secret> = site.accepted().into_iter().map(|known| known.secret).collect();
        assert_eq!(accepted, [second]);
        assert_eq!(site.superseded, [first]);
    }

    #[test]
    fn only_host_name_labels_are_site_names() {
        for good in ["acme", "a", "acme-2"] {
            assert!(is_site_name(good), "{good}");
        }
        for bad in ["", "-a", "a-", "Acme", "a.b", "a b", &"x".repeat(41)] {
            assert!(!is_site_name(bad), "{bad}");
        }
    }
}
