//! Verified callers. Only [`crate::Authenticator`] makes them, so holding one is the proof.

use std::sync::Arc;

use tally_atlassian::Refusal;
use tally_domain::tenant::Host;
use tally_domain::{AccountId, TenantId};

use crate::directory::Credentials;

/// A person in Jira whose token verified.
#[derive(Clone)]
pub struct Principal {
    account: AccountId,
    credentials: Arc<Credentials>,
}

impl Principal {
    pub(crate) fn new(account: AccountId, credentials: Arc<Credentials>) -> Self {
        Self { account, credentials }
    }

    /// The tenant that the token is of.
    pub fn tenant(&self) -> TenantId {
        self.credentials.tenant
    }

    /// The person that the token names.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The host by which the token came.
    pub fn via(&self) -> Host {
        self.credentials.host()
    }

    /// The tenant as it was known when the token verified.
    pub fn credentials(&self) -> &Arc<Credentials> {
        &self.credentials
    }
}

/// A page or callback of a tenant whose token verified. A person is named in most pages only.
#[derive(Clone)]
pub struct PageCaller {
    account: Option<AccountId>,
    credentials: Arc<Credentials>,
}

impl PageCaller {
    pub(crate) fn new(account: Option<AccountId>, credentials: Arc<Credentials>) -> Self {
        Self { account, credentials }
    }

    /// The tenant as it was known when the token verified.
    pub fn credentials(&self) -> &Arc<Credentials> {
        &self.credentials
    }

    /// The person that the token names, as a principal.
    ///
    /// # Errors
    /// [`Refusal::SubjectMissing`] when it names none, as for a visitor who is not logged in.
    pub fn principal(&self) -> Result<Principal, Refusal> {
        let account = self.account.clone().ok_or(Refusal::SubjectMissing)?;
        Ok(Principal::new(account, self.credentials.clone()))
    }
}
