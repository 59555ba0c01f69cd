//! The attributes that commands added to the schemas of registers.

mod apply;
mod queries;
mod tables;

use tally_view_store::ViewName;

pub(crate) use apply::SchemaAttributesView;
pub use queries::Schemas;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("schema_attributes");
