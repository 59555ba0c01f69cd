//! Numbers for allotted tags: taken from blocks reserved on the register's stream, handed out from
//! memory.

use std::ops::RangeInclusive;
use std::sync::Arc;

use anyhow::anyhow;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tally_domain::register::{Register, RegisterEvent, reserve};
use tally_domain::{CommandId, Context, StreamName, TenantId};
use tally_event_log::{AppendError, LogWriter};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::error::Unavailable;
use crate::execute::{ATTEMPTS, changed_too_often, encode, load};
use crate::origin::Origin;

/// The most tenants whose blocks a node remembers. The block of a forgotten one ends early.
const MAX_TENANTS: u64 = 10_000;

/// The unused rest of a block, if there is one. It is locked while the next one is reserved.
type BlockRest = Arc<Mutex<Option<RangeInclusive<u64>>>>;

/// The unused rest of each tenant's block on this node.
pub struct Numbers {
    rests: Cache<TenantId, BlockRest>,
}

impl Default for Numbers {
    fn default() -> Self {
        let rests = Cache::builder()
            .max_capacity(MAX_TENANTS)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { rests }
    }
}

impl Numbers {
    /// The next number for the origin's tenant, from a new block when the last is used up. Callers
    /// of one tenant queue, so that a wave of registrations reserves one block and not one each.
    /// Callers of different tenants do not wait for each other.
    ///
    /// # Errors
    /// The log does not take the reservation of a new block.
    pub async fn next(&self, log: &dyn LogWriter, origin: &Origin) -> Result<u64, Unavailable> {
        let rest = self.rests.get_with(origin.tenant, BlockRest::default);
        let mut rest = rest.lock().await;
        if let Some(number) = rest.as_mut().and_then(Iterator::next) {
            return Ok(number);
        }
        let mut block = reserve_block(log, origin).await?;
        let first = block.next();
        let first = first.ok_or_else(|| Unavailable::new(anyhow!("an empty block was reserved")))?;
        *rest = Some(block);
        Ok(first)
    }

    pub(crate) fn forget(&self, tenant: TenantId) {
        self.rests.invalidate(&tenant);
    }
}

async fn reserve_block(log: &dyn LogWriter, origin: &Origin) -> Result<RangeInclusive<u64>, Unavailable> {
    let stream = StreamName::register(origin.tenant);
    // A command of its own: many nodes and many reservations share the caller's command.
    let context = Context {
        causation: CommandId(Uuid::new_v4()),
        content_digest: None,
        ..origin.context()
    };
    for _ in 0..ATTEMPTS {
        let loaded = load::<RegisterEvent>(log, &stream).await?;
        let event = reserve(Register::fold(loaded.events.iter().map(|e| &e.event)));
        let RegisterEvent::NumbersReserved { first, last } = event;
        let new = encode(&stream, &context, &[event])?;
        match log.append(&stream, loaded.expected_revision(), new).await {
            Ok(_) => return Ok(first..=last),
            Err(AppendError::WrongExpectedRevision { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(changed_too_often(&stream))
}
