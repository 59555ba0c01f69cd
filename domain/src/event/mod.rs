//! Events as a family of types: what is stored of each, and one type for readers of the whole log.
//!
//! A house of aggregates (the business here, the operator elsewhere) lists its events once, with
//! [`families!`](crate::families): the stored name and the schema version of every variant. From
//! that list come the implementation of [`Family`] for each event type and the list of families
//! that the event log's codec is built from.

mod any;
mod entry;
mod family;
mod kind;
mod listing;

pub use any::{AnyEvent, KnownEvent};
pub use entry::FamilyEntry;
pub use family::Family;
pub use kind::{EventKind, Upcast};
