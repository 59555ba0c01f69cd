//! What a view is to the store that feeds it.

use std::fmt;
use std::sync::Arc;

use tally_domain::{AnyEvent, Recorded};

use crate::error::Fault;
use crate::schema::Table;
use crate::sql::Db;

/// The name of a view. It never changes between releases, since a view's checkpoint is kept under
/// its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewName(&'static str);

impl ViewName {
    /// A name of lower-case letters and `_`.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as it is stored and displayed.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ViewName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for ViewName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A fold of events into tables. It reads and writes only its own tables and takes everything it
/// stores from the event: no clock and no randomness, so that the same events always yield the same
/// rows.
pub trait View: Sync {
    /// The name under which the view's checkpoint is kept.
    fn name(&self) -> ViewName;

    /// The version of its tables and of its fold. Raise it with every change of either; the view is
    /// then rebuilt.
    fn version(&self) -> u32;

    /// Which events change the same rows.
    fn scope(&self) -> Scope {
        Scope::Tenant
    }

    /// Its tables, whose names are unique among all views.
    fn tables(&self) -> Vec<Table>;

    /// Applies one event. Events that do not concern the view change nothing.
    ///
    /// # Errors
    /// [`Fault::Poison`] if the event cannot be applied at all, [`Fault::Store`] if a statement
    /// failed.
    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault>;

    /// Applies several events in their order, with the same result as one after the other. A view
    /// that most events concern reads and writes once for all of them instead.
    ///
    /// # Errors
    /// As [`Self::apply`].
    fn apply_all(&self, db: Db<'_>, events: &[&Recorded<AnyEvent>]) -> Result<(), Fault> {
        events.iter().try_for_each(|event| self.apply(db, event))
    }
}

/// Which events change the same rows of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only events in streams of one owner: different tenants can be fed side by side.
    Tenant,
    /// Events of several tenants and of the operator: all events are applied in the order of the
    /// log.
    Operator,
}

/// The views that a store keeps, in a fixed order.
#[derive(Clone)]
pub struct ViewSet(Arc<[&'static dyn View]>);

impl ViewSet {
    /// The views of several lists, one list after the other. No name may occur twice.
    pub fn new(lists: &[&[&'static dyn View]]) -> Self {
        Self(lists.concat().into())
    }

    /// The views in their order.
    pub fn iter(&self) -> impl Iterator<Item = &'static dyn View> + Clone + '_ {
        self.0.iter().copied()
    }

    /// The names of the views in their order.
    pub fn names(&self) -> impl Iterator<Item = ViewName> + '_ {
        self.iter().map(View::name)
    }
}

impl fmt::Debug for ViewSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
