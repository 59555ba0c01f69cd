//! What happens to a tenant. The names and fields are a storage contract: they may be added to,
//! never changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::secret::{Delivery, SealedSecret, SecretFingerprint};
use crate::ids::ClientKey;

/// What an `installed` callback says of a site besides its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledFacts {
    /// The platform's name for the installation's site.
    pub client_key: ClientKey,
    /// Where the site's API is.
    pub base_url: String,
    /// Where people see the site, when that is another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_url: Option<String>,
    /// `jira`.
    pub product_type: String,
    /// The id for acting as a user, when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth_client_id: Option<String>,
    /// The Forge installation, when the site is on its way there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation_id: Option<String>,
}

/// An event of a tenant's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TenantEvent {
    /// The site installed Tally for the first time.
    Installed {
        /// What was said of the site.
        facts: InstalledFacts,
        /// Its secret.
        secret: SealedSecret,
        /// The secret's name.
        fingerprint: SecretFingerprint,
        /// The callback that said so.
        delivery: Delivery,
    },
    /// The platform issued another secret. The one before stays accepted until `previous_until`.
    SharedSecretRotated {
        /// The new secret.
        secret: SealedSecret,
        /// Its name.
        fingerprint: SecretFingerprint,
        /// The name of the one before.
        previous: SecretFingerprint,
        /// Until when the one before is accepted; not after the event's own time when it leaked.
        previous_until: DateTime<Utc>,
        /// The callback that said so.
        delivery: Delivery,
    },
    /// The site installed Tally again after an uninstall. Secrets from before are not accepted any
    /// more.
    Reinstalled {
        /// What was said of the site.
        facts: InstalledFacts,
        /// Its secret.
        secret: SealedSecret,
        /// The secret's name.
        fingerprint: SecretFingerprint,
        /// The callback that said so.
        delivery: Delivery,
    },
    /// A verified callback said what is known already: an upgrade without rotation, or a retry with
    /// a fresh token. Noted for the time of the last handshake, and so that its token cannot be
    /// used with another body.
    InstallationConfirmed {
        /// The name of the secret it carried.
        fingerprint: SecretFingerprint,
        /// The callback that said so.
        delivery: Delivery,
    },
    /// A verified callback older than the newest one known brought another secret. It does not
    /// displace the newer.
    CandidateSecretReceived {
        /// The secret.
        secret: SealedSecret,
        /// Its name.
        fingerprint: SecretFingerprint,
        /// The callback that said so.
        delivery: Delivery,
    },
    /// A request verified with the candidate, so that is what the platform uses. The one before
    /// stays accepted until `previous_until`.
    CandidateSecretPromoted {
        /// The candidate's name.
        fingerprint: SecretFingerprint,
        /// The name of the one before.
        previous: SecretFingerprint,
        /// Until when the one before is accepted.
        previous_until: DateTime<Utc>,
    },
    /// A newer installation arrived, so the candidate is not needed.
    CandidateSecretDiscarded {
        /// The candidate's name.
        fingerprint: SecretFingerprint,
    },
    /// The site moved: a rename, or a new domain. Still the same tenant.
    BaseUrlChanged {
        /// Where it was.
        from: String,
        /// Where it is.
        to: String,
        /// Where people see it, when that is another place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_url: Option<String>,
    },
    /// The site's admin, or the platform after an installation, enabled Tally.
    Enabled {},
    /// The site's admin disabled Tally.
    Disabled {},
    /// The site uninstalled Tally. Its data stays; its secrets are not accepted any more.
    Uninstalled {
        /// The callback that said so.
        delivery: Delivery,
    },
}
