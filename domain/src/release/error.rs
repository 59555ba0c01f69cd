//! Why a wish concerning a release is refused.

use thiserror::Error;

use crate::decision::Refused;
use crate::refusal::RefusalKind;

/// A refusal by a release's rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReleaseRefusal {
    /// Nothing of that name was staged.
    #[error("no release of that name was staged")]
    NotFound,
    /// It was staged before under other terms.
    #[error("a release of that name was staged before")]
    StagedBefore,
    /// It failed, was promoted or given up.
    #[error("the release is over: it was {0}")]
    Over(&'static str),
    /// It has not baked for long enough.
    #[error("it has baked for {baked_seconds} s of {needed_seconds} s")]
    BakeTooShort {
        /// How long it has baked.
        baked_seconds: u64,
        /// How long it has to.
        needed_seconds: u64,
    },
    /// The last probe failed.
    #[error("the last probe failed at the step {step} ({code})")]
    ProbeFailing {
        /// The step.
        step: String,
        /// What was wrong.
        code: String,
    },
    /// The last probe was too long ago.
    #[error("no probe has passed for {0} s")]
    ProbeMissing(u64),
    /// Tenants fail that did not before.
    #[error("{0} tenants began to fail while it baked and still do")]
    TenantsFailing(u64),
}

impl Refused for ReleaseRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "release.not_found",
            Self::StagedBefore => "release.staged_before",
            Self::Over(_) => "release.over",
            Self::BakeTooShort { .. } => "release.bake_too_short",
            Self::ProbeFailing { .. } => "release.probe_failing",
            Self::ProbeMissing(_) => "release.probe_missing",
            Self::TenantsFailing(_) => "release.tenants_failing",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NotFound => "Stage it first: tally release stage VERSION.",
            Self::StagedBefore => "Give the new build a version of its own.",
            Self::Over(_) => "Stage another version.",
            Self::BakeTooShort { .. } => "Let the probe run on and try again when the bake is over.",
            Self::ProbeFailing { .. } => "Mend what the probe found, or abort the release.",
            Self::ProbeMissing(_) => {
                "Run tally probe with --release at short intervals, as the bake goes on only from probe to probe."
            }
            Self::TenantsFailing(_) => {
                "See tally diagnose for each of them; abort the release if it is the cause."
            }
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            _ => RefusalKind::Conflict,
        }
    }
}
