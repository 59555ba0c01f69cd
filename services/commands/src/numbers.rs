//! Numbers for allotted tags: taken from blocks reserved on the register's stream, handed out from memory.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use tally_domain::register::{Register, RegisterEvent, reserve};
use tally_domain::{CommandId, StreamName, TenantId};
use tally_event_log::{AppendError, EventLog, ExpectedRevision};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::Origin;
use super::execute::{CommandError, encode, load};

/// The unused rest of each tenant's block on this node.
#[derive(Default)]
pub struct Numbers {
    rest: Mutex<HashMap<TenantId, RangeInclusive<u64>>>,
}

impl Numbers {
    /// The next number for the origin's tenant, from a new block when the last is used up. Waiting callers queue, so that a wave of
    /// registrations reserves one block and not one each.
    ///
    /// # Errors
    /// The log failed.
    pub async fn next(&self, log: &dyn EventLog, origin: &Origin) -> Result<u64, CommandError> {
        let mut rest = self.rest.lock().await;
        if let Some(number) = rest.get_mut(&origin.tenant).and_then(Iterator::next) {
            return Ok(number);
        }
        let mut block = reserved(log, origin).await?;
        let first = block
            .next()
            .ok_or_else(|| CommandError::Unavailable(anyhow::anyhow!("an empty block")))?;
        rest.insert(origin.tenant, block);
        Ok(first)
    }
}

async fn reserved(log: &dyn EventLog, origin: &Origin) -> Result<RangeInclusive<u64>, CommandError> {
    let stream = StreamName::register(origin.tenant);
    // A reservation is a command of its own: many nodes and many reservations share the caller's command.
    let command = CommandId(Uuid::new_v4());
    let context = tally_domain::Context {
        causation: command,
        content_digest: None,
        ..origin.context()
    };
    loop {
        let loaded = load::<RegisterEvent>(log, &stream).await?;
        let event = reserve(Register::fold(loaded.events.iter().map(|e| &e.event)));
        let RegisterEvent::NumbersReserved { first, last } = event;
        let expected = loaded
            .revision()
            .map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact);
        match log
            .append(&stream, expected, encode(&stream, &context, &[event])?)
            .await
        {
            Ok(_) => return Ok(first..=last),
            Err(AppendError::WrongExpectedRevision { .. }) => {}
            Err(error) => return Err(CommandError::failed(error)),
        }
    }
}
