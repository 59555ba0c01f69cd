//! Releases: how long each has baked, what its probes found, which tenants began to fail meanwhile,
//! and how it ended.

mod apply;
mod queries;
mod tables;

use crate::domain::release::{ReleaseEnd, ReleaseVersion};
use chrono::{DateTime, Utc};
use tally_domain::{Revision, TenantId};
use tally_view_store::ViewName;

pub(crate) use apply::ReleasesView;
pub use queries::ReleaseList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("releases");

/// The word for a release that has not ended; the other words are those of [`ReleaseEnd`].
const BAKING: &str = "baking";

/// A release as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseRecord {
    /// The release's version, which names it.
    pub version: ReleaseVersion,
    /// How it ended; absent while it bakes.
    pub end: Option<ReleaseEnd>,
    /// When the release was staged.
    pub staged_at: DateTime<Utc>,
    /// How long it has to bake, in seconds.
    pub bake_seconds: u64,
    /// How long it has baked, in seconds.
    pub baked_seconds: u64,
    /// The SHA-256 of the descriptor that it serves, lower-case hex, if it was given.
    pub descriptor_sha256: Option<String>,
    /// The time of the last probe, passed or failed.
    pub last_probe_at: Option<DateTime<Utc>>,
    /// The step and code of the last probe, when it failed.
    pub last_probe_failed: Option<(String, String)>,
    /// How many tenants began to fail while it baked and still do, as far as was noted before its
    /// end.
    pub failing: u64,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed or was given up.
    pub reason: Option<String>,
    /// The revision of the last event of its stream.
    pub revision: Revision,
}

impl ReleaseRecord {
    /// The word for how it stands: `baking`, `failed`, `promoted` or `aborted`.
    pub fn state(&self) -> &'static str {
        self.end.map_or(BAKING, ReleaseEnd::as_str)
    }
}

/// A tenant that began to fail while a release baked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantOfBake {
    /// Which.
    pub tenant: TenantId,
    /// The refusal's code.
    pub code: String,
    /// When it was noted, the last time if it was several times.
    pub since: DateTime<Utc>,
    /// When it did not fail any more.
    pub recovered_at: Option<DateTime<Utc>>,
}
