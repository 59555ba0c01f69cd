//! An asset: a thing the register keeps track of, and who has it.

mod attributes;
mod changes;
mod command;
mod decide;
mod error;
mod event;
mod fault;
mod state;
mod status;

pub use crate::schema::well_known;
pub use crate::value::{AttributeId, AttributeKey, AttributeName, AttributeValue, Tag};
pub use attributes::{AttributeChange, Attributes, MAX_ATTRIBUTES, MAX_NAME, MAX_VALUE};
pub use changes::FieldChange;
pub use command::AssetCommand;
pub use decide::{abandon, decide, extend_schema, trim_note};
pub use error::AssetRefusal;
pub use event::AssetEvent;
pub use fault::AttributeFault;
pub use state::{Asset, AssetState, Custody};
pub use status::AssetStatus;
