//! The four lifecycle callbacks and the record that a site keeps of each one sent.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which of the four lifecycle callbacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallbackKind {
    /// Carries the installation as it is now, with its shared secret.
    Installed,
    /// The app was removed from the site.
    Uninstalled,
    /// An install or upgrade is complete, or an administrator switched the app on.
    Enabled,
    /// An administrator switched the app off, or it is about to be removed.
    Disabled,
}

impl CallbackKind {
    /// The name in descriptor, payload and callback log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Uninstalled => "uninstalled",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// Whether its token is signed with the install key (RS256) and not with the shared secret.
    #[must_use]
    pub fn is_signed_with_install_key(self) -> bool {
        matches!(self, Self::Installed | Self::Uninstalled)
    }
}

impl fmt::Display for CallbackKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// One callback that was sent, and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallbackRecord {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// Name of the act that caused it.
    pub act: String,
    /// One of the four callbacks.
    pub callback: CallbackKind,
    /// Absolute URL at the app.
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
    /// Whether a proxy answered and the app never received the callback.
    #[serde(default)]
    pub swallowed: bool,
    /// Fingerprint of the secret in the body (`installed`) or under the token (`enabled`,
    /// `disabled`).
    pub secret_fingerprint: Option<String>,
}

impl CallbackRecord {
    /// Whether the platform accepts the answer: 200 or 204 and nothing else.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self.status, Some(200 | 204))
    }
}
