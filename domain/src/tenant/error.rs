//! Why a wish concerning a tenant is refused.

use thiserror::Error;

use crate::decision::Refused;
use crate::refusal::RefusalKind;

/// A refusal by a tenant's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TenantRefusal {
    /// Tally was never installed there.
    #[error("the site has not installed Tally")]
    Unknown,
    /// A token that was accepted came again with another body. The signature does not cover the body, so this is how a caught callback
    /// would be misused to plant a secret.
    #[error("this callback's token was accepted before with other content")]
    ReplayedWithAnotherBody,
    /// The callback's client key is empty, too long, or not visible ASCII.
    #[error("the callback's client key cannot be taken")]
    ClientKeyUnusable,
    /// No such candidate.
    #[error("the secret is not a candidate")]
    NotACandidate,
}

impl Refused for TenantRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "install.tenant_unknown",
            Self::ReplayedWithAnotherBody => "install.replayed_with_another_body",
            Self::ClientKeyUnusable => "install.body_malformed",
            Self::NotACandidate => "tenant.not_a_candidate",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Unknown => "A Jira admin installs the app.",
            Self::ReplayedWithAnotherBody => {
                "If a Jira admin sees this during an update, run the update again; otherwise treat it as an attack."
            }
            Self::ClientKeyUnusable => "Send 1 to 255 visible ASCII characters as clientKey.",
            Self::NotACandidate => "Nothing to do: the secret has a standing already.",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown => RefusalKind::NotFound,
            Self::ReplayedWithAnotherBody => RefusalKind::Forbidden,
            Self::ClientKeyUnusable => RefusalKind::Invalid,
            Self::NotACandidate => RefusalKind::Conflict,
        }
    }
}
