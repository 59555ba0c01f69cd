//! What Tally does when asked: each file is one area's commands, from a verified caller to the appended events.
//!
//! A command is carried out by [`execute::execute`]: load the stream, fold, decide, append at the revision read; on a
//! conflict, load and decide again. Nothing here knows HTTP.

pub mod alarms;
pub mod assets;
pub mod claims;
pub mod execute;
pub mod health;
pub mod imports;
pub mod incidents;
pub mod numbers;
pub mod releases;
pub mod tenants;

use chrono::{DateTime, Utc};
use tally_domain::{Actor, CommandId, Context, RequestId, TenantId};

/// Where a command comes from: what its events' envelopes will say.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The tenant it is for.
    pub tenant: TenantId,
    /// Who wants it.
    pub actor: Actor,
    /// Its id; a retry carries the same.
    pub command: CommandId,
    /// The command that began the chain.
    pub correlation: CommandId,
    /// The HTTP request.
    pub request: Option<RequestId>,
    /// SHA-256 of what was asked for, where the caller named the command.
    pub content_digest: Option<String>,
    /// When it is carried out.
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

    /// The envelope for its events.
    pub fn context(&self) -> Context {
        Context {
            correlation: self.correlation,
            request: self.request.clone(),
            content_digest: self.content_digest.clone(),
            ..Context::new(Some(self.tenant), self.actor.clone(), self.command)
        }
    }
}
