//! A log in memory, written by the domain's decisions, and stores to feed it to.

pub mod random;
pub mod random_watch;
mod watch;
mod world;

use tally_domain::{AnyEvent, Recorded};
use tally_view_store::{ViewSet, ViewStore};

pub use crate::location::TestLocation;
pub use random::{ops, play};
pub use watch::{incident_id, version};
pub use world::{
    World, account, asset_id, client_key, fingerprint, import_id, sealed, set, some_world, tag, tenant_id,
};

/// The views of the business and of the operator.
pub fn all_views() -> ViewSet {
    ViewSet::new(&[tally_projections::VIEWS, tally_projections::operator::VIEWS])
}

/// A store in a place of its own, which goes with it. Which kind of place, the root of the tests says.
pub struct TempStore {
    pub store: ViewStore,
    pub location: TestLocation,
}

impl std::ops::Deref for TempStore {
    type Target = ViewStore;

    fn deref(&self) -> &ViewStore {
        &self.store
    }
}

impl TempStore {
    pub fn empty() -> Self {
        let location = TestLocation::new();
        Self {
            store: location.open(),
            location,
        }
    }

    /// Fed with all of `events` at once; no view stops.
    pub fn fed(events: &[Recorded<AnyEvent>]) -> Self {
        let store = Self::empty();
        store.apply(events).unwrap();
        assert_eq!(store.needs_rebuild().unwrap(), vec![]);
        store
    }

    /// Closed, meddled with by statements, and opened again.
    pub fn reopened(self, meddle: &[String]) -> Self {
        let Self { store, location } = self;
        drop(store);
        meddle.iter().for_each(|statement| location.run(statement));
        Self {
            store: location.open(),
            location,
        }
    }
}
