//! The schema of a register: which attributes its assets can have.
//!
//! Some attributes are built in and the same for every register ([`BUILT_IN`]). Any other is free:
//! the first command that uses a new name adds it to the schema, before the event of the asset. Its
//! key is made of that name.
//! Events name an attribute by its id, which no later name changes.

mod built_in;
mod event;
mod state;
mod synonyms;
mod vocabulary;
pub mod well_known;

pub use built_in::{BUILT_IN, BuiltIn, Kind};
pub use event::SchemaEvent;
pub use state::{Attribute, MAX_FREE_ATTRIBUTES, OWN_FIELDS, Schema};
pub use synonyms::TAG_NAMES;
pub use vocabulary::{CommonField, common_names, find_common_field};
