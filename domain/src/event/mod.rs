//! Events as a family of types: what is stored of each, and one type for readers of the whole log.
//!
//! A house of aggregates (the business here, the operator elsewhere) lists its events once, with
//! [`families!`](crate::families): the stored name and the schema version of every variant. From
//! that list come the implementation of [`Family`] for each event type and the list of families
//! that the event log's codec is built from.

mod any;
mod family;
mod kind;

pub use any::{AnyEvent, KnownEvent};
pub use family::{Family, FamilyEntry};
pub use kind::{EventKind, Upcast};
