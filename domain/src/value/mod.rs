//! Values of the business that more than one aggregate, or a stream's name, is made of.

mod attribute_id;
mod free_text;
mod personal;
mod tag;

pub use attribute_id::AttributeId;
pub use free_text::FreeText;
pub use personal::Personal;
pub use tag::Tag;
