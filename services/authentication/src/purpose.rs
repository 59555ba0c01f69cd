//! What a token is verified for, and what verifying it yields.

use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::shared_secret::{VerifiedContext, VerifiedRequest};
use tally_observations::observer::RequestKind;

/// What a token has to be good for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// A call of our own front end.
    Call,
    /// This very request, signed by Jira.
    Signed(RequestKind, &'a SignedRequest<'a>),
}

impl Purpose<'_> {
    pub(crate) fn kind(self) -> RequestKind {
        match self {
            Self::Call => RequestKind::Api,
            Self::Signed(kind, _) => kind,
        }
    }
}

/// What a verifier yields besides its claims: which secret verified the token.
pub(crate) trait NamesSecret {
    fn secret_index(&self) -> usize;
}

impl NamesSecret for VerifiedRequest {
    fn secret_index(&self) -> usize {
        VerifiedRequest::secret_index(self)
    }
}

impl NamesSecret for VerifiedContext {
    fn secret_index(&self) -> usize {
        VerifiedContext::secret_index(self)
    }
}
