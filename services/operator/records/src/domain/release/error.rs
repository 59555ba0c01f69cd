//! Why the rules of a release refuse a command.

use std::fmt;

use tally_domain::{refusals, text_parameters};

refusals! {
    /// A refusal by the rules of a release.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ReleaseRefusal {
        /// No release of this name was staged.
        NotFound = "release.not_found" {
            kind: NotFound,
            title: "Release not found",
            cause: "no release of that name was staged",
            remedy: "Stage it first: tally release stage VERSION.",
        },
        /// The release was staged before, on other terms.
        StagedBefore = "release.staged_before" {
            kind: Conflict,
            title: "Already staged",
            cause: "a release of that name was staged before",
            remedy: "Give the new build a version of its own.",
        },
        /// The bake is longer than this many seconds, the longest allowed.
        BakeTooLong {
            /// The longest bake allowed.
            seconds: u64,
        } = "release.bake_too_long" {
            kind: Invalid,
            title: "Bake too long",
            cause: "the bake time is longer than {seconds} s",
            remedy: "Let it bake for less time.",
            field: "bake_seconds",
        },
        /// The digest of the descriptor is not a SHA-256 in hexadecimal digits.
        DescriptorUnfit = "release.descriptor_unfit" {
            kind: Invalid,
            title: "Descriptor digest not valid",
            cause: "the descriptor's digest is not 64 hexadecimal digits",
            remedy: "Give the SHA-256 of the descriptor as it is served, or leave it out.",
            field: "descriptor_sha256",
        },
        /// The release has failed, was promoted or was aborted.
        AlreadyEnded {
            /// How it ended.
            end: &'static str,
        } = "release.over" {
            kind: Conflict,
            title: "Release over",
            cause: "the release is over ({end})",
            remedy: "Stage another version.",
        },
        /// The release has not baked for long enough.
        BakeTooShort {
            /// How long it has baked, in seconds.
            baked_seconds: u64,
            /// How long it has to bake, in seconds.
            needed_seconds: u64,
        } = "release.bake_too_short" {
            kind: Conflict,
            title: "Bake not finished",
            cause: "it has baked for {baked_seconds} s of {needed_seconds} s",
            remedy: "Let the probe run on and try again when the bake is over.",
        },
        /// The last probe failed.
        ProbeFailing {
            /// The step that failed.
            step: String,
            /// The code of the failure.
            code: String,
        } = "release.probe_failing" {
            kind: Conflict,
            title: "Probe failing",
            cause: "the last probe failed at the step {step} ({code})",
            remedy: "Repair what the probe found, or abort the release.",
        },
        /// The last probe that passed was too long ago, or none has passed.
        ProbeMissing {
            /// For how long.
            silence: ProbeSilence,
        } = "release.probe_missing" {
            kind: Conflict,
            title: "Probe missing",
            cause: "no probe has passed {silence}",
            remedy: "Run tally probe with --release at short intervals: only probes that follow one another \
                count as bake time.",
        },
        /// This many tenants began to fail while the release baked, and still do.
        TenantsFailing {
            /// How many tenants.
            tenants: u64,
        } = "release.tenants_failing" {
            kind: Conflict,
            title: "Tenants failing",
            cause: "tenants that began to fail while it baked and still do: {tenants}",
            remedy: "See tally diagnose for each of them; abort the release if it is the cause.",
        },
        /// The reason is empty or longer than this many characters.
        ReasonUnfit {
            /// The greatest length, in characters.
            limit: usize,
        } = "release.reason_unfit" {
            kind: Invalid,
            title: "Reason not valid",
            cause: "the reason is empty or longer than {limit} characters",
            remedy: "Say in a few sentences why the release is aborted.",
            field: "reason",
        },
    }
}

text_parameters!(ProbeSilence);

/// The seconds since a probe passed; `None` if none has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeSilence(pub Option<u64>);

impl fmt::Display for ProbeSilence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(seconds) => write!(f, "for {seconds} s"),
            None => f.write_str("yet"),
        }
    }
}
