//! Commands to a tenant: mostly what a verified callback says.

use chrono::Duration;

use super::event::InstalledFacts;
use super::secret::{Delivery, SealedSecret, SecretFingerprint};

/// A verified `installed` callback: the current facts about the site, which need not be new to
/// Tally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The facts about the site.
    pub facts: InstalledFacts,
    /// Its secret, sealed for the revision that the first event of this command will have.
    pub secret: SealedSecret,
    /// The fingerprint of the secret.
    pub fingerprint: SecretFingerprint,
    /// The token and the body that it came with.
    pub delivery: Delivery,
    /// How long the replaced secret stays accepted; zero after a leak.
    pub grace: Duration,
}

/// A command to a tenant. Its callback or request was verified before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantCommand {
    /// Record a verified `installed`.
    RecordInstallation(Box<Installation>),
    /// Record a verified `enabled`.
    RecordEnabled,
    /// Record a verified `disabled`.
    RecordDisabled,
    /// Record a verified `uninstalled`.
    RecordUninstallation(Delivery),
    /// Make the candidate current, since a request verified with it.
    PromoteCandidate {
        /// The fingerprint of the candidate.
        fingerprint: SecretFingerprint,
        /// How long the replaced secret stays accepted.
        grace: Duration,
    },
}
