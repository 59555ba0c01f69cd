//! One simulated Jira site and its state of the app's installation.

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::callback::{CallbackKind, CallbackRecord};
use crate::descriptor::Descriptor;
use crate::people::{self, Person};
use crate::secret::Secret;

/// How many callbacks a site lists.
pub const LISTED_CALLBACKS: usize = 50;
/// How many superseded secrets a site keeps, for tests that need a token signed with a stale one.
const SUPERSEDED_SECRETS: usize = 5;

/// Addresses of this host, which follow from the port it listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// TCP port on the loopback address.
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

/// Whether the app is installed on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteState {
    /// Never installed, or every install failed.
    NotInstalled,
    /// The app is there and serves its pages.
    Installed,
    /// Installed, and switched off by an administrator.
    Disabled,
    /// The app was there and has been removed.
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

/// The values that a token of the app must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The app key: `iss`.
    pub app_key: String,
    /// The client key: `aud`, when there is one.
    pub client_key: String,
    /// The shared secret that the token must be signed with.
    pub secret: Secret,
}

/// A site. Its secrets are those that the *platform* holds; the app may hold others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Site {
    /// Stays the same whatever happens to the site.
    pub id: Uuid,
    /// The name the site was made with; its people follow from it.
    pub first_name: String,
    /// Present name, the host name below `.localhost`.
    pub name: String,
    /// Names the site gave up, for redirects.
    pub former_names: Vec<String>,
    /// Identifies the installation: `clientKey` of callbacks, `iss` of tokens.
    pub client_key: String,
    /// The site's `cloudId` in callbacks.
    pub cloud_id: Uuid,
    /// The installation's `oauthClientId` in callbacks.
    pub oauth_client_id: String,
    /// State of the app on this site.
    pub state: SiteState,
    /// The app version on this site; 0 before the first install.
    pub version: u32,
    /// The secret the platform signs with now.
    pub secret: Option<Secret>,
    /// Secrets that were replaced, newest first.
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
    /// The installation in the `installed` that is under way: its tokens are already accepted.
    #[serde(skip)]
    pub pending: Option<Installation>,
    /// Sent callbacks, newest first, at most [`LISTED_CALLBACKS`].
    pub callbacks: VecDeque<CallbackRecord>,
}

impl Site {
    /// A site on which no app was installed yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            id: Uuid::new_v4(),
            first_name: name.to_owned(),
            name: name.to_owned(),
            former_names: Vec::new(),
            client_key: new_client_key(),
            cloud_id: Uuid::new_v4(),
            oauth_client_id: new_oauth_client_id(),
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

    /// Whether the app is installed, enabled or not.
    #[must_use]
    pub fn has_app(&self) -> bool {
        matches!(self.state, SiteState::Installed | SiteState::Disabled)
    }

    /// Makes `secret` the current one and keeps the old one as superseded.
    pub fn replace_secret(&mut self, secret: Secret) {
        if let Some(old) = self.secret.replace(secret) {
            self.superseded.insert(0, old);
            self.superseded.truncate(SUPERSEDED_SECRETS);
        }
    }

    /// Gives the site the keys of another installation, as an import does; the secret stays.
    pub fn renew_client_key(&mut self) {
        self.client_key = new_client_key();
        self.oauth_client_id = new_oauth_client_id();
    }

    /// The second of the epoch in which this callback was last sent.
    #[must_use]
    pub fn last_sent(&self, kind: CallbackKind) -> Option<i64> {
        let sent = self.callbacks.iter().find(|record| record.callback == kind);
        sent.map(|record| record.at.timestamp())
    }

    /// Takes over everything from `next` except the callbacks, which were sent in the meantime.
    pub fn replace_facts(&mut self, next: Self) {
        let callbacks = std::mem::take(&mut self.callbacks);
        *self = Self {
            callbacks,
            pending: None,
            ..next
        };
    }

    /// Puts a callback at the head of the list and drops the oldest.
    pub fn record_callback(&mut self, record: CallbackRecord) {
        self.callbacks.push_front(record);
        self.callbacks.truncate(LISTED_CALLBACKS);
    }

    /// The values that the app's tokens must match, once there is a descriptor and a secret.
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
    pub fn accepted_installations(&self) -> Vec<Installation> {
        let current = self.installation().filter(|_| self.state == SiteState::Installed);
        current.into_iter().chain(self.pending.clone()).collect()
    }

    /// All people with an account here.
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

/// Whether `name` can be a label of a host name: 1 to 40 of `a-z 0-9 -`, no hyphen at either end.
#[must_use]
pub fn is_site_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=40).contains(&name.len())
        && name.chars().all(allowed)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn new_client_key() -> String {
    Uuid::new_v4().to_string()
}

fn new_oauth_client_id() -> String {
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
        assert_eq!(site.person("stranger"), None);
    }

    #[test]
    fn a_secret_that_goes_out_of_use_is_remembered_but_no_longer_accepted() {
        let mut site = Site::new("acme");
        let (first, second) = (Secret::generate(), Secret::generate());
        let text = r#"{"key": "app", "baseUrl": "http://localhost", "authentication": {"type": "jwt"},
                       "lifecycle": {"installed": "/in"}}"#;
        site.descriptor = Some(Descriptor::parse(text).unwrap());
        site.replace_secret(first.clone());
        assert!(
            site.accepted_installations().is_empty(),
            "nothing is installed yet"
        );
        site.state = SiteState::Installed;
        site.replace_secret(second.clone());
        let accepted: Vec<Secret> = site
            .accepted_installations()
            .into_iter()
            .map(|known| known.secret)
            .collect();
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
