//! A store that lives as long as its location.

use tally_domain::{AnyEvent, Recorded};
use tally_view_store::ViewStore;

use crate::location::TestLocation;

/// A store in a location of its own, which is removed with it. The root of the tests decides which
/// kind of location.
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

    /// A store that has applied all of `events` at once without stopping a view.
    pub fn fed(events: &[Recorded<AnyEvent>]) -> Self {
        let store = Self::empty();
        store.apply(events).unwrap();
        assert_eq!(store.needs_rebuild().unwrap(), vec![]);
        store
    }

    /// The store closed, changed by `statements`, and opened again.
    pub fn reopened(self, statements: &[String]) -> Self {
        let Self { store, location } = self;
        drop(store);
        statements.iter().for_each(|statement| location.run(statement));
        Self {
            store: location.open(),
            location,
        }
    }
}
