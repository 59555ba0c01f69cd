//! What every view shares, and no view is: tables derived from the log, fed in batches and rebuilt
//! beside the live ones.
//!
//! A [`View`] has a name, a version, tables and a fold of events into them. A [`ViewStore`] is
//! opened with a [`ViewSet`] and keeps its tables in a SQLite file that one process feeds, or in a
//! PostgreSQL database that several processes share. Each batch of events goes into the views
//! together with their checkpoints in one transaction, so an event counts exactly once however
//! often it is delivered. A view holds nothing that is not in the log: it can be dropped and built
//! again and comes out identical, which [`ViewStore::digest`] shows.
//!
//! The store knows events by their envelopes only, and no view by name. Queries belong to the
//! views: they build statements with `sea-query` and read them through [`ViewStore::fetch_all`],
//! [`ViewStore::fetch_first`] and [`ViewStore::read`], with the helpers of [`sql`] and [`page`].

mod deadline;
mod digest;
mod erasure;
mod error;
mod feed;
mod layout;
mod ledger;
pub mod page;
mod partition;
mod postgres;
pub mod schema;
pub mod sql;
mod sqlite;
mod status;
mod store;
pub mod stream;
mod swap;
mod turns;
mod view;

pub use error::{Fault, StoreError};
pub use ledger::LogPoint;
pub use partition::Partition;
pub use postgres::{Database, Generation, Lease, Membership, Progress, Reached, SharedViews};
pub use status::{PartitionStatus, Poisoned, ViewStatus};
pub use store::{Rebuild, SwapError, ViewStore};
pub use swap::Swapped;
pub use turns::{TooManyWaiting, Turn, Turns};
pub use view::{Scope, View, ViewName, ViewSet};
