//! The fold of a release.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::event::ReleaseEvent;
use tally_domain::TenantId;

/// A bake under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bake {
    /// How long it has to bake, in seconds.
    pub needed_seconds: u64,
    /// SHA-256 of the descriptor it serves, where it is known.
    pub descriptor_sha256: Option<String>,
    /// How long it has baked, in seconds.
    pub baked_seconds: u64,
    /// The last probe that passed.
    pub last_passed_at: Option<DateTime<Utc>>,
    /// The last probe that failed.
    pub last_failed_at: Option<DateTime<Utc>>,
    /// Whether the time since then counts: nothing bad came in between.
    pub counting: bool,
    /// The step and code of the failed probe that none has passed since.
    pub probe_failing: Option<(String, String)>,
    /// Tenants that began to fail and still do.
    pub failing: BTreeSet<TenantId>,
}

/// How a release ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseEnd {
    /// By an alarm.
    Failed,
    /// Well.
    Promoted,
    /// By the operator.
    Aborted,
}

impl ReleaseEnd {
    /// The displayed word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Promoted => "promoted",
            Self::Aborted => "aborted",
        }
    }

    /// The end of a displayed word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Failed, Self::Promoted, Self::Aborted]
            .into_iter()
            .find(|end| end.as_str() == word)
    }
}

/// A release's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReleaseState {
    /// Never staged.
    #[default]
    Absent,
    /// It bakes.
    Baking(Bake),
    /// It is over.
    Ended(ReleaseEnd),
}

impl ReleaseState {
    /// The state after `event`.
    #[must_use]
    pub fn evolve(self, event: &ReleaseEvent) -> Self {
        use ReleaseEvent as E;
        match (self, event) {
            (
                Self::Absent,
                E::Staged {
                    bake_seconds,
                    descriptor_sha256,
                    ..
                },
            ) => Self::Baking(Bake {
                needed_seconds: *bake_seconds,
                descriptor_sha256: descriptor_sha256.clone(),
                ..Bake::default()
            }),
            (Self::Baking(_), E::Failed { .. }) => Self::Ended(ReleaseEnd::Failed),
            (Self::Baking(_), E::Promoted { .. }) => Self::Ended(ReleaseEnd::Promoted),
            (Self::Baking(_), E::Aborted { .. }) => Self::Ended(ReleaseEnd::Aborted),
            (Self::Baking(bake), event) => Self::Baking(bake.evolve(event)),
            (state, _) => state,
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a ReleaseEvent>) -> Self {
        events.into_iter().fold(Self::Absent, Self::evolve)
    }
}

impl Bake {
    fn evolve(mut self, event: &ReleaseEvent) -> Self {
        use ReleaseEvent as E;
        match event {
            E::ProbePassed { at, counted_seconds } => {
                self.baked_seconds = self.baked_seconds.saturating_add(*counted_seconds);
                self.last_passed_at = Some(*at);
                self.probe_failing = None;
                self.counting = self.failing.is_empty();
            }
            E::ProbeFailed { at, step, code } => {
                self.last_failed_at = Some(*at);
                self.probe_failing = Some((step.clone(), code.clone()));
                self.counting = false;
            }
            E::TenantFailing { tenant, .. } => {
                self.failing.insert(*tenant);
                self.counting = false;
            }
            E::TenantRecovered { tenant } => {
                self.failing.remove(tenant);
            }
            E::Staged { .. } | E::Failed { .. } | E::Promoted { .. } | E::Aborted { .. } => {}
        }
        self
    }
}
