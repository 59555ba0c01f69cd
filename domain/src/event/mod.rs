//! Events as a family of types: what is stored of each, and one type for readers of the whole log.
//!
//! An event type states the stored name and the schema version of each of its variants, with
//! [`stored_names!`](crate::stored_names). A house of aggregates (the business here, the operator
//! elsewhere) lists its event types, with [`families!`](crate::families): the event log's codec is
//! built from that list.

mod any;
mod entry;
mod family;
mod kind;
mod listing;
mod names;

pub use any::{AnyEvent, KnownEvent};
pub use entry::FamilyEntry;
pub use family::{Family, StoredNames};
pub use kind::{EventKind, Upcast};
