//! What the log has, for tests of what was and what was not recorded.

use tally_commands::tenants;
use tally_domain::tenant::{RefusedCallback, TenantEvent};
use tally_domain::{ClientKey, Recorded, StreamName, TenantId};
use tally_event_log::StoredEvent;
use tally_operator::domain::alarm::AlarmEvent;
use tally_operator::domain::health::HealthEvent;
use tally_operator::domain::streams;

use super::TestApp;
use crate::connect::Site;

/// More than any test appends.
const ALL: usize = 100_000;

impl TestApp {
    /// The tenant of a site that has installed Tally.
    pub async fn tenant(&self, site: &Site) -> Option<TenantId> {
        let key = ClientKey::parse(&site.client_key).unwrap();
        tenants::find(&*self.inside().log, &key).await.unwrap()
    }

    /// What the log has of the site itself: installations, secrets, uninstalls. Nothing when it
    /// never installed.
    pub async fn tenant_events(&self, site: &Site) -> Vec<Recorded<TenantEvent>> {
        match self.tenant(site).await {
            Some(tenant) => self.read(&StreamName::tenant(tenant)).await,
            None => vec![],
        }
    }

    /// What the log has of how a site's requests fare.
    pub async fn health_events(&self, site: &Site) -> Vec<HealthEvent> {
        let tenant = self.tenant(site).await.unwrap();
        let events = self.read(&streams::health(tenant)).await;
        events.into_iter().map(|recorded| recorded.event).collect()
    }

    /// What the log has of an alarm.
    pub async fn alarm_events(&self, alarm: &str) -> Vec<AlarmEvent> {
        let events = self.read(&streams::alarm(alarm)).await;
        events.into_iter().map(|recorded| recorded.event).collect()
    }

    /// The refused callbacks, oldest first.
    pub async fn refused_callbacks(&self) -> Vec<Recorded<RefusedCallback>> {
        self.read(&StreamName::refused_callbacks()).await
    }

    /// Everything that was ever recorded on behalf of a site, in any stream, apart from the names of
    /// people, which follow in the background.
    pub async fn everything_of(&self, site: &Site) -> Vec<StoredEvent> {
        let tenant = self.tenant(site).await;
        let mut events = self.inside().log.read_all(None, ALL).await.unwrap();
        events.retain(|event| {
            tenant.is_some() && event.context.tenant == tenant && event.event_type != "person.renamed"
        });
        events
    }

    async fn read<E: tally_domain::event::Family>(&self, stream: &StreamName) -> Vec<Recorded<E>> {
        tally_event_log::load(&*self.inside().log, stream).await.unwrap()
    }
}
