//! Why a wish concerning a release is refused.

use std::fmt;

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
    /// The bake is longer than any may be.
    #[error("the bake time is longer than {0} s")]
    BakeTooLong(u64),
    /// What should be the descriptor's digest is none.
    #[error("the descriptor's digest is not 64 hexadecimal digits")]
    DescriptorUnfit,
    /// It failed, was promoted or given up.
    #[error("the release is over ({0})")]
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
    /// The last probe that passed was too long ago, or there was none.
    #[error("no probe has passed {}", Lately(*.0))]
    ProbeMissing(Option<u64>),
    /// Tenants fail that did not before.
    #[error("tenants that began to fail while it baked and still do: {0}")]
    TenantsFailing(u64),
    /// The reason is empty or too long.
    #[error("the reason is empty or longer than {0} characters")]
    ReasonUnfit(usize),
}

/// For how many seconds no probe has passed; absent when none ever has.
struct Lately(Option<u64>);

impl fmt::Display for Lately {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(seconds) => write!(f, "for {seconds} s"),
            None => f.write_str("yet"),
        }
    }
}

impl Refused for ReleaseRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "release.not_found",
            Self::StagedBefore => "release.staged_before",
            Self::BakeTooLong(_) => "release.bake_too_long",
            Self::DescriptorUnfit => "release.descriptor_unfit",
            Self::Over(_) => "release.over",
            Self::BakeTooShort { .. } => "release.bake_too_short",
            Self::ProbeFailing { .. } => "release.probe_failing",
            Self::ProbeMissing(_) => "release.probe_missing",
            Self::TenantsFailing(_) => "release.tenants_failing",
            Self::ReasonUnfit(_) => "release.reason_unfit",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NotFound => "Stage it first: tally release stage VERSION.",
            Self::StagedBefore => "Give the new build a version of its own.",
            Self::BakeTooLong(_) => "Let it bake for less time.",
            Self::DescriptorUnfit => "Give the SHA-256 of the descriptor as it is served, or leave it out.",
            Self::Over(_) => "Stage another version.",
            Self::BakeTooShort { .. } => "Let the probe run on and try again when the bake is over.",
            Self::ProbeFailing { .. } => "Mend what the probe found, or abort the release.",
            Self::ProbeMissing(_) => {
                "Run tally probe with --release at short intervals, as the bake goes on only from probe to probe."
            }
            Self::TenantsFailing(_) => {
                "See tally diagnose for each of them; abort the release if it is the cause."
            }
            Self::ReasonUnfit(_) => "Say in a few sentences why it is given up.",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::BakeTooLong(_) | Self::DescriptorUnfit | Self::ReasonUnfit(_) => RefusalKind::Invalid,
            _ => RefusalKind::Conflict,
        }
    }
    fn field(&self) -> Option<&str> {
        match self {
            Self::BakeTooLong(_) => Some("bake_seconds"),
            Self::DescriptorUnfit => Some("descriptor_sha256"),
            Self::ReasonUnfit(_) => Some("reason"),
            _ => None,
        }
    }
}
