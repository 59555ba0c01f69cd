//! The code of a refusal that was stored or remembered, as a type.

use tally_atlassian::{Refusal, Unreadable};
use tally_domain::Refused;
use tally_http::{RequestRefusal, ServerFailure};

/// The code of a refused callback or request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// A token or a callback was refused. The parameters of the refusal are not stored with the
    /// code; those here say nothing.
    Refused(Refusal),
    /// The request was fine; something failed on our side.
    Failed(OwnFailure),
    /// A code that this version does not know.
    Unknown(String),
}

/// What can fail on our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnFailure {
    /// The event log could not be read or written.
    LogUnavailable,
    /// The disk of the event log is full.
    LogFull,
    /// The event log lacks what it had before.
    LogShorter,
    /// The store of data keys did not answer.
    KeysUnavailable,
    /// A key that the request needs is not in the key store.
    KeysLost,
    /// A view did not catch up in time.
    ViewLagging,
    /// A view could not be read.
    ViewUnavailable,
    /// A defect.
    Internal,
    /// Too many requests came from one address.
    RateLimited,
}

impl OwnFailure {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::LogUnavailable,
        Self::LogFull,
        Self::LogShorter,
        Self::KeysUnavailable,
        Self::KeysLost,
        Self::ViewLagging,
        Self::ViewUnavailable,
        Self::Internal,
        Self::RateLimited,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::LogUnavailable => ServerFailure::LogUnavailable.code(),
            Self::LogFull => ServerFailure::LogFull.code(),
            Self::LogShorter => ServerFailure::LogShorter.code(),
            Self::KeysUnavailable => ServerFailure::KeysUnavailable.code(),
            Self::KeysLost => ServerFailure::KeysLost.code(),
            Self::ViewLagging => ServerFailure::ViewLagging.code(),
            Self::ViewUnavailable => ServerFailure::ViewUnavailable.code(),
            Self::Internal => ServerFailure::Internal.code(),
            Self::RateLimited => RequestRefusal::RateLimited.code(),
        }
    }
}

/// Every refusal, with any parameters. A test compares it with the catalogue.
const REFUSALS: [Refusal; 37] = [
    Refusal::Malformed {
        reason: Unreadable::TokenParts,
    },
    Refusal::Expired { seconds: 0 },
    Refusal::NotYetValid { seconds: 0 },
    Refusal::LifetimeTooLong { hours: 0 },
    Refusal::BodyMalformed {
        reason: Unreadable::BodyIncomplete,
    },
    Refusal::Missing,
    Refusal::AlgorithmNotAllowed,
    Refusal::ExpiryMissing,
    Refusal::QshMissing,
    Refusal::QshMismatch,
    Refusal::ContextTokenNotAllowed,
    Refusal::ContextTokenRequired,
    Refusal::SignatureInvalid,
    Refusal::MatchesSupersededSecret,
    Refusal::KidNotAllowed,
    Refusal::SubjectMissing,
    Refusal::TwoTokens,
    Refusal::TenantUninstalled,
    Refusal::TenantErased,
    Refusal::SecretsUnavailable,
    Refusal::KeyIdMalformed,
    Refusal::KeyUnknown,
    Refusal::KeysUnavailable,
    Refusal::AudienceMismatch,
    Refusal::IssuerMismatch,
    Refusal::AppKeyMismatch,
    Refusal::EventTypeMismatch,
    Refusal::BaseUrlNotAllowed,
    Refusal::SecretMissing,
    Refusal::SecretTooLong,
    Refusal::SecretTooShort,
    Refusal::ReplayedWithAnotherBody,
    Refusal::InstallTenantUnknown,
    Refusal::SyntheticNotConfigured,
    Refusal::SyntheticKeyMismatch,
    Refusal::SyntheticKeyForSite,
    Refusal::SyntheticBaseUrlMismatch,
];

impl RefusalCode {
    /// Reads a code.
    pub fn from_code(code: &str) -> Self {
        let refusal = REFUSALS.into_iter().find(|refusal| refusal.code() == code);
        let failure = || OwnFailure::ALL.into_iter().find(|failure| failure.code() == code);
        match (refusal, failure()) {
            (Some(refusal), _) => Self::Refused(refusal),
            (None, Some(failure)) => Self::Failed(failure),
            (None, None) => Self::Unknown(code.to_owned()),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Failed(failure) => failure.code(),
            Self::Unknown(code) => code,
        }
    }

    /// The refusal, if it is one of a token or a callback.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Failed(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether the request was fine and something failed on our side.
    pub fn is_own_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// Whether it is a refusal that `matches`.
    pub fn is_refusal(&self, matches: impl Fn(&Refusal) -> bool) -> bool {
        self.refusal().is_some_and(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_and_an_unknown_one_is_kept() {
        let codes = Refusal::CATALOGUE.iter().map(|entry| entry.code);
        for code in codes.chain(OwnFailure::ALL.map(OwnFailure::code)) {
            let read = RefusalCode::from_code(code);
            assert!(!matches!(read, RefusalCode::Unknown(_)), "{code}");
            assert_eq!(read.code(), code);
        }
        assert_eq!(RefusalCode::from_code("of.tomorrow").code(), "of.tomorrow");
    }
}
