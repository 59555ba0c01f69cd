//! What happens to a tenant. The names and fields are a storage contract: they may be added to,
//! never changed.
//!
//! Every event with a secret, a fingerprint or a delivery is one of the tenant's link to Connect.
//! `tenant.base_url_changed`, `tenant.enabled` and `tenant.disabled` say something of the site by
//! any host. A link to another host gets events of its own.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::secret::{Delivery, SealedSecret, SecretFingerprint};
use crate::ids::ClientKey;
use crate::stored_names;

/// What Connect's `installed` callback says of a site besides its secret. Addresses and product
/// are the site's own; client key and ids are those of the link to Connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledFacts {
    /// The platform's name for the installation's site.
    pub client_key: ClientKey,
    /// Where the site's API is.
    pub base_url: String,
    /// Where people see the site, when that is another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_url: Option<String>,
    /// The platform's word for the product, `jira`.
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
        /// The facts about the site.
        facts: InstalledFacts,
        /// The site's secret, sealed.
        secret: SealedSecret,
        /// The fingerprint of the site's secret.
        fingerprint: SecretFingerprint,
        /// The callback that brought this.
        delivery: Delivery,
    },
    /// The platform issued another secret. The one before stays accepted until `previous_until`.
    SharedSecretRotated {
        /// The new secret, sealed.
        secret: SealedSecret,
        /// The fingerprint of the new secret.
        fingerprint: SecretFingerprint,
        /// The fingerprint of the secret before.
        previous: SecretFingerprint,
        /// Until when the secret before is accepted; not after the event's own time when it leaked.
        previous_until: DateTime<Utc>,
        /// The callback that brought this.
        delivery: Delivery,
    },
    /// The site installed Tally again after an uninstall. Secrets from before are not accepted any
    /// more.
    Reinstalled {
        /// The facts about the site.
        facts: InstalledFacts,
        /// The site's secret, sealed.
        secret: SealedSecret,
        /// The fingerprint of the site's secret.
        fingerprint: SecretFingerprint,
        /// The callback that brought this.
        delivery: Delivery,
    },
    /// A verified callback said what is known already: an upgrade without rotation, or a retry with
    /// a fresh token. Noted for the time of the last handshake, and so that its token cannot be
    /// used with another body.
    InstallationConfirmed {
        /// The fingerprint of the secret that it carried.
        fingerprint: SecretFingerprint,
        /// The callback that brought this.
        delivery: Delivery,
    },
    /// A verified callback older than the newest one known brought another secret. It does not
    /// displace the newer.
    CandidateSecretReceived {
        /// The candidate, sealed.
        secret: SealedSecret,
        /// The fingerprint of the new secret.
        fingerprint: SecretFingerprint,
        /// The callback that brought this.
        delivery: Delivery,
    },
    /// A request verified with the candidate, so that is what the platform uses. The one before
    /// stays accepted until `previous_until`.
    CandidateSecretPromoted {
        /// The fingerprint of the candidate.
        fingerprint: SecretFingerprint,
        /// The fingerprint of the secret before.
        previous: SecretFingerprint,
        /// Until when the secret before is accepted.
        previous_until: DateTime<Utc>,
    },
    /// A newer installation arrived, so the candidate is not needed.
    CandidateSecretDiscarded {
        /// The fingerprint of the candidate.
        fingerprint: SecretFingerprint,
    },
    /// The site moved: a rename, or a new domain. Still the same tenant.
    BaseUrlChanged {
        /// The address that the site had.
        from: String,
        /// The address that the site has now.
        to: String,
        /// The address at which people see it, if that is another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_url: Option<String>,
    },
    /// The site's admin, or the platform after an installation, enabled Tally.
    Enabled {},
    /// The site's admin disabled Tally.
    Disabled {},
    /// The site uninstalled Tally. Its data stays; its secrets are not accepted any more.
    Uninstalled {
        /// The callback that brought this.
        delivery: Delivery,
    },
    /// The operator erases the tenant, for good. From here on it has no data: views remove its rows,
    /// and its keys are about to be destroyed. It has no text and no name.
    Erased {},
    /// All keys of the erased tenant are destroyed. It does not say how many: of an erasure that
    /// broke off, the call that ends it does not know.
    KeysDestroyed {},
}

impl TenantEvent {
    /// The stored name of the event by which a tenant begins, for those who look for tenants in a
    /// log that they cannot open.
    pub const INSTALLED: &'static str = "tenant.installed";

    /// The stored names of the events for which [`Self::is_erasure`] is true, for those who follow
    /// the log for them alone.
    pub const ERASURES: [&'static str; 2] = ["tenant.erased", "tenant.keys_destroyed"];

    /// What the site said of itself with this event.
    pub fn facts(&self) -> Option<&InstalledFacts> {
        match self {
            Self::Installed { facts, .. } | Self::Reinstalled { facts, .. } => Some(facts),
            Self::SharedSecretRotated { .. }
            | Self::InstallationConfirmed { .. }
            | Self::CandidateSecretReceived { .. }
            | Self::CandidateSecretPromoted { .. }
            | Self::CandidateSecretDiscarded { .. }
            | Self::BaseUrlChanged { .. }
            | Self::Enabled {}
            | Self::Disabled {}
            | Self::Uninstalled { .. }
            | Self::Erased {}
            | Self::KeysDestroyed {} => None,
        }
    }

    /// Whether the tenant has no data from this event on.
    pub fn is_erasure(&self) -> bool {
        matches!(self, Self::Erased {} | Self::KeysDestroyed {})
    }
}

stored_names! {
    TenantEvent {
        Installed = "tenant.installed" @ 1,
        SharedSecretRotated = "tenant.shared_secret_rotated" @ 1,
        Reinstalled = "tenant.reinstalled" @ 1,
        InstallationConfirmed = "tenant.installation_confirmed" @ 1,
        CandidateSecretReceived = "tenant.candidate_secret_received" @ 1,
        CandidateSecretPromoted = "tenant.candidate_secret_promoted" @ 1,
        CandidateSecretDiscarded = "tenant.candidate_secret_discarded" @ 1,
        BaseUrlChanged = "tenant.base_url_changed" @ 1,
        Enabled = "tenant.enabled" @ 1,
        Disabled = "tenant.disabled" @ 1,
        Uninstalled = "tenant.uninstalled" @ 1,
        Erased = "tenant.erased" @ 1,
        KeysDestroyed = "tenant.keys_destroyed" @ 1,
    }
}
