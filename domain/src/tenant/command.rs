//! What can be wanted of a tenant: mostly, what a verified callback says.

use chrono::Duration;

use super::event::InstalledFacts;
use super::secret::{Delivery, SealedSecret, SecretFingerprint};

/// A verified `installed` callback. "This is now the truth about the site", not "here is a new customer".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// What it says of the site.
    pub facts: InstalledFacts,
    /// Its secret, sealed for the revision that the first event of this command will have.
    pub secret: SealedSecret,
    /// The secret's name.
    pub fingerprint: SecretFingerprint,
    /// Token and body it came with.
    pub delivery: Delivery,
    /// How long the displaced secret stays accepted; zero after a leak.
    pub grace: Duration,
}

/// A wish concerning a tenant. Verification is settled before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantCommand {
    /// Take in a verified `installed`.
    RecordInstallation(Box<Installation>),
    /// Take in a verified `enabled`.
    RecordEnabled,
    /// Take in a verified `disabled`.
    RecordDisabled,
    /// Take in a verified `uninstalled`.
    RecordUninstallation(Delivery),
    /// A request verified with this candidate.
    PromoteCandidate {
        /// The candidate's name.
        fingerprint: SecretFingerprint,
        /// How long the displaced secret stays accepted.
        grace: Duration,
    },
}
