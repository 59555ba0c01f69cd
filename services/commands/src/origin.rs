//! Where a command comes from.

use chrono::{DateTime, Utc};
use tally_domain::{Actor, CommandId, Context, RequestId, TenantId};

/// Where a command comes from: what the envelopes of its events will say.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The tenant whose streams the command changes.
    pub tenant: TenantId,
    /// The person or system that gives the command.
    pub actor: Actor,
    /// The command's id; a retry carries the same.
    pub command: CommandId,
    /// The command that began the chain.
    pub correlation: CommandId,
    /// The HTTP request that brought it, if one did.
    pub request: Option<RequestId>,
    /// A MAC of the command's content, where the caller named the command.
    pub content_digest: Option<String>,
    /// The time of the decision.
    pub now: DateTime<Utc>,
}

impl Origin {
    /// A command that starts a chain of its own, without a request.
    pub fn new(tenant: TenantId, actor: Actor, command: CommandId, now: DateTime<Utc>) -> Self {
        Self {
            tenant,
            actor,
            command,
            correlation: command,
            request: None,
            content_digest: None,
            now,
        }
    }

    /// The envelope of the command's events.
    pub fn context(&self) -> Context {
        Context {
            correlation: self.correlation,
            request: self.request.clone(),
            content_digest: self.content_digest.clone(),
            ..Context::new(Some(self.tenant), self.actor, self.command)
        }
    }
}
