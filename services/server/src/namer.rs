//! Records what people are called, once Jira has said so. It runs beside the requests: none waits for
//! a name, and a failure is a line in the log.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tally_commands::People;
use tally_domain::{PersonId, TenantId};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::warn;

/// The most names that wait to be recorded. Those beyond are noted again by a later answer.
const MAX_WAITING: usize = 1024;
/// The most people whose noted name is remembered.
const MAX_REMEMBERED: u64 = 50_000;
/// How long a noted name is remembered, so that it is compared with the log once in this time.
const TIME_TO_LIVE: Duration = Duration::from_secs(600);

type Key = (TenantId, PersonId);

/// Takes the names that Jira gives.
pub struct Namer {
    waiting: Sender<(Key, String)>,
    noted: Cache<Key, String>,
}

impl Namer {
    /// Starts the task that records names.
    pub fn start(people: Arc<People>) -> Self {
        let noted = Cache::builder()
            .max_capacity(MAX_REMEMBERED)
            .time_to_live(TIME_TO_LIVE)
            .build();
        let (waiting, names) = channel(MAX_WAITING);
        tokio::spawn(record_names(people, names, noted.clone()));
        Self { waiting, noted }
    }

    /// Has `name` recorded, unless it was noted a while ago. It never waits.
    pub fn note(&self, tenant: TenantId, person: PersonId, name: &str) {
        let key = (tenant, person);
        if self.noted.get(&key).as_deref() == Some(name) {
            return;
        }
        if self.waiting.try_send((key, name.to_owned())).is_ok() {
            self.noted.insert(key, name.to_owned());
        }
    }
}

async fn record_names(people: Arc<People>, mut names: Receiver<(Key, String)>, noted: Cache<Key, String>) {
    while let Some(((tenant, person), name)) = names.recv().await {
        if let Err(cause) = people.rename(tenant, person, &name).await {
            warn!(%tenant, %person, %cause, "a person's name could not be recorded");
            noted.invalidate(&(tenant, person));
        }
    }
}
