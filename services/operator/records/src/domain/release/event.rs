//! What happens to a release. The names and fields are a storage contract.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use tally_domain::TenantId;
use tally_domain::stored_names;

/// The name of a release: a version or a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReleaseVersion(String);

impl ReleaseVersion {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Takes 1 to [`Self::MAX_LEN`] letters, digits, dots, hyphens, underscores and plus signs.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX_LEN;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_+".contains(&b);
        (fits && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReleaseVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An event of a release's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReleaseEvent {
    /// It is deployed where it is to bake.
    Staged {
        /// Its name.
        version: ReleaseVersion,
        /// How long it has to bake, in seconds.
        bake_seconds: u64,
        /// SHA-256 of the descriptor it serves, lower-case hex, where it was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        descriptor_sha256: Option<String>,
    },
    /// The synthetic tenant walked through it well.
    ProbePassed {
        /// When the probe was over.
        at: DateTime<Utc>,
        /// The bake time that counts since the probe before, in seconds; 0 when there was none, it
        /// failed, it was too long ago, or a tenant failed since.
        counted_seconds: u64,
    },
    /// The synthetic tenant did not get through.
    ProbeFailed {
        /// When the probe was over.
        at: DateTime<Utc>,
        /// The step that failed, such as `rotate`.
        step: String,
        /// What was wrong, as a code where there is one.
        code: String,
    },
    /// A tenant began to fail while it baked.
    TenantFailing {
        /// Which.
        tenant: TenantId,
        /// The refusal's code.
        code: String,
    },
    /// A tenant that had begun to fail while it baked does no more.
    TenantRecovered {
        /// Which.
        tenant: TenantId,
    },
    /// An alarm fired while it baked. It will not be promoted.
    Failed {
        /// The alarm's name.
        alarm: String,
        /// How many tenants were failing.
        tenants: u64,
    },
    /// It is promoted to all tenants.
    Promoted {
        /// How long it had baked, in seconds.
        baked_seconds: u64,
    },
    /// It was given up.
    Aborted {
        /// Why, in the operator's words.
        reason: String,
    },
}

stored_names! {
    ReleaseEvent {
        Staged = "release.staged" @ 1,
        ProbePassed = "release.probe_passed" @ 1,
        ProbeFailed = "release.probe_failed" @ 1,
        TenantFailing = "release.tenant_failing" @ 1,
        TenantRecovered = "release.tenant_recovered" @ 1,
        Failed = "release.failed" @ 1,
        Promoted = "release.promoted" @ 1,
        Aborted = "release.aborted" @ 1,
    }
}
