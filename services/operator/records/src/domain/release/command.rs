//! Commands to a release.

use chrono::{DateTime, Utc};

use super::event::ReleaseVersion;
use tally_domain::TenantId;

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeReport {
    /// When it was over.
    pub at: DateTime<Utc>,
    /// The step that failed and its code; `None` when all went well.
    pub failed: Option<(String, String)>,
}

/// A command to a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseCommand {
    /// Start its bake.
    Stage {
        /// Its name.
        version: ReleaseVersion,
        /// How long it has to bake, in seconds.
        bake_seconds: u64,
        /// SHA-256 of the descriptor it serves, where it is known.
        descriptor_sha256: Option<String>,
    },
    /// Take in what a probe found. The time since the probe before counts unless it is more than
    /// `max_gap_seconds`.
    RecordProbe {
        /// What it found.
        report: ProbeReport,
        /// The longest time between two probes that counts.
        max_gap_seconds: u64,
    },
    /// Note that a tenant began to fail.
    NoteTenantFailing {
        /// Which.
        tenant: TenantId,
        /// The refusal's code.
        code: String,
    },
    /// Note that a tenant does not fail any more.
    NoteTenantRecovered {
        /// Which.
        tenant: TenantId,
    },
    /// Note that an alarm fired.
    NoteAlarm {
        /// Its name.
        alarm: String,
        /// How many tenants are failing.
        tenants: u64,
    },
    /// Let it go to everybody. Refused unless it has baked and the last probe is not older than
    /// `max_gap_seconds`.
    Promote {
        /// The longest time since the last probe.
        max_gap_seconds: u64,
    },
    /// Give it up.
    Abort {
        /// Why.
        reason: String,
    },
}
