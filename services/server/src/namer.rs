//! Records what people are called, once Jira has said so. It runs beside the requests: none waits for
//! a name, and a failure is a line in the log.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use parking_lot::Mutex;
use tally_commands::{People, Unavailable};
use tally_domain::{PersonId, TenantId};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::warn;

use crate::memories::ForgetTenant;

/// The most names that wait to be recorded. Those beyond are noted again by a later answer.
const MAX_WAITING: usize = 1024;
/// How many of them may be of one tenant, so that a large one leaves room for the others.
const MAX_OF_A_TENANT: usize = 64;
/// The most people whose noted name is remembered.
const MAX_REMEMBERED: u64 = 50_000;
/// How long a noted name is remembered, so that it is compared with the log once in this time.
const TIME_TO_LIVE: Duration = Duration::from_secs(600);

type Key = (TenantId, PersonId);

/// How a name became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Jira gave it just now: it is the person's name, whatever was recorded before.
    Given,
    /// This node remembers it. Another node may have recorded a newer one since, so it is recorded
    /// only for a person without a name.
    Remembered,
}

/// A name that waits to be recorded.
struct Noted {
    key: Key,
    name: String,
    source: Source,
}

/// Takes the names that Jira gives.
pub struct Namer {
    waiting: Sender<Noted>,
    shares: Arc<Shares>,
    noted: Cache<Key, (String, Source)>,
}

impl Namer {
    /// Starts the task that records names.
    pub fn start(people: Arc<People>) -> Self {
        let (namer, names) = Self::new();
        let (shares, noted) = (namer.shares.clone(), namer.noted.clone());
        tokio::spawn(record_names(people, names, shares, noted));
        namer
    }

    fn new() -> (Self, Receiver<Noted>) {
        let noted = Cache::builder()
            .max_capacity(MAX_REMEMBERED)
            .time_to_live(TIME_TO_LIVE)
            .support_invalidation_closures()
            .build();
        let (waiting, names) = channel(MAX_WAITING);
        let shares = Arc::default();
        let namer = Self {
            waiting,
            shares,
            noted,
        };
        (namer, names)
    }

    /// Has `name` recorded, unless it was noted a while ago. It never waits.
    pub fn note(&self, tenant: TenantId, person: PersonId, name: &str, source: Source) {
        let key = (tenant, person);
        let is_noted = self.noted.get(&key).is_some_and(|(noted, by)| match source {
            // One that was remembered may not have been recorded, where another one was known.
            Source::Given => by == source && noted == name,
            Source::Remembered => true,
        });
        if is_noted || !self.shares.take(tenant) {
            return;
        }
        let name = name.to_owned();
        // Before the name is handed on: recording it may fail at once, and then it is not noted.
        self.noted.insert(key, (name.clone(), source));
        if self.waiting.try_send(Noted { key, name, source }).is_err() {
            self.noted.invalidate(&key);
            self.shares.give_back(tenant);
        }
    }
}

impl ForgetTenant for Namer {
    fn forget_tenant(&self, tenant: TenantId) {
        // The only error is a cache without this feature; its entries end with their time to live.
        drop(self.noted.invalidate_entries_if(move |key, _| key.0 == tenant));
    }
}

/// How many names of each tenant wait.
#[derive(Default)]
struct Shares(Mutex<HashMap<TenantId, usize>>);

impl Shares {
    /// Takes a place for a name of `tenant`, unless as many as may be of one tenant wait.
    fn take(&self, tenant: TenantId) -> bool {
        let mut waiting = self.0.lock();
        let of_tenant = waiting.entry(tenant).or_default();
        let has_room = *of_tenant < MAX_OF_A_TENANT;
        *of_tenant += usize::from(has_room);
        has_room
    }

    fn give_back(&self, tenant: TenantId) {
        let mut waiting = self.0.lock();
        let rest = waiting
            .get(&tenant)
            .map_or(0, |of_tenant| of_tenant.saturating_sub(1));
        if rest == 0 {
            waiting.remove(&tenant);
        } else {
            waiting.insert(tenant, rest);
        }
    }
}

async fn record_names(
    people: Arc<People>,
    mut names: Receiver<Noted>,
    shares: Arc<Shares>,
    noted: Cache<Key, (String, Source)>,
) {
    let mut failing = false;
    while let Some(name) = names.recv().await {
        let (tenant, person) = name.key;
        shares.give_back(tenant);
        let recorded = record(&people, &name).await;
        if let Err(cause) = &recorded {
            noted.invalidate(&name.key);
            // One line for each outage, not one for each name that waits.
            if !failing {
                warn!(%tenant, %person, %cause, "a person's name could not be recorded");
            }
        }
        failing = recorded.is_err();
    }
}

async fn record(people: &People, noted: &Noted) -> Result<(), Unavailable> {
    let (tenant, person) = noted.key;
    match noted.source {
        Source::Given => people.rename(tenant, person, &noted.name).await,
        Source::Remembered => people.name_first(tenant, person, &noted.name).await,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const LARGE: TenantId = TenantId(Uuid::from_u128(1));
    const SMALL: TenantId = TenantId(Uuid::from_u128(2));

    fn person(number: usize) -> PersonId {
        PersonId(Uuid::from_u128(number as u128))
    }

    #[test]
    fn a_tenant_with_many_names_leaves_room_for_the_names_of_others() {
        let (namer, mut names) = Namer::new();
        for number in 0..2 * MAX_WAITING {
            namer.note(LARGE, person(number), "Ada", Source::Given);
        }
        namer.note(SMALL, person(0), "Eve", Source::Given);
        let mut waiting = vec![];
        while let Ok(noted) = names.try_recv() {
            namer.shares.give_back(noted.key.0);
            waiting.push(noted.key.0);
        }
        assert_eq!(waiting.len(), MAX_OF_A_TENANT + 1);
        assert_eq!(waiting.last(), Some(&SMALL));
        namer.note(LARGE, person(5000), "Ada", Source::Given);
        assert!(names.try_recv().is_ok(), "there is room again");
    }

    #[test]
    fn a_name_that_jira_gave_waits_once_and_one_that_is_remembered_never_follows_another() {
        let (namer, mut names) = Namer::new();
        let mut note = |name, source| {
            namer.note(LARGE, person(1), name, source);
            names.try_recv().is_ok()
        };
        assert!(note("Ada", Source::Remembered));
        assert!(!note("Ada", Source::Remembered));
        assert!(
            note("Ada", Source::Given),
            "what is remembered may not have been recorded"
        );
        assert!(!note("Ada", Source::Given));
        assert!(!note("Ada L.", Source::Remembered));
        assert!(note("Ada L.", Source::Given));
        namer.forget_tenant(LARGE);
        namer.noted.run_pending_tasks();
        namer.note(LARGE, person(1), "Ada L.", Source::Given);
        assert!(
            names.try_recv().is_ok(),
            "nothing is remembered of a tenant that was erased"
        );
    }
}
